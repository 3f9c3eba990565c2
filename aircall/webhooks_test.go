package aircall_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

// company is a simulated one with its client.
func company(t *testing.T) (*simulator.Aircall, *aircall.Client) {
	t.Helper()
	sim := simulator.NewAircall(simulator.AircallOptions{APIID: testID, APIToken: testToken})
	server := httptest.NewServer(sim)
	t.Cleanup(func() { server.Close(); sim.Close() })
	client, err := aircall.New(server.URL, aircall.Basic(testID, testToken))
	require.NoError(t, err)
	return sim, client
}

func TestAWebhookIsMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	sim, client := company(t)
	made, err := client.CreateWebhook(t.Context(), aircall.NewWebhook{
		Name: "Callscout", URL: "https://callscout.example.com/webhooks/aircall",
		Events: []string{aircall.EventCallCreated, aircall.EventCallEnded},
	})
	require.NoError(t, err)
	require.NotEmpty(t, made.Token)
	require.True(t, made.Active)
	stored := sim.Webhooks()[0]
	require.Equal(t, "Callscout", stored.CustomName)

	sim.SetWebhook(stored.ID, func(w *simulator.Webhook) { w.Active = false })
	changed, err := client.AddWebhookEvents(t.Context(), made.ID, []string{aircall.EventCallTagged})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{aircall.EventCallCreated, aircall.EventCallEnded, aircall.EventCallTagged}, changed.Events)
	require.False(t, changed.Active)

	changed, err = client.EnableWebhook(t.Context(), made.ID, []string{aircall.EventCallTagged})
	require.NoError(t, err)
	require.True(t, changed.Active)
	require.Len(t, changed.Events, 3, "a change must never subscribe to everything")

	changed, err = client.RemoveWebhookEvents(t.Context(), made.ID, []string{aircall.EventCallTagged})
	require.NoError(t, err)
	require.Len(t, changed.Events, 2)

	require.NoError(t, client.DeleteWebhook(t.Context(), made.ID))
	require.Empty(t, sim.Webhooks())
	gone, ok := errors.AsType[*aircall.Error](client.DeleteWebhook(t.Context(), made.ID))
	require.True(t, ok)
	require.Equal(t, http.StatusNotFound, gone.Status)
}

func TestAWebhookThatWouldHearEverythingIsNotSent(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, "{}"))
	client := server.client(t)
	for name, send := range map[string]func(context.Context) error{
		"create without events": func(ctx context.Context) error {
			_, err := client.CreateWebhook(ctx, aircall.NewWebhook{URL: "https://example.com"})
			return err
		},
		"create without url": func(ctx context.Context) error {
			_, err := client.CreateWebhook(ctx, aircall.NewWebhook{Events: []string{"call.created"}})
			return err
		},
		"enable without events": func(ctx context.Context) error { _, err := client.EnableWebhook(ctx, "7", nil); return err },
		"add nothing":           func(ctx context.Context) error { _, err := client.AddWebhookEvents(ctx, "7", []string{""}); return err },
		"an id that is a path": func(ctx context.Context) error {
			_, err := client.EnableWebhook(ctx, "../calls", []string{"call.created"})
			return err
		},
		"no id": func(ctx context.Context) error { return client.DeleteWebhook(ctx, "") },
	} {
		require.ErrorAs(t, send(t.Context()), new(*aircall.FieldError), name)
	}
	require.Empty(t, server.seen())
}

func TestAChangeOfAWebhookAlwaysSaysWhatToDoWithItsEvents(t *testing.T) {
	t.Parallel()
	var sent string
	server := record(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = string(body)
		_, _ = io.WriteString(w, `{"webhook":{"webhook_id":"7","active":true,"events":["call.created"]}}`)
	})
	_, err := server.client(t).EnableWebhook(t.Context(), "7", []string{"call.created"})
	require.NoError(t, err)
	require.Equal(t, []string{"PUT /v1/webhooks/7?events_action=add"}, server.seen())
	require.JSONEq(t, `{"active":true,"events":["call.created"]}`, sent)
}

func TestAnAnswerWithoutAWebhookIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusCreated, `{"webhook":{}}`))
	_, err := server.client(t).CreateWebhook(t.Context(), aircall.NewWebhook{URL: "https://example.com", Events: []string{"call.created"}})
	require.ErrorAs(t, err, new(*aircall.AnswerError))
	require.ErrorContains(t, err, "webhook.webhook_id")
}
