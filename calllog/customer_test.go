package calllog_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func TestANewCustomerIsNamedAsWellAsAircallCan(t *testing.T) {
	t.Parallel()
	unnamed := [2]string{"Unknown Contact (Aircall)", "+44 20 7946 0123"}
	const notes = "Created automatically by Callscout for an Aircall call."
	for name, test := range map[string]struct {
		data keys
		want calllog.NewCustomer
	}{
		"a contact": {keys{"contact": ada}, calllog.NewCustomer{FirstName: "Ada", LastName: "Quill", Company: "Quill & Sons", Email: "ada@quill.example", Phone: "+44 20 7946 0123", Notes: notes, Unnamed: unnamed}},
		"a company": {keys{"contact": keys{"id": 1, "company_name": "Quill & Sons"}}, calllog.NewCustomer{LastName: "Quill & Sons", Company: "Quill & Sons", Phone: "+44 20 7946 0123", Notes: notes, Unnamed: unnamed}},
		"a number":  {nil, calllog.NewCustomer{FirstName: "Unknown Contact (Aircall)", LastName: "+44 20 7946 0123", Phone: "+44 20 7946 0123", Notes: notes, Unnamed: unnamed}},
		"nobody":    {keys{"raw_digits": "anonymous", "contact": ada}, calllog.NewCustomer{FirstName: "Anonymous caller (Aircall)", Notes: notes, Unnamed: [2]string{"Unknown Contact (Aircall)"}}},
		"a long name": {keys{"contact": keys{"id": 1, "first_name": strings.Repeat("ü", 41), "last_name": strings.Repeat("ß", 40)}}, calllog.NewCustomer{
			FirstName: strings.Repeat("ü", 39) + "…", LastName: strings.Repeat("ß", 40), Phone: "+44 20 7946 0123", Notes: notes, Unnamed: unnamed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := facts(t, aircall.EventCallCreated, 0, with(inbound(), test.data))
			require.Equal(t, test.want, calllog.Customer(f, settings.Defaults()))
		})
	}
}

// Help Scout refuses whatever is drawn; each try leaves something out, the number
// stays, and the tries come to an end.
func TestAPlainerCustomerKeepsTheNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		c := calllog.NewCustomer{
			FirstName: text("first"), LastName: text("last"), Company: text("company"), Email: text("email"), Notes: text("notes"),
			Phone: "+44 20 7946 0123", Unnamed: [2]string{"Unknown Contact (Aircall)", "+44 20 7946 0123"},
		}
		for tries := 0; ; tries++ {
			fields := rapid.SliceOf(rapid.SampledFrom([]string{"emails", "emails[0].value", "firstName", "lastName", "organization", "background", "phones", "other"})).Draw(t, "fields")
			plainer, left := c.Plainer(fields)
			require.Equal(t, "+44 20 7946 0123", plainer.Phone)
			require.LessOrEqual(t, utf8.RuneCountInString(plainer.Notes), 200)
			if !left {
				require.Equal(t, c, plainer)
				return
			}
			require.NotEqual(t, c, plainer, "the same again would be refused again")
			require.Less(t, tries, 8)
			c = plainer
		}
	})
}

func TestWhatHelpScoutNamesIsLeftOutFirst(t *testing.T) {
	t.Parallel()
	jane := calllog.NewCustomer{
		FirstName: "Jane 🦊", LastName: "d’Été-Łukasz", Company: "Doe & Daughters", Email: "jane@doe.example", Notes: "Made.",
		Unnamed: [2]string{"Unknown Contact (Aircall)", "+44 20 7946 0123"},
	}
	for name, test := range map[string]struct {
		fields []string
		change func(c *calllog.NewCustomer)
	}{
		"the address":       {[]string{"emails[0].value"}, func(c *calllog.NewCustomer) { c.Email, c.Notes = "", "Made. jane@doe.example" }},
		"the name":          {[]string{"firstName"}, func(c *calllog.NewCustomer) { c.FirstName = "Jane" }},
		"the company":       {[]string{"organization"}, func(c *calllog.NewCustomer) { c.Company = "" }},
		"nothing is named":  {nil, func(c *calllog.NewCustomer) { c.Email, c.Notes = "", "Made. jane@doe.example" }},
		"something foreign": {[]string{"age"}, func(c *calllog.NewCustomer) { c.Email, c.Notes = "", "Made. jane@doe.example" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := jane
			test.change(&want)
			got, left := jane.Plainer(test.fields)
			require.True(t, left)
			require.Equal(t, want, got)
		})
	}
}

func TestTheSharedAnonymousCustomerIsKnownInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, language := range []settings.Language{settings.English, settings.German, settings.French, settings.Spanish} {
		s := settings.Defaults()
		s.Language = language
		require.True(t, calllog.SharedAnonymous(calllog.Customer(calllog.Facts{Anonymous: true}, s).FirstName), language)
	}
	require.False(t, calllog.SharedAnonymous("Eve"))
	require.False(t, calllog.SharedAnonymous(""))
}
