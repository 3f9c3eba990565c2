package e2e_test

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/cli"
	"callscout/engine"
	"callscout/secret"
	"callscout/store"
)

// database opens what the standalone keeps, with its own key; whoever asks closes it.
func (o *office) database() *store.Store {
	o.t.Helper()
	db, err := store.Open(o.t.Context(), store.Config{DataDir: o.data, Keys: o.keys()})
	require.NoError(o.t, err)
	return db
}

// keys are those of the standalone.
func (o *office) keys() *secret.Ring {
	o.t.Helper()
	config := cli.Config{Data: o.data}
	for _, pair := range o.env {
		if key, given := strings.CutPrefix(pair, "CALLSCOUT_ENCRYPTION_KEY="); given {
			config.EncryptionKey = key
		}
	}
	keys, err := config.Keys()
	require.NoError(o.t, err)
	return keys
}

// temporal speaks with the standalone's Temporal, with its own key.
func (o *office) temporal() client.Client {
	o.t.Helper()
	c, err := engine.Dial(o.t.Context(), engine.Config{DataDir: o.data, Keys: o.keys(), Lookup: func(string) (string, bool) { return "", false }})
	require.NoError(o.t, err)
	o.t.Cleanup(c.Close)
	return c
}

// awaitRuns waits until Temporal lists so many.
func (o *office) awaitRuns(query string, n int) {
	o.t.Helper()
	c := o.temporal()
	o.eventually(90*time.Second, func() bool {
		listed, err := c.ListWorkflow(o.t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		return err == nil && len(listed.GetExecutions()) >= n
	}, "Temporal lists "+query)
}
