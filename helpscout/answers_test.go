package helpscout_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

const fullConversation = `{
	"id": 4123456789, "number": 1207, "threads": 3, "type": "phone", "folderId": 9, "status": "pending", "state": "published",
	"subject": "Call from Ada", "preview": "rang", "mailboxId": 85,
	"assignee": {"id": 31, "type": "team", "first": "Second", "last": "Line", "email": "line@example.com"},
	"createdBy": {"id": 900, "type": "customer", "email": "ada@example.com"},
	"createdAt": "2026-02-03T04:05:06Z", "closedBy": 31, "closedAt": "2026-02-04T04:05:06Z", "userUpdatedAt": "2026-02-05T04:05:06Z",
	"tags": [{"id": 5, "color": "#aabbcc", "tag": "inbound"}],
	"primaryCustomer": {"id": 900, "type": "customer", "first": "Ada", "last": "Byron", "email": "ada@example.com"},
	"customFields": [{"id": 8, "name": "Plan", "value": "1", "text": "Free"}],
	"_embedded": {"threads": []},
	"_links": {"self": {"href": "https://api.example.com/v2/conversations/4123456789"}, "web": {"href": "https://web.example.com/conversation/4123456789/1207/"}}
}`

func wantConversation() helpscout.Conversation {
	return helpscout.Conversation{
		ID: 4123456789, Number: 1207, Threads: 3, Type: helpscout.ConversationPhone, Status: helpscout.StatusPending,
		State: helpscout.StatePublished, Subject: "Call from Ada", MailboxID: 85,
		Assignee:        &helpscout.Person{ID: 31, Type: "team", First: "Second", Last: "Line", Email: "line@example.com"},
		CreatedBy:       helpscout.Person{ID: 900, Type: "customer", Email: "ada@example.com"},
		CreatedAt:       time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		ClosedAt:        time.Date(2026, 2, 4, 4, 5, 6, 0, time.UTC),
		UserUpdatedAt:   time.Date(2026, 2, 5, 4, 5, 6, 0, time.UTC),
		Tags:            []helpscout.Tag{{ID: 5, Name: "inbound", Color: "#aabbcc"}},
		PrimaryCustomer: helpscout.Person{ID: 900, Type: "customer", First: "Ada", Last: "Byron", Email: "ada@example.com"},
		WebURL:          "https://web.example.com/conversation/4123456789/1207/",
	}
}

func TestAConversationIsReadWhole(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, fullConversation))
	got, err := newClient(t, s.URL).GetConversation(t.Context(), 4123456789)
	require.NoError(t, err)
	require.Equal(t, wantConversation(), got)
}

func TestAConversationWithHardlyAnythingIsRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"id": 7}`,
		`{"id": 7, "assignee": null, "tags": null, "closedAt": null, "primaryCustomer": null, "_links": null}`,
		`{"id": 7, "tags": [], "primaryCustomer": {}, "createdBy": {}, "_embedded": [], "_links": {"web": {}}}`,
	} {
		s := serve(t, answer(200, body))
		got, err := newClient(t, s.URL).GetConversation(t.Context(), 7)
		require.NoError(t, err, body)
		require.Equal(t, int64(7), got.ID)
		require.Nil(t, got.Assignee)
		require.Empty(t, got.Tags)
		require.True(t, got.ClosedAt.IsZero())
		require.Empty(t, got.WebURL)
	}
}

func TestWhatIsReadSurvivesBeingWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(wantConversation())
	require.NoError(t, err)
	var conversation helpscout.Conversation
	require.NoError(t, json.Unmarshal(data, &conversation))
	require.Equal(t, wantConversation(), conversation)

	want := helpscout.Customer{ID: 900, FirstName: "Ada", UpdatedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		Phones: []helpscout.Entry{{ID: 1, Type: "work", Value: "020 7946 0123"}}, Emails: []helpscout.Entry{{ID: 2, Type: "home", Value: "ada@example.com"}}}
	data, err = json.Marshal(want)
	require.NoError(t, err)
	var customer helpscout.Customer
	require.NoError(t, json.Unmarshal(data, &customer))
	require.Equal(t, want, customer)
}

func TestEveryOwnerSurvivesBeingWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	for _, owner := range []helpscout.AssignTo{{}, helpscout.AssignToNobody(), helpscout.AssignToUser(31)} {
		data, err := json.Marshal(helpscout.NewConversation{AssignTo: owner})
		require.NoError(t, err)
		var got helpscout.NewConversation
		require.NoError(t, json.Unmarshal(data, &got))
		require.Equal(t, owner, got.AssignTo)
	}
}

func TestACustomersNumbersAndAddressesAreRead(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{"id": 900, "firstName": "Ada", "lastName": "Byron", "organization": "Engines Ltd", "jobTitle": "Analyst",
		"background": "Called first", "conversationCount": 12, "createdAt": "2026-02-03T04:05:06Z", "updatedAt": "2026-02-04T04:05:06Z",
		"_embedded": {"phones": [{"id": 1, "type": "work", "value": "020 7946 0123"}], "emails": [{"id": 2, "type": "home", "value": "ada@example.com"}],
			"social_profiles": [], "social-profiles": [{"id": 3}]}}`))
	got, err := newClient(t, s.URL).GetCustomer(t.Context(), 900)
	require.NoError(t, err)
	require.Equal(t, helpscout.Customer{
		ID: 900, FirstName: "Ada", LastName: "Byron", Organization: "Engines Ltd", JobTitle: "Analyst", Background: "Called first",
		ConversationCount: 12, CreatedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), UpdatedAt: time.Date(2026, 2, 4, 4, 5, 6, 0, time.UTC),
		Phones: []helpscout.Entry{{ID: 1, Type: "work", Value: "020 7946 0123"}},
		Emails: []helpscout.Entry{{ID: 2, Type: "home", Value: "ada@example.com"}},
	}, got)
}

func TestThreadsAreRead(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{"_embedded": {"threads": [
		{"id": 3, "type": "lineitem", "status": "nochange", "state": "published", "createdBy": {"id": 31, "type": "user", "first": "Grace"}, "createdAt": "2026-02-03T04:05:07Z", "source": {"type": "web", "via": "user"}},
		{"id": 2, "type": "note", "status": "active", "state": "published", "body": "noted<br>", "customer": {"id": 900, "first": "Ada"}, "createdAt": "2026-02-03T04:05:06Z"}
	]}, "page": {"number": 1}}`))
	got, err := newClient(t, s.URL).Threads(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, []helpscout.Thread{
		{ID: 3, Type: helpscout.ThreadLineItem, Status: helpscout.StatusNoChange, State: helpscout.StatePublished,
			CreatedBy: helpscout.Person{ID: 31, Type: "user", First: "Grace"}, CreatedAt: time.Date(2026, 2, 3, 4, 5, 7, 0, time.UTC),
			Source: helpscout.Source{Type: "web", Via: "user"}},
		{ID: 2, Type: helpscout.ThreadNote, Status: helpscout.StatusActive, State: helpscout.StatePublished, Body: "noted<br>",
			Customer: helpscout.Person{ID: 900, First: "Ada"}, CreatedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)},
	}, got)
}

func TestAnEmptyListComesInManyShapes(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`, `{"_embedded": {}}`, `{"_embedded": []}`, `{"_embedded": null}`,
		`{"_embedded": {"mailboxes": []}, "page": {"number": 0}}`, `{"_embedded": {"mailboxes": null}, "_links": {"next": null}}`,
	} {
		s := serve(t, answer(200, body))
		got, err := newClient(t, s.URL).Mailboxes(t.Context())
		require.NoError(t, err, body)
		require.Empty(t, got, body)
	}
}

func TestPagesAreFollowedAsLongAsThereIsANextOne(t *testing.T) {
	t.Parallel()
	s := serve(t,
		answer(200, `{"_embedded": {"users": [{"id": 1}, {"id": 2}]}, "_links": {"next": {"href": "https://api.example.com/v2/users?page=2"}}, "page": {"totalPages": 1}}`),
		answer(200, `{"_embedded": {"users": [{"id": 3}]}, "_links": {"next": {"href": "/v2/users?page=3"}}}`),
		answer(200, `{"_embedded": {"users": [{"id": 4}]}, "_links": {"self": {"href": "/v2/users?page=3"}}}`),
	)
	users, err := newClient(t, s.URL).Users(t.Context())
	require.NoError(t, err)
	var ids []int64
	for _, user := range users {
		ids = append(ids, user.ID)
	}
	require.Equal(t, []int64{1, 2, 3, 4}, ids)
	var queries []string
	for _, r := range s.seen() {
		require.Equal(t, "/v2/users", r.Path)
		queries = append(queries, r.RawQuery)
	}
	require.Equal(t, []string{"", "page=2", "page=3"}, queries)
}

func TestALinkToTheNextPageCannotLeadElsewhere(t *testing.T) {
	t.Parallel()
	stranger := serve(t)
	s := serve(t,
		answer(200, `{"_embedded": {"customers": [{"id": 1}]}, "_links": {"next": {"href": "`+stranger.URL+`/steal?cursor=abc&query=background:+x"}}}`),
		answer(200, `{"_embedded": {"customers": [{"id": 2}]}}`),
	)
	const query = `phone:"+12025550123"`
	customers, err := newClient(t, s.URL).SearchCustomers(t.Context(), query)
	require.NoError(t, err)
	require.Len(t, customers, 2)
	require.Empty(t, stranger.seen())
	second := s.seen()[1]
	require.Equal(t, "/v3/customers/search", second.Path)
	require.Equal(t, []string{"abc"}, second.Query["cursor"])
	require.Equal(t, []string{query}, second.Query["query"])
}

func TestEndlessPagesHaveAnEnd(t *testing.T) {
	t.Parallel()
	endless := func(name string) *server {
		var answers []http.HandlerFunc
		for n := range 200 {
			answers = append(answers, answer(200, fmt.Sprintf(`{"_embedded": {%q: [{"id": %d}]}, "_links": {"next": {"href": "?page=%d"}}}`, name, n+1, n+2)))
		}
		return serve(t, answers...)
	}
	s := endless("threads")
	threads, err := newClient(t, s.URL).Threads(t.Context(), 7)
	require.NoError(t, err)
	require.Len(t, threads, 20)
	require.Len(t, s.seen(), 20)

	s = endless("customers")
	customers, err := newClient(t, s.URL).SearchCustomers(t.Context(), "email:x")
	require.NoError(t, err)
	require.Len(t, customers, 4)

	s = endless("conversations")
	conversations, err := newClient(t, s.URL).CustomerConversations(t.Context(), 85, 900)
	require.NoError(t, err)
	require.Len(t, conversations, 1)

	s = endless("users")
	users, err := newClient(t, s.URL).Users(t.Context())
	require.ErrorContains(t, err, "more than 100 pages")
	require.Empty(t, users)
	require.Len(t, s.seen(), 100)
}

func TestAUserIsFoundByEveryAddressAndNeverAStranger(t *testing.T) {
	t.Parallel()
	const body = `{"_embedded": {"users": [
		{"id": 1, "email": "grace@example.com", "firstName": "Grace", "role": "admin", "type": "user"},
		{"id": 2, "email": "ada@example.com", "alternateEmails": ["ada@engines.example.com"]}]}}`
	for email, want := range map[string]int64{
		"grace@example.com": 1, "Ada@Example.com": 2, "ada@engines.example.com": 2, "alan@example.com": 0,
	} {
		s := serve(t, answer(200, body))
		user, found, err := newClient(t, s.URL).UserByEmail(t.Context(), email)
		require.NoError(t, err)
		require.Equal(t, want != 0, found, email)
		require.Equal(t, want, user.ID, email)
	}
}

func TestAMergedRecordNamesItsSuccessorAndIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := serve(t,
		answer(301, ``, "Location", "https://api.example.com/v2/conversations/456"),
		answer(301, `gone`, "Location", "/v2/customers/457"),
	)
	client := newClient(t, s.URL)
	_, err := client.GetConversation(t.Context(), 7)
	var moved *helpscout.MovedError
	require.ErrorAs(t, err, &moved)
	require.Equal(t, helpscout.MovedError{Path: "/v2/conversations/7", To: 456}, *moved)
	_, err = client.GetCustomer(t.Context(), 8)
	require.ErrorAs(t, err, &moved)
	require.Equal(t, int64(457), moved.To)
	require.Len(t, s.seen(), 2)
}

func TestARedirectThatNamesNoSuccessorIsAnError(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"", "https://web.example.com/login", "/v2/customers/9", "/v2/conversations/7", "/v2/conversations/x"} {
		s := serve(t, answer(301, ``, "Location", location), answer(200, `{}`))
		_, err := newClient(t, s.URL).GetConversation(t.Context(), 7)
		var failed *helpscout.Error
		require.ErrorAs(t, err, &failed, location)
		require.Equal(t, 301, failed.Status)
		require.Len(t, s.seen(), 1)
	}
}

func TestAnAnswerThatIsNotWhatIsDocumentedIsNamedAsSuch(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `<html>`, `[]`, `{"_embedded": {"threads": {"id": 1}}}`, `{"_embedded": {"threads": [{"id": "x"}]}}`} {
		s := serve(t, answer(200, body))
		_, err := newClient(t, s.URL).Threads(t.Context(), 7)
		var unusable *helpscout.AnswerError
		require.ErrorAs(t, err, &unusable, body)
		require.Equal(t, "/v2/conversations/7/threads", unusable.Path)
	}
}

func TestTheAddressOfAConversationsPageNeedsNoRequest(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://web.example.com", "https://web.example.com/"} {
		require.Equal(t, "https://web.example.com/conversation/4123456789/1207/", helpscout.WebURL(base, 4123456789, 1207))
	}
}
