package phone_test

import (
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"callscout/helpscout"
	"callscout/phone"
	"callscout/simulator"
)

// notDigits is what stands between the digits of a number.
var notDigits = regexp.MustCompile(`[^\d+]+`)

func separatedBy(separator, number string) string {
	return notDigits.ReplaceAllString(strings.Trim(number, "( )"), separator)
}

// storedForms are the ways in which somebody may have typed an example number,
// by the library's formats alone: the usual ones, and those with unusual
// separators.
func storedForms(e example) (usual, unusual []string) {
	international := phonenumbers.Format(e.proto, phonenumbers.INTERNATIONAL)
	national := phonenumbers.Format(e.proto, phonenumbers.NATIONAL)
	if e.region == "AR" && strings.HasPrefix(international, "+54 9") {
		// The library writes "09 15-2345-6789" here, and does not read that itself.
		national = "011 15-2345-6789"
	}
	digits := phonenumbers.Format(e.proto, phonenumbers.E164)
	code := strconv.Itoa(int(e.proto.GetCountryCode()))
	_, significant, _ := strings.Cut(international, " ")
	groups := strings.Fields(separatedBy(" ", significant))
	exit := "00" + code

	usual = []string{
		international, separatedBy(" ", international), digits,
		separatedBy(" ", significant), separatedBy("", significant),
		national, separatedBy(" ", national), separatedBy("", national),
		exit + " " + separatedBy(" ", significant), exit + separatedBy("", significant),
		separatedBy("-", national), separatedBy(".", national),
	}
	if code == "1" {
		usual = append(usual,
			"("+groups[0]+") "+groups[1]+" "+groups[2], "("+groups[0]+") "+groups[1]+"-"+groups[2],
			"1 "+separatedBy(" ", significant), "1"+separatedBy("", significant), "1-"+separatedBy("-", significant),
		)
	}
	unusual = []string{separatedBy("-", international), separatedBy(".", international), separatedBy("/", national)}
	if local := strings.Fields(separatedBy(" ", national)); len(local) > 1 {
		area, line := local[0], local[1:]
		if len(local) > len(groups) {
			// The trunk prefix is a group of its own.
			area, line = local[0]+" "+local[1], local[2:]
		}
		usual = append(usual, area+"/"+strings.Join(line, ""))
		unusual = append(unusual,
			area+"/"+strings.Join(line, " "), area+" "+strings.Join(line, ""), area+"-"+strings.Join(line, ""),
			"("+area+") "+strings.Join(line, " "))
	}
	return distinct(usual), distinct(unusual)
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// records is a simulated Help Scout with one customer for each stored text.
type records struct {
	client *helpscout.Client
	stored map[int64]string
}

func recordsOf(t *testing.T, matching simulator.PhoneMatching, stored []string) records {
	t.Helper()
	h := simulator.NewHelpScout(simulator.HelpScoutOptions{
		PhoneMatching: matching, LimitPerMinute: -1, Apps: []simulator.App{{ID: "app", Secret: "secret", UserID: 11}},
	})
	h.AddUser(simulator.User{ID: 11, FirstName: "Ada", LastName: "Bot", Email: "ada@example.com", Role: "admin"})
	r := records{stored: map[int64]string{}}
	for _, text := range stored {
		customer := h.AddCustomer(simulator.Customer{FirstName: "Cleo", Phones: []simulator.Entry{{Value: text}}})
		r.stored[customer.ID] = text
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	auth, err := helpscout.ClientCredentials(server.URL, "app", "secret")
	require.NoError(t, err)
	r.client, err = helpscout.New(server.URL, auth, helpscout.WithHTTPClient(server.Client()))
	require.NoError(t, err)
	return r
}

// find does what a lookup does for each stored text by itself: it searches for
// the forms, verifies the hits, and searches for the remaining forms if there
// was none. It answers which query found each text.
func (r records) find(t *testing.T, n phone.Number, forms []string, line string) map[string]int {
	t.Helper()
	found := map[string]int{}
	for attempt := 1; attempt <= 2 && len(forms) > 0 && len(found) < len(r.stored); attempt++ {
		query, used := phone.Query(forms, helpscout.MaxCustomerQuery)
		forms = forms[used:]
		hits, err := r.client.SearchCustomers(t.Context(), query)
		require.NoError(t, err)
		for _, hit := range hits {
			stored := r.stored[hit.ID]
			require.Equal(t, stored, hit.Phones[0].Value)
			if _, before := found[stored]; !before && phone.Holds(stored, n, line) {
				found[stored] = attempt
			}
		}
	}
	return found
}

// tally counts stored texts by the query that found them.
type tally struct {
	regions map[string]bool
	by      [3]int
	missed  []string
}

func (c *tally) add(region string, stored []string, found map[string]int) {
	if c.regions == nil {
		c.regions = map[string]bool{}
	}
	c.regions[region] = true
	for _, text := range stored {
		c.by[found[text]]++
		if found[text] == 0 {
			c.missed = append(c.missed, region+": "+text)
		}
	}
}

func (c *tally) report(t *testing.T, name string) {
	t.Helper()
	t.Logf("%s: %d countries, %d stored texts: %d found by the first query, %d by the second, %d not",
		name, len(c.regions), c.by[0]+c.by[1]+c.by[2], c.by[1], c.by[2], c.by[0])
	require.GreaterOrEqual(t, len(c.regions), 40)
	require.Empty(t, c.missed)
}

func TestEveryStoredFormOfEveryCountryIsFound(t *testing.T) {
	t.Parallel()
	all := examples(t)
	for _, matching := range []simulator.PhoneMatching{simulator.MatchExact, simulator.MatchNormalized} {
		t.Run(string(matching), func(t *testing.T) {
			t.Parallel()
			var usuals, unusuals tally
			for _, e := range all {
				usual, unusual := storedForms(e)
				found := recordsOf(t, matching, distinct(slices.Concat(usual, unusual))).find(t, e.number, e.forms(), e.region)
				usuals.add(e.region, usual, found)
				unusuals.add(e.region, unusual, found)
			}
			usuals.report(t, "usual forms")
			unusuals.report(t, "unusual separators")
			require.Zero(t, usuals.by[2], "every usual form is found by the first query")
		})
	}
}

// A text with an extension is no form that could be listed: it takes a search that
// matches parts or normalises, and Holds to tell whose it is.
func TestANumberWithAnExtensionIsFoundInEveryCountry(t *testing.T) {
	t.Parallel()
	extensions := []string{
		" ext. 12", " ext 12", " extension 12", " x12", " x 12", " #12", ";ext=12", " Durchwahl 12", " DW 12", " poste 12", " доб. 12",
	}
	all := examples(t)
	for _, matching := range []simulator.PhoneMatching{simulator.MatchParts, simulator.MatchNormalized} {
		t.Run(string(matching), func(t *testing.T) {
			t.Parallel()
			var count tally
			for i, e := range all {
				usual, _ := storedForms(e)
				var stored []string
				// A third of the forms, in turn: the labels matter here.
				for j := i % 3; j < len(usual); j += 3 {
					stored = append(stored, usual[j]+extensions[(i+j/3)%len(extensions)])
				}
				count.add(e.region, stored, recordsOf(t, matching, stored).find(t, e.number, e.forms(), e.region))
			}
			count.report(t, "with an extension")
		})
	}
}

// A search that matches parts also brings others, who must not count.
func TestAHitWithAnotherNumberDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		number, line string
		others       []string
	}{
		{"+493023125001", "DE", []string{"+49 30 23125001 2", "0231 3023125001", "1 30 23125001", "+1 030 23125001", "+43 30 23125001"}},
		{"+442079460123", "GB", []string{"+1 20 7946 0123", "+49 20 7946 0123", "020 7946 0123 4", "7 020 7946 0123"}},
	} {
		for _, matching := range []simulator.PhoneMatching{simulator.MatchParts, simulator.MatchNormalized} {
			r := recordsOf(t, matching, test.others)
			n := parsed(t, test.number)
			query, _ := phone.Query(n.SearchForms(), helpscout.MaxCustomerQuery)
			hits, err := r.client.SearchCustomers(t.Context(), query)
			require.NoError(t, err)
			require.NotEmpty(t, hits, "%s brings nothing to tell apart", matching)
			require.Empty(t, r.find(t, n, n.SearchForms(), test.line), matching)
		}
	}
}
