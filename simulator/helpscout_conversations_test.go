package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// conversation is a body for POST /v2/conversations; changes replace its parts.
func conversation(changes ...string) string {
	body := `{"subject":"Call","type":"phone","mailboxId":85,"status":"active","customer":{"id":700},` +
		`"threads":[{"type":"phone","customer":{"id":700},"text":"Hello"}]}`
	return strings.NewReplacer(changes...).Replace(body)
}

func TestConversationsThatHelpScoutRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]struct {
		body  string
		codes map[string]string
	}{
		"nothing": {`{}`, map[string]string{
			"subject": "NotNull", "type": "NotNull", "mailboxId": "NotNull", "status": "NotNull", "customer": "NotNull", "threads": "NotNull",
		}},
		"an empty subject":       {conversation(`"Call"`, `""`), map[string]string{"subject": "NotEmpty"}},
		"another type":           {conversation(`"type":"phone","mail`, `"type":"sms","mail`), map[string]string{"type": "EnumValue"}},
		"another status":         {conversation(`"active"`, `"open"`), map[string]string{"status": "EnumValue"}},
		"an unknown inbox":       {conversation(`85`, `99`), map[string]string{"mailboxId": "invalid-identifier"}},
		"an unknown owner":       {conversation(`"subject"`, `"assignTo":99,"subject"`), map[string]string{"assignTo": "invalid-identifier"}},
		"an unknown field":       {conversation(`"subject"`, `"assignee":12,"subject"`), map[string]string{"assignee": "unknown"}},
		"no threads":             {conversation(`[{"type":"phone","customer":{"id":700},"text":"Hello"}]`, `[]`), map[string]string{"threads": "NotEmpty"}},
		"an unknown thread type": {conversation(`{"type":"phone","customer"`, `{"type":"call","customer"`), map[string]string{"threads[0].type": "EnumValue"}},
		"an unknown thread field": {
			conversation(`"text":"Hello"`, `"text":"Hello","user":12`), map[string]string{"threads[0].user": "unknown"},
		},
		"a customer without id and e-mail": {
			conversation(`"customer":{"id":700},"threads"`, `"customer":{"phone":"+12025550143"},"threads"`),
			map[string]string{"customer": "NotNull"},
		},
		"tags that are no list": {conversation(`"subject"`, `"tags":"a","subject"`), map[string]string{"tags": "invalid-json"}},
	} {
		require.Equal(t, c.codes, d.want(400, "POST", "/v2/conversations", c.body).codes(), name)
	}
	d.want(404, "POST", "/v2/conversations", conversation(`700`, `701`))
	require.Empty(t, d.Conversations())
}

func TestConversationIsMadeWithOwnerTagsAndAuthor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.created("/v2/conversations", conversation(`"subject"`, `"user":12,"assignTo":12,"tags":[" Inbound ","VIP","vip"],"subject"`))
	found := d.get("/v2/conversations/" + id + "?embed=threads")
	require.Equal(t, "Lee", found.body["assignee"].(map[string]any)["last"])
	require.Equal(t, "Cleo", found.body["primaryCustomer"].(map[string]any)["first"])
	require.NotEqual(t, found.body["id"], found.body["number"])
	var tags []string
	for _, tag := range items(found.body["tags"]) {
		tags = append(tags, tag["tag"].(string))
	}
	require.Equal(t, []string{"inbound", "vip"}, tags)
	require.Equal(t, "Ben", found.list("threads")[0]["createdBy"].(map[string]any)["first"])
}

func TestOwnerOfANewConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	standard := d.get("/v2/conversations/" + d.created("/v2/conversations", conversation()))
	require.EqualValues(t, 12, standard.body["assignee"].(map[string]any)["id"], "left out: the inbox's own")
	nobody := d.get("/v2/conversations/" + d.created("/v2/conversations", conversation(`"subject"`, `"assignTo":null,"subject"`)))
	require.NotContains(t, nobody.body, "assignee", "an explicit null: nobody")
}

func TestAnUnknownEmailMakesACustomer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.created("/v2/conversations", conversation(`"customer":{"id":700},"threads"`, `"customer":{"email":"new@example.com","firstName":"Nia"},"threads"`))
	customers := d.Customers()
	require.Len(t, customers, 2)
	require.Equal(t, "Nia", customers[1].FirstName)
	d.created("/v2/conversations", conversation(`"customer":{"id":700},"threads"`, `"customer":{"email":"NEW@example.com","firstName":"Other"},"threads"`))
	require.Len(t, d.Customers(), 2)
}

func TestTagsAreReplacedAndLowerCased(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active", "old"))
	read := func() (tags []string) {
		for _, tag := range items(d.get(path).body["tags"]) {
			tags = append(tags, tag["tag"].(string))
		}
		return tags
	}
	d.want(204, "PUT", path+"/tags", `{"tags":["Missed Call","missed call","Phone-Number-Support"]}`)
	require.Equal(t, []string{"missed call", "phone-number-support"}, read())
	d.want(204, "PUT", path+"/tags", `{"tags":[]}`)
	require.NotContains(t, d.get(path).body, "tags", "an untagged conversation has no such key")
	for _, body := range []string{`{}`, `{"tags":null}`, `{"tags":[{"tag":"a"}]}`, `{"tags":[""]}`, `{"tags":["a"],"add":true}`, `["a"]`} {
		d.want(400, "PUT", path+"/tags", body)
	}
}

func TestConversationIsChangedByOneOperation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	for _, body := range []string{
		`{"op":"replace","path":"/subject","value":"New"}`, `{"op":"replace","path":"/status","value":"closed"}`,
		`{"op":"move","path":"/mailboxId","value":86}`,
	} {
		d.want(204, "PATCH", path, body)
	}
	found := d.get(path).body
	require.Equal(t, []any{"New", "closed", 86.0}, []any{found["subject"], found["status"], found["mailboxId"]})
	require.EqualValues(t, 11, found["closedBy"])

	for name, body := range map[string]string{
		"a list":                 `[{"op":"replace","path":"/status","value":"active"}]`,
		"an unknown status":      `{"op":"replace","path":"/status","value":"open"}`,
		"spam":                   `{"op":"replace","path":"/status","value":"spam"}`,
		"replace for the inbox":  `{"op":"replace","path":"/mailboxId","value":86}`,
		"an unknown inbox":       `{"op":"move","path":"/mailboxId","value":99}`,
		"an unknown owner":       `{"op":"replace","path":"/assignTo","value":99}`,
		"an unknown path":        `{"op":"replace","path":"/tags","value":["a"]}`,
		"a missing operation":    `{"path":"/status","value":"active"}`,
		"an empty subject":       `{"op":"replace","path":"/subject","value":""}`,
		"another key beside":     `{"op":"replace","path":"/status","value":"active","if":1}`,
		"a text instead of JSON": `status`,
	} {
		require.Equal(t, 400, d.send("PATCH", path, body).status, name)
	}
	require.Equal(t, found, d.get(path).body, "a refused change changes nothing")
}

func TestAssigningReopensAClosedConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("closed"))
	d.want(204, "PATCH", path, `{"op":"replace","path":"/assignTo","value":12}`)
	require.Equal(t, "active", d.get(path).body["status"])
	d.want(204, "PATCH", path, `{"op":"remove","path":"/assignTo"}`)
	require.NotContains(t, d.get(path).body, "assignee")
	item := d.threads(path)[0]
	require.Equal(t, "lineitem", item["type"])
	require.NotContains(t, item, "body")
}

func TestAMergedConversationTellsWhereItWentForSixtyDays(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.TokenLife = 1000 * time.Hour * 24 })
	from, into := d.opened("active", "old"), d.opened("active")
	require.NoError(t, d.MergeConversation(from, into))
	path := fmt.Sprint("/v2/conversations/", from)
	moved := d.want(301, "GET", path, "")
	require.Equal(t, fmt.Sprint(d.url, "/v2/conversations/", into), moved.header.Get("Location"))
	require.Empty(t, moved.raw)
	d.want(404, "GET", path+"/threads", "")
	d.want(404, "PUT", path+"/tags", `{"tags":[]}`)
	d.want(404, "POST", path+"/notes", `{"text":"x"}`)
	d.want(404, "PATCH", path, `{"op":"replace","path":"/status","value":"closed"}`)
	require.Len(t, d.get("/v2/conversations?status=all").list("conversations"), 1)
	require.EqualValues(t, 2, d.get(fmt.Sprint("/v2/conversations/", into)).body["threads"])
	d.clock.Advance(60*24*time.Hour - time.Second)
	d.want(301, "GET", path, "")
	d.clock.Advance(time.Second)
	d.want(404, "GET", path, "")
	require.Error(t, d.MergeConversation(into, into))
}

func TestDeletedAndLockedConversations(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	gone, locked := d.opened("active"), d.opened("active")
	d.want(204, "DELETE", fmt.Sprint("/v2/conversations/", gone), "")
	d.want(404, "GET", fmt.Sprint("/v2/conversations/", gone), "")
	require.NoError(t, d.LockConversation(locked, true))
	path := fmt.Sprint("/v2/conversations/", locked)
	d.want(200, "GET", path, "")
	d.want(423, "POST", path+"/notes", `{"text":"x"}`)
	require.NoError(t, d.LockConversation(locked, false))
	d.created(path+"/notes", `{"text":"x"}`)
}
