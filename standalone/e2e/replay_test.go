package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The real bodies of 2022: one missed inbound call with a voicemail, one
// answered outbound call.
const (
	realBodies   = "../../../shared/payloads/aircall/real-2022-*.json"
	missedCall   = 780836754
	outboundCall = 780836699
)

func TestRealBodiesAreLoggedOnceInWhateverOrder(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(realBodies)
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the captured bodies are not beside this checkout: ", realBodies)
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("order %d", seed), func(t *testing.T) {
			t.Parallel()
			replayReal(t, files, seed)
		})
	}
}

func shuffled(files []string, seed uint64) []string {
	out := slices.Clone(files)
	rand.New(rand.NewPCG(seed, 7)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] }) //nolint:gosec // an order, not a secret
	return out
}

func replayReal(t *testing.T, files []string, seed uint64) {
	o := newOffice(t)
	o.apply(realInstallation(t, files))
	o.start()
	o.awaitReady()
	logged := func() bool { return contains(o.log(missedCall), "end") && contains(o.log(outboundCall), "end") }

	code, out := o.callscout(append([]string{"replay"}, shuffled(files, seed)...)...)
	require.Zero(t, code, out)
	o.eventually(60*time.Second, logged, "both calls are logged")
	o.assertReal()

	code, out = o.callscout(append([]string{"replay"}, files...)...)
	require.Zero(t, code, out)
	o.eventually(60*time.Second, func() bool {
		_, list := o.callscout("call", "list", "--installation", "real", "--status", "synced", "--json")
		return strings.Count(list, `"status": "synced"`) >= 2
	}, "everything replayed is settled again")
	o.assertReal()
}

// The same with bodies of our own, so that it is tested everywhere.
func TestSavedBodiesAreLoggedOnceInWhateverOrder(t *testing.T) {
	t.Parallel()
	const answered, missed = 4186780391, 4186780392
	for seed := range uint64(2) {
		t.Run(fmt.Sprintf("order %d", seed), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			// A busy machine takes its time to replay; what comes after the log
			// would be one more thread.
			o.postCallDelay = "8s"
			o.apply("")
			o.start()
			o.awaitReady()
			var files []string
			for id, s := range map[int64]story{answered: stories[0], missed: stories[2]} {
				for n, h := range s.hooks(inboundCall(t, id)) {
					file := filepath.Join(t.TempDir(), fmt.Sprintf("%d-%d.json", id, n))
					require.NoError(t, os.WriteFile(file, o.own(h.body), 0o600))
					files = append(files, file)
				}
			}
			slices.Sort(files)
			for range 3 {
				code, out := o.callscout(append([]string{"replay"}, shuffled(files, seed)...)...)
				require.Zero(t, code, out)
				o.awaitSynced(answered)
				o.awaitSynced(missed)
				require.Equal(t, []string{"phone end"}, o.log(missed))
				require.Equal(t, 1, count(o.log(answered), "end"))
				require.LessOrEqual(t, count(o.log(answered), "start"), 1)
				require.NotContains(t, o.tags(), "call in progress")
			}
		})
	}
}

func (o *office) assertReal() {
	o.t.Helper()
	require.Equal(o.t, []string{"phone end"}, o.log(missedCall), "a missed call is one thread")
	require.Equal(o.t, 1, count(o.log(outboundCall), "end"))
	require.LessOrEqual(o.t, len(o.log(outboundCall)), 2)
	var texts strings.Builder
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			texts.WriteString(thread.Body)
		}
	}
	require.Contains(o.t, texts.String(), "https://assets.aircall.io/calls/780836754/voicemail")
	require.NotContains(o.t, texts.String(), "X-Amz-Signature", "the link that lasts is logged, not the signed one")
	require.NotContains(o.t, o.tags(), "call in progress")
}

func realInstallation(t *testing.T, files []string) string {
	t.Helper()
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	var body struct {
		Token string `json:"token"`
	}
	require.NoError(t, json.Unmarshal(text, &body))
	return fmt.Sprintf(`  - id: real
    aircall:   { api_id: api-id, api_token: api-token, webhook_token: "%s" }
    helpscout: { app_id: app, app_secret: app-secret }
    settings:  { settle: 3s, calls: { post_call_delay: 8s } }
    numbers:
      - { aircall_number: 397375, inbox: %d }
      - { aircall_number: 404821, inbox: %d }
`, body.Token, supportInbox, supportInbox)
}

func contains(log []string, part string) bool { return count(log, part) > 0 }

func count(log []string, part string) int {
	n := 0
	for _, line := range log {
		if strings.HasSuffix(line, " "+part) {
			n++
		}
	}
	return n
}
