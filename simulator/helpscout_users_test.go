package simulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func TestUsersAreFoundByExactEmail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.AddUser(simulator.User{ID: 13, FirstName: "Dora", Email: "xben@example.com", AlternateEmails: []string{"ben@example.com"}})
	found := d.get("/v2/users?email=BEN%40example.com").list("users")
	require.Len(t, found, 1)
	require.EqualValues(t, 12, found[0]["id"])
	require.Equal(t, "Lee", found[0]["lastName"])
	require.Equal(t, "user", found[0]["role"])
}

func TestUserPlusSignMustBeEncoded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.AddUser(simulator.User{ID: 13, Email: "eve+desk@example.com"})
	require.Empty(t, d.get("/v2/users?email=eve+desk@example.com").list("users"))
	require.Len(t, d.get("/v2/users?email=eve%2Bdesk@example.com").list("users"), 1)
}

func TestUserBehindTheToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.EqualValues(t, 11, d.get("/v2/users/me").body["id"])
	require.Equal(t, "Ben", d.get("/v2/users/12").body["firstName"])
	d.want(404, "GET", "/v2/users/99", "")
}

func TestListsArePagedAndEmptyOnesHaveNoEmbedded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 49 {
		d.AddUser(simulator.User{FirstName: fmt.Sprint("User ", i)})
	}
	first := d.get("/v2/users")
	require.Len(t, first.list("users"), 50)
	page := first.body["page"].(map[string]any)
	require.EqualValues(t, 51, page["totalElements"])
	require.EqualValues(t, 2, page["totalPages"])
	require.EqualValues(t, 1, page["number"])
	next := first.body["_links"].(map[string]any)["next"].(map[string]any)["href"].(string)
	require.True(t, strings.HasPrefix(next, d.url))
	second := d.get(strings.TrimPrefix(next, d.url))
	require.Len(t, second.list("users"), 1)
	require.NotContains(t, second.body["_links"], "next")
	require.Contains(t, second.body["_links"], "previous")
	require.NotContains(t, d.get("/v2/users?email=nobody@example.com").body, "_embedded")
	d.want(400, "GET", "/v2/users?page=0", "")
}

func TestPlainUserReachesOnlyAssignedInboxes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	elsewhere := d.AddConversation(simulator.Conversation{MailboxID: 86, CustomerID: 700})
	d.AddUser(simulator.User{ID: 11, Role: "user", Mailboxes: []int64{85}, NoDirectory: true})
	require.Len(t, d.get("/v2/mailboxes").list("mailboxes"), 1)
	d.want(200, "GET", "/v2/mailboxes/85", "")
	d.want(403, "GET", "/v2/mailboxes/86", "")
	d.want(403, "GET", fmt.Sprint("/v2/conversations/", elsewhere.ID), "")
	require.Empty(t, d.get("/v2/conversations").list("conversations"))
	d.want(403, "GET", "/v3/customers/search?query=phone:1", "")
}

func TestMailboxesAreListed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	found := d.get("/v2/mailboxes").list("mailboxes")
	require.Len(t, found, 2)
	require.Equal(t, "Support", found[0]["name"])
	require.Equal(t, "support@example.com", found[0]["email"])
	d.want(404, "GET", "/v2/mailboxes/99", "")
}

func TestUnknownPathsMethodsAndContentTypes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unknown := d.want(404, "GET", "/v2/nothing", "")
	require.Contains(t, unknown.body, "logRef")
	require.Equal(t, "application/vnd.error+json", unknown.header.Get("Content-Type"))
	d.want(404, "GET", "/v3/conversations", "")
	wrong := d.want(405, "DELETE", "/v2/users", "")
	require.Equal(t, map[string]string{"": "invalid-http-method"}, wrong.codes())
	d.want(405, "GET", "/v2/oauth2/token", "")
	result, err := d.try("POST", "/v2/customers", "text/plain", `{}`)
	require.NoError(t, err)
	require.Equal(t, 415, result.status)
	big := d.want(413, "POST", "/v2/customers", strings.Repeat(" ", 17<<20))
	require.Contains(t, big.body, "logRef")
}
