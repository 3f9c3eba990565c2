package engine

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

// place is where Temporal is, and how it is spoken to.
type place struct {
	profile             envconfig.ClientConfigProfile
	hostPort, namespace string
}

func resolve(cfg Config) (place, error) {
	profile, err := readProfile(cfg.Lookup)
	if err != nil {
		return place{}, err
	}
	where := place{profile: profile, hostPort: cmp.Or(cfg.HostPort, profile.Address)}
	var embedded Address
	if where.hostPort == "" {
		if profile.APIKey != "" || (profile.TLS != nil && !profile.TLS.Disabled) {
			return place{}, errors.New("an API key or TLS is configured for Temporal, but no address: set TEMPORAL_ADDRESS")
		}
		if embedded, err = runningAddress(cfg.DataDir); err != nil {
			return place{}, err
		}
		where.hostPort = cmp.Or(embedded.HostPort, client.DefaultHostPort)
	}
	where.namespace = cmp.Or(cfg.Namespace, profile.Namespace, embedded.Namespace, client.DefaultNamespace)
	return where, nil
}

func runningAddress(dataDir string) (Address, error) {
	if dataDir == "" {
		return Address{}, nil
	}
	address, _, err := ReadAddress(dataDir)
	return address, err
}

// readProfile reads the profile file and the variables. Keys that are unknown
// are left alone: the file belongs to all of Temporal's programs, and a newer
// one may keep more in it.
func readProfile(lookup func(string) (string, bool)) (envconfig.ClientConfigProfile, error) {
	env := environment{lookup: lookup}
	if err := env.check(); err != nil {
		return envconfig.ClientConfigProfile{}, err
	}
	if _, err := envconfig.LoadClientConfig(envconfig.LoadClientConfigOptions{EnvLookup: env}); err != nil {
		return envconfig.ClientConfigProfile{}, unreadable(err)
	}
	profile, err := envconfig.LoadClientConfigProfile(envconfig.LoadClientConfigProfileOptions{EnvLookup: env})
	if err != nil {
		return envconfig.ClientConfigProfile{}, fmt.Errorf("configuration of Temporal, TEMPORAL_PROFILE: %w", err)
	}
	if err := checkAddress(profile.Address); err != nil {
		return envconfig.ClientConfigProfile{}, err
	}
	return profile, nil
}

// lineNumber finds where a file is wrong.
var lineNumber = regexp.MustCompile(`line \d+`)

// unreadable keeps the cause out where that is a line of the file: it may hold
// an API key.
func unreadable(err error) error {
	var onDisk *os.PathError
	if errors.As(err, &onDisk) {
		return fmt.Errorf("configuration of Temporal: %w", err)
	}
	return fmt.Errorf("configuration of Temporal: its file is not TOML as Temporal wants it, see %s",
		cmp.Or(lineNumber.FindString(err.Error()), "its keys"))
}

func checkAddress(address string) error {
	// gRPC's own forms of an address are left to gRPC.
	if address == "" || strings.Contains(address, ":///") {
		return nil
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return fmt.Errorf("the address of Temporal is %q, but must be host and port, such as 127.0.0.1:7233", address)
	}
	return nil
}

// environment gives envconfig one variable at a time.
type environment struct {
	lookup func(string) (string, bool)
}

func (e environment) LookupEnv(name string) (string, bool) {
	if e.lookup == nil {
		return os.LookupEnv(name)
	}
	return e.lookup(name)
}

// Environ is asked for by envconfig to find gRPC headers, whose names are free.
// The names come from the process, the values from the lookup.
func (e environment) Environ() []string {
	var pairs []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if value, given := e.LookupEnv(name); given {
			pairs = append(pairs, name+"="+value)
		}
	}
	return pairs
}

// check names what envconfig would pass over without a word.
func (e environment) check() error {
	var problems []error
	for _, name := range []string{"TEMPORAL_TLS", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"} {
		value, given := e.LookupEnv(name)
		switch strings.ToLower(value) {
		case "1", "true", "0", "false":
		default:
			if given {
				problems = append(problems, fmt.Errorf("%s is %q, but must be true or false", name, value))
			}
		}
	}
	if path, _ := e.LookupEnv("TEMPORAL_CONFIG_FILE"); path != "" {
		if _, err := os.Stat(path); err != nil {
			problems = append(problems, fmt.Errorf("TEMPORAL_CONFIG_FILE: %w", err))
		}
	}
	return errors.Join(problems...)
}
