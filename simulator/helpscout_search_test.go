package simulator_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// listed asks the conversation list and returns the subjects.
func (d *desk) listed(parameters string) []string {
	d.t.Helper()
	var subjects []string
	for _, found := range d.want(200, "GET", "/v2/conversations?"+parameters, "").list("conversations") {
		subjects = append(subjects, found["subject"].(string))
	}
	return subjects
}

func TestSearchAndListsLagBehindWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.SearchLag = 10 * time.Second })
	customer := d.created("/v2/customers", `{"phone":"+442079460002"}`)
	id := d.created("/v2/conversations", conversation())
	require.Empty(t, d.search(`phone:"+442079460002"`))
	require.Empty(t, d.listed("status=all"))
	d.want(200, "GET", "/v2/customers/"+customer, "")
	d.want(200, "GET", "/v2/conversations/"+id, "")
	require.Len(t, d.threads("/v2/conversations/"+id), 1, "reads by id see a write at once")

	d.clock.Advance(9 * time.Second)
	d.want(204, "PATCH", "/v2/conversations/"+id, `{"op":"replace","path":"/subject","value":"Later"}`)
	require.Empty(t, d.listed("status=all"))
	d.clock.Advance(time.Second)
	require.Equal(t, []string{customer}, d.search(`phone:"+442079460002"`))
	require.Equal(t, []string{"Call"}, d.listed("status=all"), "the list shows the state of ten seconds ago")
	d.clock.Advance(9 * time.Second)
	require.Equal(t, []string{"Later"}, d.listed("status=all"))

	require.Len(t, d.search(`phone:"+1 202-555-0143"`), 1, "what was there from the beginning does not lag")
}

func TestPhoneNumbersAreComparedAsTheOptionSays(t *testing.T) {
	t.Parallel()
	const exact, normalized, parts = simulator.MatchExact, simulator.MatchNormalized, simulator.MatchParts
	for _, test := range []struct {
		stored, query string
		by            []simulator.PhoneMatching
	}{
		{"+1 202-555-0199", "+1 202-555-0199", []simulator.PhoneMatching{"", exact, normalized, parts}},
		{"+1 202-555-0199 X5", "+1 202-555-0199 x5", []simulator.PhoneMatching{"", exact, normalized, parts}},
		{"+1 202-555-0199", "+12025550199", []simulator.PhoneMatching{normalized}},
		{"(202) 555-0199", "202 555 0199", []simulator.PhoneMatching{normalized, parts}},
		{"+1 202-555-0199", "(202) 555 0199", []simulator.PhoneMatching{normalized, parts}},
		{"+1 202-555-0199", "5550199", []simulator.PhoneMatching{normalized}},
		{"+1 202-555-0199", "550199", nil},
		{"110", "110", []simulator.PhoneMatching{"", exact, normalized, parts}},
		{"2025550199", "+12025550199", nil},
		{"(202) 555-0199", "(202) 555-019", nil},
		{"(202) 555-0199", "555 202", nil},
		{"(202) 555-0199 ext. 12", "202 555 0199", []simulator.PhoneMatching{normalized, parts}},
		{"2025550199x12", "2025550199", []simulator.PhoneMatching{normalized, parts}},
		{"Tel. 2025550199;ext=12", "2025550199", []simulator.PhoneMatching{normalized, parts}},
		{"anonymous", "Anonymous", []simulator.PhoneMatching{"", exact, parts}},
		{"+1 202-555-0199", "-", nil},
	} {
		var found []simulator.PhoneMatching
		for _, by := range []simulator.PhoneMatching{"", exact, normalized, parts} {
			d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.PhoneMatching = by })
			d.AddCustomer(simulator.Customer{ID: 701, Phones: []simulator.Entry{{Value: test.stored}}})
			if len(d.search(`phone:"`+test.query+`"`)) > 0 {
				found = append(found, by)
			}
		}
		require.Equal(t, test.by, found, "%q in %q", test.query, test.stored)
	}
}

func TestConversationListShowsActiveOnesUnlessAsked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, status := range []string{"active", "pending", "closed", "spam"} {
		d.AddConversation(simulator.Conversation{MailboxID: 85, CustomerID: 700, Subject: status, Status: status})
	}
	mine := "query=" + url.QueryEscape("(customerIds:700)")
	require.Equal(t, []string{"active"}, d.listed(mine))
	require.ElementsMatch(t, []string{"active", "pending"}, d.listed("status=open"))
	require.ElementsMatch(t, []string{"active", "pending", "closed", "spam"}, d.listed("status=all&"+mine))
	require.Empty(t, d.listed("status=all&mailbox=86"))
	require.Empty(t, d.listed("status=all&query="+url.QueryEscape("(customerIds:1)")))
}

func TestConversationListIsOrdered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, subject := range []string{"first", "second", "third"} {
		at := noon.Add(time.Duration(i) * time.Hour)
		d.AddConversation(simulator.Conversation{
			MailboxID: 85, CustomerID: 700, Subject: subject, CreatedAt: at, ModifiedAt: noon.Add(10*time.Hour - time.Duration(i)*time.Hour),
		})
	}
	require.Equal(t, []string{"third", "second", "first"}, d.listed(""))
	require.Equal(t, []string{"first", "second", "third"}, d.listed("sortField=modifiedAt"))
	require.Equal(t, []string{"first", "second", "third"}, d.listed("sortOrder=asc"))
}

func TestConversationQueries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.opened("active", "delivery")
	for query, hits := range map[string]int{
		`subject:"order WHERE"`: 1, `subject:"refund"`: 0, `tag:"Delivery"`: 1, `email:"cleo@example.com"`: 1,
		`body:"hell"`: 1, `assigned:"Unassigned"`: 1, `NOT tag:"delivery"`: 0, `tag:"x" OR subject:"order"`: 1,
		`tag:"x" AND subject:"order"`: 0,
	} {
		require.Len(t, d.listed("query="+url.QueryEscape(query)), hits, query)
	}
}

func TestConversationListRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, parameters := range []string{
		"status=solved", "mailbox=support", "assigned_to=ben", "sortField=age", "sortOrder=up", "page=0",
		"modifiedSince=2026-03-01T10:00:00.000Z", "modifiedSince=yesterday", "query=" + url.QueryEscape("(customer:700)"),
	} {
		require.Equal(t, 400, d.send("GET", "/v2/conversations?"+parameters, "").status, parameters)
	}
	d.opened("active")
	require.Len(t, d.listed("modifiedSince=2026-03-01T10:00:00Z"), 1)
}

func TestConversationListIsPagedByTwentyFive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 26 {
		d.AddConversation(simulator.Conversation{MailboxID: 85, CustomerID: 700, Subject: fmt.Sprint(i)})
	}
	require.Len(t, d.listed("page=1"), 25)
	require.Len(t, d.listed("page=2"), 1)
	require.Empty(t, d.listed("page=3"))
}
