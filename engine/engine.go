// Package engine is the connection to Temporal: one constructor for every part,
// so that the api, the worker, the commands and the tests agree on address,
// namespace, encryption and search attributes.
//
// Everything that Temporal stores for us is sealed, always. The package imports
// secret and nothing else of ours, and must not depend on Temporal's server.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	temporallog "go.temporal.io/sdk/log"

	"callscout/secret"
)

// Config says which Temporal, and as whom.
type Config struct {
	// DataDir is where an embedded server leaves its address; may be empty.
	DataDir string
	// Keys seal what Temporal stores. Required.
	Keys *secret.Ring
	// Identity is who did it, as histories show; the SDK's pid@host if empty.
	Identity string
	// Logger may be nil: the SDK then writes to the process's default.
	Logger *slog.Logger
	// MetricsHandler may be nil: the SDK then measures nothing.
	MetricsHandler client.MetricsHandler
	// HostPort and Namespace win over everything that is configured.
	HostPort, Namespace string
	// Lookup reads a variable of the environment; os.LookupEnv if nil.
	Lookup func(name string) (string, bool)
}

// Options gives the options of a client. Where Temporal is comes from its own
// configuration (a profile file and TEMPORAL_* variables, as its command line
// reads them); without an address there, from the embedded server that runs on
// DataDir; without that, it is the SDK's default, localhost:7233. Every wrong
// value is an error. A remote codec in that configuration is not used: payloads
// never leave the process in clear.
func Options(cfg Config) (client.Options, error) {
	if cfg.Keys == nil {
		return client.Options{}, errors.New("no encryption key: what Temporal stores must be sealed")
	}
	where, err := resolve(cfg)
	if err != nil {
		return client.Options{}, err
	}
	options, err := where.profile.ToClientOptions(envconfig.ToClientOptionsRequest{})
	if err != nil {
		return client.Options{}, fmt.Errorf("configuration of Temporal: %w", err)
	}
	options.HostPort, options.Namespace = where.hostPort, where.namespace
	options.Identity = cfg.Identity
	options.MetricsHandler = cfg.MetricsHandler
	if cfg.Logger != nil {
		options.Logger = temporallog.NewStructuredLogger(cfg.Logger)
	}
	options.DataConverter = DataConverter(cfg.Keys)
	options.FailureConverter = FailureConverter(options.DataConverter)
	return options, nil
}

// Dial connects, and fails if Temporal does not answer.
func Dial(ctx context.Context, cfg Config) (client.Client, error) {
	options, err := Options(cfg)
	if err != nil {
		return nil, err
	}
	c, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("cannot reach %s, namespace %s: %w", options.HostPort, options.Namespace, err)
	}
	return c, nil
}

// Lazy makes a client that connects when it is first used, so that a part can
// start before Temporal does.
func Lazy(cfg Config) (client.Client, error) {
	options, err := Options(cfg)
	if err != nil {
		return nil, err
	}
	return client.NewLazyClient(options)
}

// Configured says whether Temporal's own configuration names an address, in
// which case no embedded server is wanted. A configuration that is wrong counts
// as one: Options then says what is wrong with it.
func Configured(lookup func(name string) (string, bool)) bool {
	profile, err := readProfile(lookup)
	return err != nil || profile.Address != ""
}

// Namespace is the namespace that Options chooses.
func Namespace(dataDir string, lookup func(name string) (string, bool)) string {
	where, err := resolve(Config{DataDir: dataDir, Lookup: lookup})
	if err != nil {
		return client.DefaultNamespace
	}
	return where.namespace
}
