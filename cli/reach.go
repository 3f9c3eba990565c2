package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/user"
	"strings"

	"go.temporal.io/sdk/client"

	"callscout/engine"
	"callscout/secret"
	"callscout/starter"
	"callscout/store"
)

func who() string {
	if current, err := user.Current(); err == nil {
		return "command line, " + current.Username
	}
	return "command line"
}

// theInstallation is the one that was named, or the only one.
func theInstallation(ctx context.Context, db *store.Store, named string) (string, error) {
	if named != "" {
		return named, nil
	}
	all, err := db.Installations(ctx)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, installation := range all {
		ids = append(ids, installation.ID)
	}
	switch len(ids) {
	case 0:
		return "", errors.New("there is no installation yet: write a settings file and run callscout apply -f FILE")
	case 1:
		return ids[0], nil
	default:
		return "", usagef("there are several installations; choose one with --installation: %s", strings.Join(ids, ", "))
	}
}

// withStarter connects to Temporal for one command.
func (p *Process) withStarter(ctx context.Context, do func(*starter.Starter, *store.Store) error) error {
	return p.withStore(ctx, func(db *store.Store) error {
		keys, err := p.Config.Keys()
		if err != nil {
			return err
		}
		temporal, err := engine.Dial(ctx, engine.Config{DataDir: p.Config.Data, Keys: keys, Logger: p.Logger(), Lookup: p.Environ.Lookup})
		if err != nil {
			return fmt.Errorf("no answer from Temporal: %w; is callscout running, with the same data folder or TEMPORAL_ADDRESS?", err)
		}
		defer temporal.Close()
		hashKey, err := db.HashKey(ctx)
		if err != nil {
			return err
		}
		return do(p.starter(temporal, keys, hashKey), db)
	})
}

// starter makes the door into Temporal.
func (p *Process) starter(temporal client.Client, keys *secret.Ring, hashKey []byte) *starter.Starter {
	data := engine.DataConverter(keys)
	return &starter.Starter{
		Client: temporal, Namespace: engine.Namespace(p.Config.Data, p.Environ.Lookup), HashKey: hashKey, HelpScoutURL: p.Config.HelpScoutWeb, AircallURL: p.Config.AircallDashboard,
		Data: data, Failures: engine.FailureConverter(data),
	}
}

func (p *Process) printJSON(value any) error {
	encoder := json.NewEncoder(p.Out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
