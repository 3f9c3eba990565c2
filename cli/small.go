package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"text/tabwriter"
	"time"

	"callscout/calllog"
	"callscout/store"
)

func problemText(problem string) string { return calllog.Problem(problem).Explain() }

type inboxCmd struct {
	Installation string `help:"Only this installation." placeholder:"ID"`
	Limit        int    `help:"At most so many of each kind." default:"50"`
}

// Run lists what waits and what was not understood, without the bodies.
func (i inboxCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		waiting, err := db.Waiting(ctx, 0)
		if err != nil {
			return err
		}
		if i.Installation != "" {
			waiting = slices.DeleteFunc(waiting, func(e store.InboxEvent) bool { return e.Installation != i.Installation })
		}
		if i.Limit > 0 {
			waiting = waiting[:min(i.Limit, len(waiting))]
		}
		held, err := db.Held(ctx, i.Installation, i.Limit)
		if err != nil {
			return err
		}
		if len(waiting)+len(held) == 0 {
			_, err := fmt.Fprintln(p.Out, "The inbox is empty.")
			return err
		}
		table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "ID\tSTATE\tRECEIVED\tINSTALLATION\tEVENT\tREASON")
		list := func(state string, events []store.InboxEvent) {
			for _, e := range events {
				_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", e.ID, state, e.ReceivedAt.UTC().Format(time.DateTime), e.Installation, e.Event, e.Reason)
			}
		}
		list("waits", waiting)
		list("not understood", held)
		if err := table.Flush(); err != nil {
			return err
		}
		if i.Limit > 0 && (len(waiting) == i.Limit || len(held) == i.Limit) {
			_, err = fmt.Fprintf(p.Err, "At most %d of each kind are shown; --limit 0 shows all.\n", i.Limit)
		}
		return err
	})
}

type healthCmd struct{}

// Run asks the API on this machine whether it is ready, for images without a
// shell.
func (healthCmd) Run(ctx context.Context, p *Process) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Config.Listen+"/readyz", nil)
	if err != nil {
		return err
	}
	// A proxy knows another machine by this address.
	client := &http.Client{Transport: &http.Transport{}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers on %s: %w", p.Config.Listen, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.Out, string(bytes.TrimSpace(text)))
	if response.StatusCode != http.StatusOK {
		return errors.New("not ready")
	}
	return nil
}

type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Modified bool   `json:"modified"`
	Date     string `json:"date"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run shows the build.
func (v versionCmd) Run(p *Process) error {
	info := thisBuild()
	if v.JSON {
		return p.printJSON(info)
	}
	_, err := fmt.Fprintln(p.Out, versionText())
	return err
}

func thisBuild() buildInfo {
	info := buildInfo{Version: "unknown", Commit: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	build, known := debug.ReadBuildInfo()
	if !known {
		return info
	}
	info.Version = build.Main.Version
	for _, setting := range build.Settings {
		switch setting.Key {
		case "vcs.revision":
			info.Commit = setting.Value
		case "vcs.modified":
			info.Modified = setting.Value == "true"
		case "vcs.time":
			info.Date = setting.Value
		}
	}
	return info
}

func versionText() string {
	info := thisBuild()
	dirty := ""
	if info.Modified {
		dirty = " (modified)"
	}
	return fmt.Sprintf("callscout %s, commit %s%s, %s, %s", info.Version, info.Commit, dirty, info.Go, info.Platform)
}
