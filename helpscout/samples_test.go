package helpscout_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

// samples holds bodies from Help Scout's reference and SDK, which are not ours
// to ship.
const samples = "../../shared/payloads/helpscout"

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, name))
	require.NoError(t, err)
	return data
}

func sampleOf[T any](t *testing.T, name string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal(sample(t, name), &value), name)
	return value
}

func TestDocumentedSamplesAreUnderstood(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(samples); err != nil {
		t.Skipf("the documented samples are not in %s", samples)
	}

	conversation := sampleOf[helpscout.Conversation](t, "conversation-get-v2-docs.json")
	require.Equal(t, int64(123), conversation.ID)
	require.Equal(t, helpscout.StatusClosed, conversation.Status)
	require.Equal(t, int64(99), conversation.Assignee.ID)
	require.Equal(t, []helpscout.Tag{{ID: 9150, Name: "vip", Color: "#929499"}}, conversation.Tags)
	require.Equal(t, int64(238604), conversation.PrimaryCustomer.ID)
	require.False(t, conversation.ClosedAt.IsZero())
	require.NotEmpty(t, conversation.WebURL)

	customer := sampleOf[helpscout.Customer](t, "customer-get-sdk.json")
	require.Equal(t, "Sesame Street", customer.Organization)
	require.Equal(t, "Big yellow bird", customer.Background)
	require.Equal(t, "owner", sampleOf[helpscout.User](t, "user-sdk.json").Role)
	require.Equal(t, "ACME Support", sampleOf[helpscout.Mailbox](t, "mailbox-sdk.json").Name)
	require.Equal(t, "Need Help", sampleOf[helpscout.Thread](t, "thread-sdk.json").Body)

	lists := serve(t,
		answer(200, string(sample(t, "conversations-list-v2-docs.json"))),
		answer(200, string(sample(t, "threads-list-v2-docs.json"))),
		answer(200, string(sample(t, "customers-list-v3-fixture.json"))),
		answer(200, `{}`),
		answer(200, string(sample(t, "auth-token-response.json")), "Content-Type", "application/json"),
	)
	client := newClient(t, lists.URL)
	conversations, err := client.CustomerConversations(t.Context(), 13, 238604)
	require.NoError(t, err)
	require.Len(t, conversations, 1)
	threads, err := client.Threads(t.Context(), 123)
	require.NoError(t, err)
	require.Len(t, threads, 1)
	require.Equal(t, int64(29418), threads[0].Customer.ID)
	customers, err := client.SearchCustomers(t.Context(), `email:"jane@example.com"`)
	require.NoError(t, err)
	require.Len(t, customers, 1)
	require.Equal(t, "jane@example.com", customers[0].Emails[0].Value)
	require.Equal(t, []string{"cursor-2"}, lists.seen()[3].Query["cursor"])
	_, err = credentials(t, lists.URL).Token(t.Context())
	require.NoError(t, err)

	failure := helpscout.ParseError("POST", "/v2/conversations", 400, nil, sample(t, "error-400-validation-docs.json"), noon)
	require.Len(t, failure.Fields, 2)
	require.Equal(t, "NotEmpty", failure.Fields[0].Code)
	require.Equal(t, "EnumValue", failure.Fields[1].Code)
	require.Equal(t, "API rate limit exceeded", helpscout.ParseError("GET", "/v2/users", 429, nil, sample(t, "error-429-sdk.json"), noon).Message)
	require.Equal(t, "invalid_request", helpscout.ParseError("POST", "/v2/oauth2/token", 400, nil, sample(t, "auth-error-invalid-refresh-token-400.json"), noon).Code)
}

func TestDocumentedRequestsAreWhatIsWritten(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(samples); err != nil {
		t.Skipf("the documented samples are not in %s", samples)
	}
	s := serve(t, answer(201, ``, "Resource-ID", "1"), answer(201, ``, "Resource-ID", "2"), answer(201, ``), answer(204, ``),
		answer(204, ``), answer(204, ``), answer(204, ``), answer(204, ``))
	client := newClient(t, s.URL)
	_, err := client.CreatePhoneThread(t.Context(), 1, helpscout.PhoneThread{
		Text: "Buy more pens", Customer: helpscout.CustomerRef{ID: 456},
		Attachments: []helpscout.Attachment{{FileName: "file.txt", MimeType: "plain/text", Data: []byte("file")}},
	})
	require.NoError(t, err)
	_, err = client.CreateNote(t.Context(), 1, helpscout.Note{Text: "note", User: 9, Status: helpscout.StatusPending})
	require.NoError(t, err)
	_, err = client.AddCustomerPhone(t.Context(), 1, "work", "+1-615-555-0170")
	require.NoError(t, err)
	require.NoError(t, client.PutTags(t.Context(), 1, []string{"test26", "test1"}))
	require.NoError(t, client.SetSubject(t.Context(), 1, "super cool new subject"))
	require.NoError(t, client.SetStatus(t.Context(), 1, helpscout.StatusClosed))
	require.NoError(t, client.Assign(t.Context(), 1, 127))
	require.NoError(t, client.Unassign(t.Context(), 1))

	patches := sampleOf[map[string]json.RawMessage](t, "conversation-patch-requests.json")
	for i, want := range [][]byte{
		sample(t, "thread-phone-request.json"), sample(t, "thread-note-request.json"), sample(t, "customer-phone-create-request.json"),
		sample(t, "conversation-tags-put-request.json"), patches["subject"], patches["status"], patches["owner"], patches["unassign"],
	} {
		require.JSONEq(t, string(want), s.seen()[i].Body)
	}
}
