package calllog_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

const webURL = "https://secure.helpscout.net"

func ringing(t *testing.T, data keys) calllog.Facts {
	t.Helper()
	return facts(t, aircall.EventCallCreated, 0, with(inbound(), data))
}

func TestACardNamesThePersonAndTheLatestConversation(t *testing.T) {
	t.Parallel()
	who := calllog.Caller{
		Customer: 501, How: calllog.FoundByNumber,
		Profile: calllog.Profile{FirstName: "Jane", LastName: "Doe", Emails: []string{"jane@doe.example", "j@doe.example"}, Company: "Doe & Daughters", JobTitle: "Owner", Notes: "Prefers\nmornings"},
		Latest:  &calllog.LatestConversation{Number: 7, Subject: "Where is it?", Status: "closed", URL: webURL + "/conversation/900/7/"},
		Others:  []calllog.Namesake{{ID: 502, Name: "Jim Doe"}, {ID: 503}, {ID: 504, Name: "C"}, {ID: 505}, {ID: 506}},
	}
	require.Equal(t, []calllog.CardLine{
		{Text: "Jane Doe", Link: webURL + "/customer/501/0/"},
		{Label: "E-mail", Text: "jane@doe.example"},
		{Label: "Company", Text: "Doe & Daughters"},
		{Label: "Job title", Text: "Owner"},
		{Label: "Notes", Text: "Prefers mornings"},
		{Label: "Latest conversation", Text: "Where is it?", Link: webURL + "/conversation/900/7/"},
		{Label: "Status", Text: "closed, unassigned"},
		{Label: "Same number", Text: "Jim Doe", Link: webURL + "/customer/502/0/"},
		{Label: "Same number", Text: "503", Link: webURL + "/customer/503/0/"},
		{Label: "Same number", Text: "C", Link: webURL + "/customer/504/0/"},
		{Label: "Same number", Text: "and 2 more"},
	}, calllog.Card(ringing(t, nil), settings.Defaults(), who, webURL+"/"))
}

func TestACardSaysWhatItCan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		data keys
		who  calllog.Caller
		want []string
	}{
		"nobody has the number":      {nil, calllog.Caller{}, []string{"+44 20 7946 0123", "unknown: no customer has this number"}},
		"one was made":               {nil, calllog.Caller{Customer: 1, How: calllog.MadeByCall}, []string{"+44 20 7946 0123", "new: no customer had this number, so one was made"}},
		"the record was not read":    {nil, calllog.Caller{Customer: 1, How: calllog.Remembered}, []string{"+44 20 7946 0123"}},
		"a company without a person": {nil, calllog.Caller{Customer: 1, How: calllog.FoundByNumber, Profile: calllog.Profile{Company: "Doe & Daughters"}}, []string{"Doe & Daughters"}},
		"an address alone":           {nil, calllog.Caller{Customer: 1, How: calllog.FoundByNumber, Profile: calllog.Profile{Emails: []string{"j@doe.example"}}}, []string{"j@doe.example", "j@doe.example"}},
		"a sender's name":            {keys{"raw_digits": "ACME"}, calllog.Caller{}, []string{"ACME (alphanumeric sender)", "unknown: no customer has this number"}},
		"a subject that is empty": {nil, calllog.Caller{Customer: 1, How: calllog.Remembered, Latest: &calllog.LatestConversation{Number: 7, Status: "active", Owner: "Mia Berg"}},
			[]string{"+44 20 7946 0123", "#7", "active, Mia Berg"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var texts []string
			for _, line := range calllog.Card(ringing(t, test.data), settings.Defaults(), test.who, webURL) {
				texts = append(texts, line.Text)
			}
			require.Equal(t, test.want, texts)
		})
	}
}

func TestACardIsAlwaysSmallEnoughAndNeverEmpty(t *testing.T) {
	t.Parallel()
	f := ringing(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string {
			return strings.Repeat(rapid.StringN(0, 40, -1).Draw(t, name), rapid.IntRange(0, 40).Draw(t, "times"))
		}
		who := calllog.Caller{
			Customer: 501, How: calllog.FoundByNumber,
			Profile: calllog.Profile{FirstName: text("first"), LastName: text("last"), Emails: []string{text("email")}, Company: text("company"), JobTitle: text("title"), Notes: text("notes")},
			Latest:  &calllog.LatestConversation{Subject: text("subject"), Status: text("status"), Owner: text("owner"), URL: webURL + "/conversation/900/7/"},
			Others:  []calllog.Namesake{{ID: 1, Name: text("other")}, {ID: 2, Name: text("another")}},
		}
		lines := calllog.Card(f, settings.Defaults(), who, webURL)
		encoded, err := json.Marshal(map[string]any{"contents": lines})
		require.NoError(t, err)
		require.Less(t, len(encoded), 10<<10)
		require.Empty(t, lines[0].Label)
		for _, line := range lines {
			require.NotEmpty(t, line.Text)
			require.True(t, utf8.ValidString(line.Text))
		}
	})
}

func TestAContactIsMadeOfACustomersRecord(t *testing.T) {
	t.Parallel()
	f := ringing(t, nil)
	profile := calllog.Profile{FirstName: "Jane", LastName: "Doe", Company: "Doe & Daughters", Emails: []string{"jane@doe.example"}}
	require.Equal(t, calllog.NewContact{
		FirstName: "Jane", LastName: "Doe", Company: "Doe & Daughters", Information: "https://x.example/1",
		Phone: "+442079460123", Emails: []string{"jane@doe.example"},
	}, calllog.ContactFor(f, profile, "https://x.example/1"))
	require.Equal(t, "+44 20 7946 0123", calllog.ContactFor(f, calllog.Profile{}, "").LastName, "Aircall shows something")
	require.Len(t, calllog.ContactFor(f, calllog.Profile{Emails: make([]string, 30)}, "").Emails, 20)
}

func TestAContactIsWantedWhereAircallLacksThePartyOrTheNumber(t *testing.T) {
	t.Parallel()
	numbers := func(value string) keys {
		return keys{"contact": keys{"id": 1, "first_name": "Ada", "phone_numbers": []any{keys{"id": 1, "label": "Work", "value": value}}}}
	}
	for name, test := range map[string]struct {
		data keys
		want bool
	}{
		"no contact":                    {nil, true},
		"a contact with the number":     {numbers("+44 20 7946 0123"), false},
		"a contact with another number": {numbers("+44 20 7946 0999"), true},
		"a contact without its numbers": {keys{"contact": keys{"id": 1, "first_name": "Ada"}}, false},
		"a withheld number":             {keys{"raw_digits": "anonymous"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings.Defaults()
			require.Equal(t, test.want, calllog.ContactWanted(ringing(t, test.data), s))
			s.Contacts.CreateAircallContact = false
			require.False(t, calllog.ContactWanted(ringing(t, test.data), s))
		})
	}
}
