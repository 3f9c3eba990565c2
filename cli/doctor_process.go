package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/engine"
	"callscout/health"
	"callscout/secret"
	"callscout/store"
)

const (
	// doctorWithin is how long one question may take.
	doctorWithin = 10 * time.Second
	// liveSearch is how long a new customer may be missing in the search.
	liveSearch, liveEvery = 90 * time.Second, 2 * time.Second
)

// examineFiles looks at who may read the secrets of the data folder.
func (p *Process) examineFiles(r *report) {
	for _, name := range []string{"encryption.key", "admin.token"} {
		path := filepath.Join(p.Config.Data, name)
		info, err := os.Stat(path)
		if err != nil {
			continue // it comes from the configuration
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			r.fail(about{"secrets", ""}, fmt.Sprintf("%s can be read by others (%#o)", path, mode), "Run chmod 600 "+path)
			continue
		}
		r.ok(about{"secrets", ""}, path+" can be read by its owner only")
	}
}

// examineAddress looks at where webhooks and browsers arrive.
func (p *Process) examineAddress(r *report) {
	subject := about{health.CheckAddress, ""}
	address, err := url.Parse(p.Config.PublicURL)
	if err != nil {
		r.fail(subject, p.Config.PublicURL+" is no address", "Set CALLSCOUT_PUBLIC_URL.")
		return
	}
	ip := net.ParseIP(address.Hostname())
	local := address.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case local:
		r.warn(subject, p.Config.PublicURL+" is reached on this machine only", "Set CALLSCOUT_PUBLIC_URL to where Aircall reaches Callscout over HTTPS.")
	case address.Scheme != "https":
		r.warn(subject, p.Config.PublicURL+" is not HTTPS", "Aircall delivers over HTTPS only: set CALLSCOUT_PUBLIC_URL to an address that begins with https://")
	}
	client := &http.Client{Timeout: doctorWithin}
	response, err := client.Get(p.Config.PublicURL + "/healthz") //nolint:noctx // the client has a time-out
	if err != nil {
		r.warn(subject, "Callscout does not answer at "+p.Config.PublicURL, "Start callscout serve or callscout api, and look at the proxy in front of it.")
		return
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		r.warn(subject, fmt.Sprintf("%s/healthz answers %d", p.Config.PublicURL, response.StatusCode), "Look at the proxy in front of Callscout.")
		return
	}
	r.ok(subject, "Callscout answers at "+p.Config.PublicURL)
}

// examineDatabase opens the store and, if that works, goes on with it.
func (p *Process) examineDatabase(ctx context.Context, r *report, keys *secret.Ring, then func(*store.Store)) {
	subject := about{health.CheckDatabase, ""}
	db, err := store.Open(ctx, p.Config.storeConfig(keys))
	if err != nil {
		r.fail(subject, err.Error(), "Nothing can be logged without it.")
		return
	}
	defer func() { _ = db.Close() }()
	if err := writeAndRead(ctx, db); err != nil {
		r.fail(subject, err.Error(), "Check the disk space and the rights of the database.")
		return
	}
	r.ok(subject, db.Dialect()+" is written and read")
	switch mode, safe, err := db.Durability(ctx); {
	case err != nil:
		r.warn(subject, err.Error(), "Look at the database's settings by hand.")
	case !safe:
		r.fail(subject, "a power cut can lose what was committed: "+mode, "Set fsync, full_page_writes and synchronous_commit of PostgreSQL to on.")
	default:
		r.ok(subject, "what is committed survives a power cut: "+mode)
	}
	then(db)
}

// writeAndRead leaves nothing behind.
func writeAndRead(ctx context.Context, db *store.Store) error {
	const kind = "doctor"
	written := time.Now().UTC().Format(time.RFC3339Nano)
	if err := db.Remember(ctx, "", kind, "", written); err != nil {
		return err
	}
	read, _, known, err := db.Recall(ctx, "", kind, "")
	if err != nil {
		return err
	}
	if err := db.Forget(ctx, "", kind, ""); err != nil {
		return err
	}
	if !known || read != written {
		return fmt.Errorf("what was written is not what is read")
	}
	return nil
}

// examineTemporal gives the connection, which the caller closes; nil if there is none.
func (p *Process) examineTemporal(ctx context.Context, r *report, keys *secret.Ring) client.Client {
	subject := about{health.CheckTemporal, ""}
	ctx, cancel := context.WithTimeout(ctx, doctorWithin)
	defer cancel()
	temporal, err := engine.Dial(ctx, engine.Config{DataDir: p.Config.Data, Keys: keys, Logger: p.Logger(), Lookup: p.Environ.Lookup})
	if err != nil {
		r.fail(subject, err.Error(), "Start it, or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE. Webhooks are kept meanwhile.")
		return nil
	}
	namespace := engine.Namespace(p.Config.Data, p.Environ.Lookup)
	described, err := temporal.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		r.fail(subject, "namespace "+namespace+": "+err.Error(), "Make the namespace, or set TEMPORAL_NAMESPACE to one that there is.")
		return temporal
	}
	kept := described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	r.ok(subject, fmt.Sprintf("namespace %s answers and keeps ended runs for %s", namespace, kept))
	subject = about{"search_attributes", ""}
	switch missing, err := engine.MissingSearchAttributes(ctx, temporal, namespace); {
	case err != nil:
		r.fail(subject, err.Error(), "Without them no call can be begun.")
	case len(missing) > 0:
		r.fail(subject, "Temporal lacks "+strings.Join(missing, ", "), "A worker adds them when it starts; if it may not, let an administrator of Temporal add them.")
	default:
		r.ok(subject, "Temporal has all of them")
	}
	return temporal
}
