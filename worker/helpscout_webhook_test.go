package worker_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/secret"
	"callscout/simulator"
	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

// later is the store two minutes later: what was learnt just now is no echo of our
// own writes any more.
type later struct{ *store.Store }

func (l later) ForgetCustomer(ctx context.Context, installation string, id int64, learntBefore time.Time) (int, error) {
	if !learntBefore.IsZero() {
		learntBefore = learntBefore.Add(2 * time.Minute)
	}
	return l.Store.ForgetCustomer(ctx, installation, id, learntBefore)
}

// noTemporal takes no events: Help Scout's webhooks need none taken.
type noTemporal struct{}

func (noTemporal) Deliver(context.Context, starter.Delivery) error {
	return errors.New("no webhook of Help Scout goes to Temporal")
}
func (noTemporal) PutTagsRight(context.Context, string, calllog.TagWrite, calllog.Lost) error {
	return starter.ErrNotRunning
}
func (noTemporal) MessageRun(string, calllog.MessageEvent) string { return "" }
func (noTemporal) Reachable(context.Context) error                { return nil }

// hearsHelpScout puts the edge up and has Help Scout send its webhooks there, signed
// with the given secret; the edge expects hush.
func (o *office) hearsHelpScout(signedWith string, remembered api.Store) {
	o.t.Helper()
	installation, err := o.store.Installation(o.t.Context(), "acme")
	require.NoError(o.t, err)
	installation.HelpScout.WebhookSecret = "hush"
	require.NoError(o.t, o.store.PutInstallation(o.t.Context(), installation))
	keys, err := secret.ParseRing(secret.NewKey())
	require.NoError(o.t, err)
	edge, err := api.New(api.Config{
		Store: remembered, Deliverer: noTemporal{}, Keys: keys, AdminToken: "admin",
		Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(o.t, err)
	server := httptest.NewServer(edge.Handler())
	o.t.Cleanup(server.Close)
	o.t.Cleanup(o.helpScout.Close)
	o.helpScout.AddWebhook(simulator.HelpScoutWebhook{
		URL: server.URL + "/webhooks/helpscout/acme", Secret: signedWith,
		Events: []string{
			"convo.merged", "convo.moved", "convo.deleted", "convo.status", "convo.tags",
			"customer.created", "customer.updated", "customer.deleted",
		},
	})
}

// heard waits until all that Help Scout told was answered, and gives the last answer.
func (o *office) heard() int {
	o.t.Helper()
	within, cancel := context.WithTimeout(o.t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(o.t, o.helpScout.AwaitDeliveries(within))
	deliveries := o.helpScout.Deliveries()
	require.NotEmpty(o.t, deliveries)
	return deliveries[len(deliveries)-1].Status
}

// asked counts the requests of a kind since the record was begun anew.
func (o *office) asked(method, path string) (count int) {
	for _, request := range o.helpScout.Requests() {
		if request.Method == method && request.Path == path {
			count++
		}
	}
	return count
}

// callsAgain plays one more missed call from the same number.
func (o *office) callsAgain() workflows.CallResult {
	o.t.Helper()
	o.nextCall(0)
	o.helpScout.ResetRequests()
	return o.missedCall(nil)
}

// signatures are the secrets that Help Scout may sign with, and how the edge answers.
var signatures = map[string]int{"hush": http.StatusOK, "wrong": http.StatusUnauthorized}

// once gives up a webhook that is refused, so that a test need not wait for the
// repetitions.
func once(o *simulator.HelpScoutOptions) {
	o.WebhookBackoff = func(int) time.Duration { return time.Microsecond }
}

func TestANumberThatMovedIsLookedUpAnewAtHelpScoutsWord(t *testing.T) {
	t.Parallel()
	for signedWith, answer := range signatures {
		t.Run("signed with "+signedWith, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, once)
			// The card would notice it by itself.
			o.settings.InsightCard = false
			former := o.knownCustomer()
			require.Equal(t, workflows.StatusSynced, o.missedCall(nil).Status)
			o.hearsHelpScout(signedWith, later{o.store})
			require.NoError(t, o.helpScout.SetPhones(former, "+1 202-555-0199"))
			present := o.knownCustomer()
			require.Equal(t, answer, o.heard())

			result := o.callsAgain()
			require.Equal(t, workflows.StatusSynced, result.Status)
			conversation, _ := o.helpScout.Conversation(result.Conversation)
			if answer == http.StatusOK {
				require.Equal(t, 1, o.asked("GET", "/v3/customers/search"))
				require.Equal(t, present, conversation.CustomerID)
			} else {
				require.Zero(t, o.asked("GET", "/v3/customers/search"), "who is remembered is not searched")
				require.Equal(t, former, conversation.CustomerID)
			}
		})
	}
}

func TestAConversationThatIsGoneIsNoCandidateAfterHelpScoutsWord(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *office, conversation int64) error{
		"deleted": func(o *office, conversation int64) error { return o.helpScout.DeleteConversation(conversation) },
		"moved":   func(o *office, conversation int64) error { return o.helpScout.MoveConversation(conversation, inbox+1) },
	} {
		for signedWith, answer := range signatures {
			t.Run(name+", signed with "+signedWith, func(t *testing.T) {
				t.Parallel()
				o := newOffice(t, once)
				o.helpScout.AddMailbox(simulator.Mailbox{ID: inbox + 1, Name: "Sales"})
				o.knownCustomer()
				opened := o.missedCall(nil).Conversation
				o.hearsHelpScout(signedWith, later{o.store})
				require.NoError(t, change(o, opened))
				require.Equal(t, answer, o.heard())

				result := o.callsAgain()
				require.Equal(t, workflows.StatusSynced, result.Status)
				require.NotEqual(t, opened, result.Conversation)
				read := o.asked("GET", fmt.Sprint("/v2/conversations/", opened))
				if answer == http.StatusOK {
					require.Zero(t, read, "nothing is asked about it")
				} else {
					require.NotZero(t, read, "it is still remembered, and read")
				}
			})
		}
	}
}

func TestOurOwnWritesForgetNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, once)
	o.hearsHelpScout("hush", o.store)
	// Nobody has the number yet: the customer, the conversation and its tags are made,
	// and Help Scout tells of each.
	opened := o.missedCall(nil)
	require.Equal(t, workflows.StatusSynced, opened.Status)
	require.Equal(t, http.StatusOK, o.heard())
	again := o.callsAgain()
	require.Equal(t, opened.Conversation, again.Conversation)
	require.Zero(t, o.asked("GET", "/v3/customers/search"))
}
