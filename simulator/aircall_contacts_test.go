package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

// program is Callscout's own client of an office.
func (o *office) program() *aircall.Client {
	o.t.Helper()
	api, err := aircall.New(o.url, aircall.Basic("id", "token"))
	require.NoError(o.t, err)
	return api
}

func work(value string) aircall.ContactDetail {
	return aircall.ContactDetail{Label: "Work", Value: value}
}

// refusedWith demands an answer of Aircall's of that status.
func refusedWith(t *testing.T, status int, err error) {
	t.Helper()
	var refused *aircall.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, status, refused.Status)
}

func TestTheClientAndTheSimulatorAgreeOnContacts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	api := o.program()
	made, err := api.CreateContact(t.Context(), aircall.NewContact{
		FirstName: "Nia", LastName: " ", CompanyName: "Acme",
		PhoneNumbers: []aircall.ContactDetail{work("+442079460003")}, Emails: []aircall.ContactDetail{work("nia@example.com")},
	})
	require.NoError(t, err)
	require.NoError(t, api.UpdateContact(t.Context(), made.ID, aircall.ContactChange{LastName: "Okoye", Information: "Asks for Ben"}))
	require.NoError(t, api.AddContactPhone(t.Context(), made.ID, "Home", "+442079460004"))

	read, err := api.GetContact(t.Context(), made.ID)
	require.NoError(t, err)
	want := made
	want.LastName, want.Information = "Okoye", "Asks for Ben"
	want.PhoneNumbers = append(want.PhoneNumbers, aircall.ContactDetail{ID: read.PhoneNumbers[1].ID, Label: "Home", Value: "+442079460004"})
	require.Equal(t, want, read)
	for name, c := range map[string]struct {
		query aircall.ContactQuery
		found bool
	}{
		"the number it was made with": {aircall.ContactQuery{PhoneNumber: "+442079460003"}, true},
		"the number added":            {aircall.ContactQuery{PhoneNumber: "+44 20 7946 0004"}, true},
		"the address":                 {aircall.ContactQuery{Email: "NIA@example.com"}, true},
		"both":                        {aircall.ContactQuery{PhoneNumber: "+442079460003", Email: "nia@example.com"}, true},
		"one of both":                 {aircall.ContactQuery{PhoneNumber: "+442079460005", Email: "nia@example.com"}, false},
		"the end of a number":         {aircall.ContactQuery{PhoneNumber: "79460003"}, false},
	} {
		contacts, err := api.SearchContacts(t.Context(), c.query)
		require.NoError(t, err, name)
		if c.found {
			require.Equal(t, []aircall.Contact{want}, contacts, name)
		} else {
			require.Empty(t, contacts, name)
		}
	}
	// Events overtake each other, hence no order.
	require.Eventually(t, func() bool { return len(o.hub.all()) == 3 }, 5*time.Second, time.Millisecond)
	require.ElementsMatch(t, []string{"contact.created", "contact.updated", "contact.updated"}, o.hub.names())
}

func TestWhatOnlyAircallCanRefuseOfAContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	api := o.program()
	_, err := api.CreateContact(t.Context(), aircall.NewContact{
		PhoneNumbers: []aircall.ContactDetail{work("+442079460003")}, Emails: []aircall.ContactDetail{work("nia at acme")},
	})
	refusedWith(t, http.StatusUnprocessableEntity, err)
	_, err = api.GetContact(t.Context(), 1)
	refusedWith(t, http.StatusNotFound, err)
	refusedWith(t, http.StatusNotFound, api.UpdateContact(t.Context(), 1, aircall.ContactChange{LastName: "Okoye"}))
	refusedWith(t, http.StatusNotFound, api.AddContactPhone(t.Context(), 1, "Work", "+442079460003"))
	require.Empty(t, o.Contacts())

	full := simulator.Contact{ID: 9}
	for i := range 19 {
		full.PhoneNumbers = append(full.PhoneNumbers, simulator.Detail{Value: fmt.Sprintf("+4420794601%02d", i)})
	}
	o.AddContact(full)
	require.NoError(t, api.AddContactPhone(t.Context(), 9, "Work", "+442079460003"))
	refusedWith(t, http.StatusUnprocessableEntity, api.AddContactPhone(t.Context(), 9, "Work", "+442079460004"))
	require.Len(t, o.Contacts()[0].PhoneNumbers, aircall.MaxContactDetails)
}

func TestALaterCallCarriesTheContactThatHasItsNumber(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	api := o.program()
	contactOf := func(call simulator.Call) *aircall.Contact {
		t.Helper()
		for _, event := range o.hub.all() {
			if seen, err := event.Call(); err == nil && seen.ID == call.ID && event.Name == "call.created" {
				return seen.Contact
			}
		}
		require.Fail(t, "the call was not announced")
		return nil
	}
	require.Nil(t, contactOf(o.place(simulator.Script{Kind: simulator.InboundMissed, Outside: "+44 20 7946 0003"})))

	made, err := api.CreateContact(t.Context(), aircall.NewContact{FirstName: "Nia", PhoneNumbers: []aircall.ContactDetail{work("+442079460003")}})
	require.NoError(t, err)
	require.NoError(t, api.AddContactPhone(t.Context(), made.ID, "Home", "+442079460004"))
	for _, script := range []simulator.Script{
		{Kind: simulator.InboundMissed, Outside: "+44 20 7946 0003"},
		{Kind: simulator.OutboundUnanswered, Outside: "+44 20 7946 0004"},
	} {
		call := o.place(script)
		contact := contactOf(call)
		require.NotNil(t, contact, script.Kind)
		require.Equal(t, made.ID, contact.ID)
		require.Len(t, contact.PhoneNumbers, 2)
		read, err := api.GetCall(t.Context(), call.ID)
		require.NoError(t, err)
		require.Equal(t, contact, read.Contact, "the API shows the contact that the event had")
	}
	for _, script := range []simulator.Script{
		{Kind: simulator.InboundMissed, Outside: "+44 20 7946 0005"},
		{Kind: simulator.InboundMissed, Outside: simulator.Anonymous},
		{Kind: simulator.InboundMissed, Outside: "+44 20 7946 0003", ContactID: -1},
	} {
		require.Nil(t, contactOf(o.place(script)), script.Outside)
	}
}

func TestTheClientAndTheSimulatorAgreeOnInsightCards(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	api := o.program()
	running, err := o.PlaceAsync(simulator.Script{Kind: simulator.InboundMissed, Ring: time.Hour})
	require.NoError(t, err)
	require.Eventually(t, func() bool { _, ok := o.Call(running); return ok }, 5*time.Second, time.Millisecond)
	lines := func(text string) aircall.InsightCard {
		return aircall.InsightCard{Contents: []aircall.CardContent{
			{Type: aircall.CardTitle, Text: "Nia Okoye", Link: "https://example.com/customers/1"},
			{Type: aircall.CardShortText, Label: "Notes", Text: text},
		}}
	}
	require.NoError(t, api.ShowInsightCard(t.Context(), running, lines("Gold")))
	require.Equal(t, []simulator.CardContent{
		{Type: "title", Text: "Nia Okoye", Link: "https://example.com/customers/1"},
		{Type: "shortText", Label: "Notes", Text: "Gold"},
	}, o.Cards()[0].Contents)

	empty, err := json.Marshal(lines("."))
	require.NoError(t, err)
	room := aircall.MaxInsightCard - len(empty)
	require.NoError(t, api.ShowInsightCard(t.Context(), running, lines(strings.Repeat("x", room))), "the largest that the client sends")
	var tooLarge *aircall.FieldError
	require.ErrorAs(t, api.ShowInsightCard(t.Context(), running, lines(strings.Repeat("x", room+1))), &tooLarge)
	require.Len(t, o.Cards(), 2)

	over := o.place(simulator.Script{Kind: simulator.OutboundUnanswered})
	for status, call := range map[int]int64{http.StatusMethodNotAllowed: over.ID, http.StatusNotFound: 1} {
		err := api.ShowInsightCard(t.Context(), call, lines("Gold"))
		refusedWith(t, status, err)
		require.True(t, aircall.CallOver(err))
	}
	require.Len(t, o.Cards(), 2)
}
