package aircall_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

const hookURL = "https://callscout.example.com/webhooks/aircall"

const hookAnswer = `{"webhook":{"webhook_id":"c2501111-8a69","url":"` + hookURL + `","active":true,"events":["call.created"],"token":"hush-token"}}`

func TestAWebhookIsMadeWithExactlyTheEventsGiven(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusCreated, hookAnswer))
	made, err := server.client(t).CreateWebhook(t.Context(), aircall.NewWebhook{URL: hookURL, Name: "Callscout", Events: []string{"call.created"}})
	require.NoError(t, err)
	require.Equal(t, aircall.Webhook{ID: "c2501111-8a69", URL: hookURL, Active: true, Events: []string{"call.created"}, Token: "hush-token"}, made)
	require.Equal(t, `application/json {"custom_name":"Callscout","events":["call.created"],"url":"`+hookURL+`"}`, body)
	require.NotContains(t, made.String(), "hush")
}

func TestAWebhookIsNeverPutWithoutAnAction(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusOK, hookAnswer))
	client := server.client(t)
	_, err := client.AddWebhookEvents(t.Context(), "c2501111-8a69", []string{"call.ended"})
	require.NoError(t, err)
	require.Equal(t, `application/json {"active":true,"events":["call.ended"]}`, body)
	_, err = client.RemoveWebhookEvents(t.Context(), "26316", []string{"user.created"})
	require.NoError(t, err)
	require.Equal(t, `application/json {"events":["user.created"]}`, body)
	require.Equal(t, []string{"PUT /v1/webhooks/c2501111-8a69?events_action=add", "PUT /v1/webhooks/26316?events_action=remove"}, server.seen())
}

func TestWhatWouldSubscribeToEverythingIsNotSent(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, hookAnswer))
	client := server.client(t)
	_, created := client.CreateWebhook(t.Context(), aircall.NewWebhook{URL: hookURL})
	_, added := client.AddWebhookEvents(t.Context(), "1", nil)
	_, removed := client.RemoveWebhookEvents(t.Context(), "1", []string{})
	_, elsewhere := client.AddWebhookEvents(t.Context(), "../calls", []string{"call.created"})
	deleted := client.DeleteWebhook(t.Context(), "")
	for _, err := range []error{created, added, removed, elsewhere, deleted} {
		var wrong *aircall.FieldError
		require.ErrorAs(t, err, &wrong)
	}
	require.Empty(t, server.seen())
}

func TestAWebhookThatIsGoneCountsAsDeleted(t *testing.T) {
	t.Parallel()
	for status, fine := range map[int]bool{204: true, 200: true, 404: true, 403: false, 500: false} {
		err := record(t, answering(status, "")).client(t).DeleteWebhook(t.Context(), "26316")
		require.Equal(t, fine, err == nil, status)
	}
}

func TestADialNeedsANumberInE164(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusNoContent, ""))
	client := server.client(t)
	require.NoError(t, client.StartCall(t.Context(), 9, 5001, "+12025550143"))
	require.Equal(t, `application/json {"number_id":5001,"to":"+12025550143"}`, body)
	require.NoError(t, client.Dial(t.Context(), 9, "+12025550143"))
	require.Equal(t, `application/json {"to":"+12025550143"}`, body)
	require.Equal(t, []string{"POST /v1/users/9/calls", "POST /v1/users/9/dial"}, server.seen())
	for _, err := range []error{
		client.StartCall(t.Context(), 0, 5001, "+12025550143"), client.StartCall(t.Context(), 9, 0, "+12025550143"),
		client.Dial(t.Context(), 9, "202 555 0143"), client.Dial(t.Context(), 9, ""),
	} {
		var wrong *aircall.FieldError
		require.ErrorAs(t, err, &wrong)
		require.NotContains(t, err.Error(), "555")
	}
	require.Len(t, server.seen(), 2)
	busy := record(t, answering(http.StatusMethodNotAllowed, `{"error":"Method Not Allowed","troubleshoot":"The user is currently unavailable"}`))
	err := busy.client(t).Dial(t.Context(), 9, "+12025550143")
	var refused *aircall.Error
	require.ErrorAs(t, err, &refused)
	require.True(t, refused.Unavailable())
}

func TestUsersAreListed(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"users":[{"id":9,"name":"Mia","email":"mia@example.com"}],"meta":{"total":1}}`))
	users, err := server.client(t).Users(t.Context())
	require.NoError(t, err)
	require.Equal(t, []aircall.User{{ID: 9, Name: "Mia", Email: "mia@example.com"}}, users)
	require.Equal(t, []string{"GET /v2/users?page=1&per_page=50"}, server.seen())
}
