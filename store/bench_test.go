package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

// BenchmarkEnqueue reports how many times as long as a bare fsynced append of the
// same body it takes to accept a webhook.
func BenchmarkEnqueue(b *testing.B) {
	body := make([]byte, 4<<10)
	opened := storetest.SQLite(b)
	event := store.InboxEvent{Installation: "acme", Stream: "call/acme/1", Event: "call.created", Body: body}
	for b.Loop() {
		_, err := opened.Enqueue(b.Context(), event)
		require.NoError(b, err)
	}
	enqueued := b.Elapsed()

	file, err := os.Create(filepath.Join(b.TempDir(), "appended"))
	require.NoError(b, err)
	defer func() { require.NoError(b, file.Close()) }()
	began := time.Now()
	for range b.N {
		_, err := file.Write(body)
		require.NoError(b, err)
		require.NoError(b, file.Sync())
	}
	b.ReportMetric(float64(enqueued)/float64(time.Since(began)), "x-append")
}
