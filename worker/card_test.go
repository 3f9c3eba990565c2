package worker_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

// cards are the insight cards that were shown, a line each.
func (o *office) cards() [][]string {
	var cards [][]string
	for _, card := range o.aircall.Cards() {
		var lines []string
		for _, c := range card.Contents {
			line := c.Text
			if c.Label != "" {
				line = c.Label + ": " + c.Text
			}
			if c.Link != "" {
				line += " -> " + c.Link[strings.Index(c.Link[8:], "/")+8:]
			}
			lines = append(lines, line)
		}
		cards = append(cards, lines)
	}
	return cards
}

func TestTheAgentSeesWhoItIs(t *testing.T) {
	t.Parallel()
	for _, direction := range []string{"inbound", "outbound"} {
		t.Run(direction, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			customer := o.helpScout.AddCustomer(simulator.Customer{
				FirstName: "Jane", LastName: "Doe", Organization: "Doe & Daughters", JobTitle: "Owner", Background: "Prefers mornings",
				Emails: entry("jane@doe.example"), Phones: entry("(202) 555-0143"),
			}).ID
			add := func(c simulator.Conversation) int64 {
				c.CustomerID, c.Type, c.Threads = customer, "email", []simulator.Thread{{Type: "customer", Body: "Hello"}}
				if c.MailboxID == 0 {
					c.MailboxID = inbox
				}
				return o.helpScout.AddConversation(c).ID
			}
			latest := add(simulator.Conversation{Subject: "Order 7", Status: "pending", Assignee: agentUser})
			add(simulator.Conversation{Subject: "Win a prize", Status: "spam"})
			o.helpScout.AddMailbox(simulator.Mailbox{ID: 99, Name: "Salaries"})
			add(simulator.Conversation{Subject: "Not for agents on the phone", Status: "active", MailboxID: 99})
			o.rings()
			o.hear(0, aircall.EventCallCreated, map[string]any{"direction": direction})
			o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(map[string]any{"direction": direction}))
			o.hear(70*time.Second, aircall.EventCallEnded, o.ended(map[string]any{"direction": direction}))
			result := o.run()
			require.Equal(t, workflows.StatusSynced, result.Status)
			number := o.number(latest)
			require.Equal(t, [][]string{{
				fmt.Sprintf("Jane Doe -> /customer/%d/0/", customer),
				"E-mail: jane@doe.example", "Company: Doe & Daughters", "Job title: Owner", "Notes: Prefers mornings",
				fmt.Sprintf("Latest conversation: Order 7 -> /conversation/%d/%d/", latest, number),
				"Status: pending, Mia Berg",
			}}, o.cards())
			require.Equal(t, "shown", o.view().Greeting.Card.Did)
		})
	}
}

func (o *office) number(conversation int64) int64 {
	found, _ := o.helpScout.Conversation(conversation)
	return found.Number
}

func TestAnUnknownNumberIsShownAsSuch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		event    map[string]any
		settings func(*settings.Settings)
		want     []string
		contact  string
	}{
		"a customer is made": {want: []string{
			"+1 202-555-0143 -> /customer/CUSTOMER/0/", "Help Scout: new: no customer had this number, so one was made -> /customer/CUSTOMER/0/"}},
		"none is made": {settings: func(s *settings.Settings) { s.Contacts.CreateCustomer = false }, want: []string{
			"+1 202-555-0143", "Help Scout: unknown: no customer has this number"}},
		"Aircall has a contact": {event: jane(nil), want: []string{
			"Jane Doe -> /customer/CUSTOMER/0/", "Help Scout: new: no customer had this number, so one was made -> /customer/CUSTOMER/0/",
			"E-mail: jane@doe.example", "Company: Doe & Daughters", "Notes: Created automatically by Callscout for an Aircall call."}},
		"the number is withheld": {event: map[string]any{"raw_digits": "anonymous"}, want: []string{
			"Number withheld", "Help Scout: without a number nobody can be recognised -> /customer/CUSTOMER/0/"}},
		"it is withheld in digits": {event: map[string]any{"raw_digits": "+266696687"}, want: []string{
			"Number withheld", "Help Scout: without a number nobody can be recognised -> /customer/CUSTOMER/0/"}},
		"it is a short code": {event: map[string]any{"raw_digits": "22000"}, contact: string(calllog.ContactNone), want: []string{
			"22000 (short code) -> /customer/CUSTOMER/0/", "Help Scout: new: no customer had this number, so one was made -> /customer/CUSTOMER/0/"}},
		"in German": {settings: func(s *settings.Settings) { s.Language, s.Contacts.CreateCustomer = settings.German, false }, want: []string{
			"+1 202-555-0143", "Help Scout: unbekannt: kein Kunde hat diese Nummer"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if test.settings != nil {
				test.settings(&o.settings)
			}
			require.Equal(t, workflows.StatusSynced, o.missedCall(test.event).Status)
			for i := range test.want {
				test.want[i] = strings.ReplaceAll(test.want[i], "CUSTOMER", fmt.Sprint(o.helpScout.Customers()[0].ID))
			}
			require.Equal(t, [][]string{test.want}, o.cards())
			if test.contact != "" {
				require.Equal(t, test.contact, o.view().Greeting.Contact.Did)
			}
		})
	}
}

func TestNoCardIsShownWhereNobodyWouldSeeIt(t *testing.T) {
	t.Parallel()
	t.Run("the call is over when it is heard of", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.rings()
		o.hear(0, aircall.EventCallEnded, o.missed(nil))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		for _, request := range o.aircall.Requests() {
			require.NotContains(t, request.Path, "/insight_cards")
		}
	})
	t.Run("it is over before the card is there", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.aircall.PutCall(simulator.Call{ID: o.callID, Status: "done", Direction: "inbound", RawDigits: outside, NumberID: line})
		o.answeredCall(nil)
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Empty(t, o.cards())
		require.Equal(t, "not shown: the call was over", o.view().Greeting.Card.Did)
	})
	t.Run("cards are switched off", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.InsightCard = false
		require.Equal(t, workflows.StatusSynced, o.missedCall(nil).Status)
		require.Empty(t, o.cards())
	})
	t.Run("withheld numbers are skipped", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Contacts.Anonymous = settings.SkipAnonymous
		require.Equal(t, workflows.StatusSkipped, o.missedCall(map[string]any{"raw_digits": "anonymous"}).Status)
		require.Empty(t, o.cards())
		require.Empty(t, o.helpScout.Customers())
	})
}

func TestAircallFailingDelaysAndParksNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"the card is refused":   {Method: http.MethodPost, PathPattern: "/v1/calls/*/insight_cards", Status: http.StatusBadRequest},
		"every answer is lost":  {Method: http.MethodPost, Drop: simulator.DropBefore},
		"Aircall is down":       {Status: http.StatusBadGateway},
		"Aircall blocks us":     {Status: http.StatusTooManyRequests},
		"the key was withdrawn": {Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			require.NoError(t, o.aircall.Fault(fault))
			o.rings()
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() {
				require.Contains(t, strings.Join(o.log(), "\n"), "phone: start", "the first log stands although Aircall does not answer")
			}, 12*time.Second)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			require.Equal(t, []string{"phone: start", "note: end"}, o.log())
			view := o.view()
			require.Nil(t, view.Parked)
			require.NotEmpty(t, view.Greeting.Card.Problem)
			require.Contains(t, view.Details, "Insight card: not shown: ")
		})
	}
}

func TestTheRuleChoosesAndTheOthersAreShown(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	for rule, want := range map[settings.MatchingRule]int{
		settings.MostRecentlyUpdated: 1, settings.Newest: 2, settings.Oldest: 0, settings.WithOpenConversation: 0,
	} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			var ids []int64
			for i, c := range []simulator.Customer{
				{FirstName: "Old", CreatedAt: day(1), UpdatedAt: day(9), Phones: entry("(202) 555-0143")},
				{FirstName: "Busy", CreatedAt: day(2), UpdatedAt: day(20), Phones: entry("+12025550143")},
				{FirstName: "New", CreatedAt: day(3), UpdatedAt: day(10), Phones: entry("202-555-0143")},
				{FirstName: "Somebody", LastName: "Else", CreatedAt: day(4), UpdatedAt: day(21), Phones: entry("(202) 555-0144")},
			} {
				ids = append(ids, o.helpScout.AddCustomer(c).ID)
				if i == 0 {
					o.helpScout.AddConversation(simulator.Conversation{MailboxID: inbox, CustomerID: ids[0], Status: "active", Type: "email",
						Threads: []simulator.Thread{{Type: "customer", Body: "Hello"}}})
				}
			}
			o.settings.Matching.Rule = rule
			require.Equal(t, workflows.StatusSynced, o.missedCall(nil).Status)
			found := o.view().Greeting.Found
			require.Equal(t, ids[want], found.Customer)
			require.Equal(t, calllog.FoundByNumber, found.How)
			others := []int64{}
			for _, other := range found.Others {
				others = append(others, other.ID)
			}
			require.ElementsMatch(t, without(ids[:3], ids[want]), others)
			details := o.view().Details
			require.Contains(t, details, "chosen by the rule "+string(rule))
			for _, other := range others {
				require.Contains(t, details, fmt.Sprintf("[%d](", other))
			}
			require.NotContains(t, details, "555", "no number in the run's details")
			require.Equal(t, 2, strings.Count(strings.Join(o.cards()[0], "\n"), "Same number: "))

			// It is known for the next call too, without a search, until the company
			// chooses another rule.
			o.callID++
			o.newCall()
			o.helpScout.ResetRequests()
			o.missedCall(nil)
			require.Equal(t, ids[want], o.view().Greeting.Found.Customer)
			require.Len(t, o.view().Greeting.Found.Others, 2)
			require.Contains(t, o.view().Details, "chosen by the rule "+string(rule))
			require.Zero(t, o.lookups())
			o.callID++
			o.newCall()
			o.settings.Matching.Rule = settings.Oldest
			o.missedCall(nil)
			require.Equal(t, ids[0], o.view().Greeting.Found.Customer)
		})
	}
}

func without(ids []int64, one int64) []int64 {
	var rest []int64
	for _, id := range ids {
		if id != one {
			rest = append(rest, id)
		}
	}
	return rest
}

func TestARememberedCustomerWhoIsGoneIsNoticedWhileItRings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := o.knownCustomer()
	o.missedCall(nil)
	require.NoError(t, o.helpScout.DeleteCustomer(old))
	merged := o.knownCustomer()

	o.callID++
	o.newCall()
	o.rings()
	o.answeredCall(nil)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, merged, o.view().Greeting.Found.Customer)
	cards := o.cards()
	require.Len(t, cards, 2)
	require.Equal(t, fmt.Sprintf("Jane Doe -> /customer/%d/0/", merged), cards[1][0])
}

func TestANumberThatMovedToAnotherCustomerIsNoticedWhileItRings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := o.knownCustomer()
	o.missedCall(nil)
	call := func() int64 {
		o.callID++
		o.newCall()
		o.rings()
		o.answeredCall(nil)
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		return o.view().Greeting.Found.Customer
	}
	require.Equal(t, old, call())
	require.NoError(t, o.helpScout.SetPhones(old, "+44 20 7946 0123"))
	heir := o.knownCustomer()
	require.Equal(t, heir, call())
	require.NoError(t, o.helpScout.SetPhones(heir))
	require.NoError(t, o.helpScout.SetPhones(old, "202 555 0143"))
	require.Equal(t, old, call(), "and back again")
	require.Len(t, o.helpScout.Customers(), 2)
}

// What a call costs of Help Scout's budget to know whom it is with.
func TestLookingACustomerUpCostsOneUnitOnceAndThenNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.helpScout.ResetRequests()
	o.missedCall(nil)
	first := o.lookups()
	o.callID++
	o.newCall()
	o.helpScout.ResetRequests()
	o.missedCall(nil)
	later := o.lookups()
	t.Logf("Help Scout units for the lookup: first call %d of at most 1, later calls %d", first, later)
	require.Equal(t, 1, first)
	require.Zero(t, later)
}

// A form that few people write is asked for only if the likely ones find nobody.
func TestAnUnlikelyFormIsFoundByASecondSearch(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	customer := o.helpScout.AddCustomer(simulator.Customer{FirstName: "Jane", Phones: entry("202/555/0143")}).ID
	o.helpScout.ResetRequests()
	o.missedCall(nil)
	require.Equal(t, customer, o.view().Greeting.Found.Customer)
	require.Equal(t, 2, o.lookups())
}

// Aircall groups the digits of a number in its own way, and so does who copies it.
func TestANumberIsFoundAsAircallWritesIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const written = "+49 30 23125 042"
	customer := o.helpScout.AddCustomer(simulator.Customer{FirstName: "Otto", Phones: entry(written)}).ID
	o.helpScout.ResetRequests()
	o.missedCall(map[string]any{"raw_digits": written})
	require.Equal(t, customer, o.view().Greeting.Found.Customer)
	require.Equal(t, 1, o.lookups())
}

func (o *office) lookups() (units int) {
	for _, request := range o.helpScout.Requests() {
		o.t.Logf("%d units: %s %s -> %d", request.Units, request.Method, request.Path, request.Status)
		if strings.Contains(request.Path, "/customers/search") {
			units += request.Units
		}
	}
	return units
}
