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

const outside = "+1 202-555-0143"

// rings makes the call known to Aircall, so that it takes an insight card.
func (o *office) rings() {
	o.aircall.PutCall(simulator.Call{ID: o.callID, Status: "initial", Direction: "inbound", RawDigits: outside, NumberID: line})
}

// missedCall plays a call that nobody takes.
func (o *office) missedCall(more map[string]any) workflows.CallResult {
	o.t.Helper()
	o.rings()
	o.hear(0, aircall.EventCallCreated, more)
	o.hear(20*time.Second, aircall.EventCallHungup, o.missed(more))
	o.hear(50*time.Second, aircall.EventCallEnded, o.missed(more))
	return o.run()
}

func (o *office) view() workflows.View {
	o.t.Helper()
	answer, err := o.env.QueryWorkflow(workflows.StatusQuery)
	require.NoError(o.t, err)
	var view workflows.View
	require.NoError(o.t, answer.Get(&view))
	return view
}

// jane is the contact that Aircall shows with the call.
func jane(more map[string]any) map[string]any {
	contact := map[string]any{
		"id": 77, "first_name": "Jane", "last_name": "Doe", "company_name": "Doe & Daughters",
		"phone_numbers": []any{map[string]any{"id": 1, "label": "Work", "value": "+12025550143"}},
		"emails":        []any{map[string]any{"id": 2, "label": "Work", "value": "jane@doe.example"}},
	}
	return map[string]any{"contact": merged(contact, more)}
}

func entry(value string) []simulator.Entry { return []simulator.Entry{{Type: "work", Value: value}} }

func details(list []simulator.Detail) string {
	var values []string
	for _, d := range list {
		values = append(values, d.Value)
	}
	return strings.Join(values, " ")
}

func entries(list []simulator.Entry) string {
	var values []string
	for _, e := range list {
		values = append(values, e.Value)
	}
	return strings.Join(values, " ")
}

// people is one line of what both address books hold, without ids.
func (o *office) people() (customers, contacts []string) {
	for _, c := range o.helpScout.Customers() {
		customers = append(customers, fmt.Sprintf("%s|%s|%s|%s|%s", c.FirstName, c.LastName, c.Organization, entries(c.Emails), entries(c.Phones)))
	}
	for _, c := range o.aircall.Contacts() {
		contacts = append(contacts, fmt.Sprintf("%s|%s|%s|%s|%s", c.FirstName, c.LastName, c.CompanyName, details(c.Emails), details(c.PhoneNumbers)))
	}
	return customers, contacts
}

func TestBothAddressBooksAreKeptInStep(t *testing.T) {
	t.Parallel()
	const unknown = "Unknown Contact (Aircall)|+1 202-555-0143||"
	for name, test := range map[string]struct {
		helpScout *simulator.Customer
		aircall   *simulator.Contact
		// shown is the contact that Aircall's events carry.
		shown               map[string]any
		settings            func(*settings.Settings)
		customers, contacts []string
		contact             string
	}{
		"neither knows the number": {
			customers: []string{unknown + "|+1 202-555-0143"}, contacts: []string{unknown + "|+12025550143"}, contact: "made",
		},
		"only Aircall knows it": {
			shown:     jane(nil),
			customers: []string{"Jane|Doe|Doe & Daughters|jane@doe.example|+1 202-555-0143"},
		},
		"only Help Scout knows it": {
			helpScout: &simulator.Customer{FirstName: "Jane", LastName: "Doe", Organization: "Doe & Daughters", Emails: entry("jane@doe.example"), Phones: entry("(202) 555-0143")},
			customers: []string{"Jane|Doe|Doe & Daughters|jane@doe.example|(202) 555-0143"},
			contacts:  []string{"Jane|Doe|Doe & Daughters|jane@doe.example|+12025550143"}, contact: "made",
		},
		"both know it": {
			helpScout: &simulator.Customer{FirstName: "J.", LastName: "Doe", Phones: entry("2025550143")},
			shown:     jane(nil),
			customers: []string{"J.|Doe|||2025550143"},
		},
		"Aircall has the contact and does not show it": {
			helpScout: &simulator.Customer{FirstName: "J.", LastName: "Doe", Phones: entry("2025550143")},
			aircall:   &simulator.Contact{FirstName: "Jane", PhoneNumbers: []simulator.Detail{{Value: "+1 202 555 0143"}}},
			customers: []string{"J.|Doe|||2025550143"}, contacts: []string{"Jane||||+1 202 555 0143"}, contact: "known",
		},
		"the customer with the e-mail address lacks the number": {
			helpScout: &simulator.Customer{FirstName: "J.", LastName: "Doe", Emails: entry("Jane@Doe.example"), Phones: entry("+44 20 7946 0123")},
			shown:     jane(nil),
			customers: []string{"J.|Doe||Jane@Doe.example|+44 20 7946 0123 +1 202-555-0143"},
		},
		"the contact with the e-mail address lacks the number": {
			helpScout: &simulator.Customer{FirstName: "J.", LastName: "Doe", Emails: entry("jane@doe.example"), Phones: entry("202.555.0143")},
			aircall: &simulator.Contact{FirstName: "Jane", PhoneNumbers: []simulator.Detail{{Value: "+442079460123"}},
				Emails: []simulator.Detail{{Value: "Jane@doe.example"}}},
			customers: []string{"J.|Doe||jane@doe.example|202.555.0143"},
			contacts:  []string{"Jane|||Jane@doe.example|+442079460123 +12025550143"}, contact: "number added",
		},
		"the contact that Aircall shows lacks the number": {
			helpScout: &simulator.Customer{FirstName: "J.", LastName: "Doe", Phones: entry("202/555/0143")},
			aircall:   &simulator.Contact{ID: 77, FirstName: "Jane", PhoneNumbers: []simulator.Detail{{Value: "+442079460123"}}},
			shown:     jane(map[string]any{"phone_numbers": []any{map[string]any{"id": 1, "label": "Work", "value": "+442079460123"}}}),
			customers: []string{"J.|Doe|||202/555/0143"},
			contacts:  []string{"Jane||||+442079460123 +12025550143"}, contact: "number added",
		},
		"contacts in Aircall are switched off": {
			settings:  func(s *settings.Settings) { s.Contacts.CreateAircallContact = false },
			helpScout: &simulator.Customer{FirstName: "Jane", LastName: "Doe", Phones: entry("2025550143")},
			customers: []string{"Jane|Doe|||2025550143"},
		},
		"customers are switched off, and the log needs one": {
			settings:  func(s *settings.Settings) { s.Contacts.CreateCustomer = false },
			customers: []string{unknown + "|+1 202-555-0143"}, contacts: []string{unknown + "|+12025550143"}, contact: "made",
		},
		"a contact with a company only": {
			shown:     jane(map[string]any{"first_name": "", "last_name": nil, "emails": []any{}}),
			customers: []string{"|Doe & Daughters|Doe & Daughters||+1 202-555-0143"},
		},
		"a contact with no name at all": {
			shown:     jane(map[string]any{"first_name": " ", "last_name": nil, "company_name": nil, "emails": []any{}}),
			customers: []string{unknown + "|+1 202-555-0143"},
		},
		"a customer with a company only": {
			helpScout: &simulator.Customer{Organization: "Doe & Daughters", Phones: entry("+12025550143")},
			customers: []string{"||Doe & Daughters||+12025550143"}, contacts: []string{"||Doe & Daughters||+12025550143"}, contact: "made",
		},
		"a customer without any name": {
			helpScout: &simulator.Customer{Phones: entry("+12025550143")},
			customers: []string{"||||+12025550143"}, contacts: []string{"|+1 202-555-0143|||+12025550143"}, contact: "made",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if test.helpScout != nil {
				o.helpScout.AddCustomer(*test.helpScout)
			}
			if test.aircall != nil {
				o.aircall.AddContact(*test.aircall)
			}
			if test.settings != nil {
				test.settings(&o.settings)
			}
			require.Equal(t, workflows.StatusSynced, o.missedCall(test.shown).Status)
			customers, contacts := o.people()
			require.Equal(t, test.customers, customers)
			require.Equal(t, test.contacts, contacts)
			require.Equal(t, test.contact, o.view().Greeting.Contact.Did)
			require.Equal(t, []string{"phone: end"}, o.log())

			// The next call changes nothing more.
			o.callID++
			o.newCall()
			require.Equal(t, workflows.StatusSynced, o.missedCall(test.shown).Status)
			customers, contacts = o.people()
			require.Equal(t, test.customers, customers)
			require.Equal(t, test.contacts, contacts)
		})
	}
}

// Both sides begin without a name; whoever writes it down first gives it to the
// other side too.
func TestANameThatIsWrittenDownOnOneSideReachesTheOther(t *testing.T) {
	t.Parallel()
	placeholder := func(o *office) map[string]any {
		contacts := o.aircall.Contacts()
		require.Len(o.t, contacts, 1)
		return jane(map[string]any{"id": contacts[0].ID, "first_name": contacts[0].FirstName, "last_name": contacts[0].LastName, "company_name": nil, "emails": []any{}})
	}
	t.Run("in Help Scout", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.missedCall(nil)
		require.NoError(t, o.helpScout.RenameCustomer(o.helpScout.Customers()[0].ID, "Jane", ""))
		o.callID++
		o.newCall()
		o.missedCall(placeholder(o))
		_, contacts := o.people()
		require.Equal(t, []string{"Jane|+1 202-555-0143|||+12025550143"}, contacts)
		require.Equal(t, "named as the customer", o.view().Greeting.Contact.Did)
		for _, conversation := range o.helpScout.Conversations() {
			require.NotContains(t, conversation.Subject, "Unknown", "a placeholder is nobody's name")
		}
	})
	t.Run("in Aircall, in a later call", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.missedCall(nil)
		o.callID++
		o.newCall()
		o.missedCall(jane(nil))
		customers, _ := o.people()
		require.Equal(t, []string{"Jane|Doe|||+1 202-555-0143"}, customers)
		require.Contains(t, o.view().Details, "Name of the customer: named as Aircall's contact")
	})
	t.Run("in Aircall, in the same call", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.rings()
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(jane(map[string]any{"first_name": "", "last_name": "", "emails": []any{}})))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		customers, _ := o.people()
		require.Equal(t, []string{"|Doe & Daughters|||+1 202-555-0143"}, customers)
	})
	t.Run("somebody has named the customer meanwhile", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.rings()
		o.hear(0, aircall.EventCallCreated, nil)
		o.env.RegisterDelayedCallback(func() {
			require.NoError(t, o.helpScout.RenameCustomer(o.helpScout.Customers()[0].ID, "Joan", "Roe"))
		}, 30*time.Second)
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(jane(nil)))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		customers, _ := o.people()
		require.Equal(t, []string{"Joan|Roe|||+1 202-555-0143"}, customers)
		require.Equal(t, "had a name already", o.view().Greeting.Named.Did)
	})
	t.Run("neither side knows a name", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.missedCall(nil)
		before, contactsBefore := o.people()
		o.callID++
		o.newCall()
		o.missedCall(placeholder(o))
		customers, contacts := o.people()
		require.Equal(t, before, customers)
		require.Equal(t, contactsBefore, contacts)
	})
}

func TestWhatHelpScoutRefusesOfAContactCostsNoLog(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Maximiliana ", 5)
	refuse := func(path string) string {
		return fmt.Sprintf(`{"logRef":"x","message":"Bad request","_embedded":{"errors":[{"path":%q,"message":"not valid","source":"JSON"}]}}`, path)
	}
	for name, test := range map[string]struct {
		contact map[string]any
		faults  []simulator.Fault
		want    string
	}{
		"names of more than 40 characters": {
			contact: map[string]any{"first_name": long, "last_name": long},
			want:    "Maximiliana Maximiliana Maximiliana Max…|Maximiliana Maximiliana Maximiliana Max…|Doe & Daughters|jane@doe.example|",
		},
		"emojis that it takes": {
			contact: map[string]any{"first_name": "Jane 🦊"}, want: "Jane 🦊|Doe|Doe & Daughters|jane@doe.example|",
		},
		"emojis that it refuses": {
			contact: map[string]any{"first_name": "Jane 🦊"}, want: "Jane|Doe|Doe & Daughters|jane@doe.example|",
			faults: []simulator.Fault{{Status: http.StatusBadRequest, Body: refuse("firstName"), Times: 1}},
		},
		"a name of emojis that it refuses": {
			contact: map[string]any{"first_name": "🦊", "last_name": "🦊🦊"}, want: "Unknown Contact (Aircall)|+1 202-555-0143|Doe & Daughters|jane@doe.example|",
			faults: []simulator.Fault{{Status: http.StatusBadRequest, Body: refuse("firstName"), Times: 1}},
		},
		"a name that it refuses for no reason to be seen": {
			want:   "Unknown Contact (Aircall)|+1 202-555-0143|Doe & Daughters|jane@doe.example|",
			faults: []simulator.Fault{{Status: http.StatusBadRequest, Body: refuse("lastName"), Times: 1}},
		},
		"an e-mail address that is none": {
			contact: map[string]any{"emails": []any{map[string]any{"id": 2, "label": "Work", "value": "jane at doe"}}},
			want:    "Jane|Doe|Doe & Daughters||",
		},
		"a company that it refuses": {
			want:   "Jane|Doe||jane@doe.example|",
			faults: []simulator.Fault{{Status: http.StatusBadRequest, Body: refuse("organization"), Times: 1}},
		},
		"it does not say what": {
			contact: map[string]any{"first_name": "Jane 🦊"},
			want:    "Jane|Doe|Doe & Daughters||",
			faults:  []simulator.Fault{{Status: http.StatusBadRequest, Times: 2}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			for _, fault := range test.faults {
				fault.Method, fault.PathPattern = http.MethodPost, "/v2/customers"
				require.NoError(t, o.helpScout.Fault(fault))
			}
			require.Equal(t, workflows.StatusSynced, o.missedCall(jane(test.contact)).Status)
			customers, _ := o.people()
			require.Equal(t, []string{test.want + "+1 202-555-0143"}, customers)
			require.Equal(t, []string{"phone: end"}, o.log())
		})
	}
}

// The conflict is known at once and the search shows nothing for a while.
func TestACustomerWhomTheSearchDoesNotShowYetIsJoinedAllTheSame(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodGet, PathPattern: "/v3/customers/search", Status: http.StatusOK,
		Body: `{"_embedded":{"customers":[]}}`, Times: 4}))
	o.helpScout.AddCustomer(simulator.Customer{FirstName: "J.", LastName: "Doe", Emails: entry("jane@doe.example")})
	require.Equal(t, workflows.StatusSynced, o.missedCall(jane(nil)).Status)
	customers, _ := o.people()
	require.Equal(t, []string{"J.|Doe||jane@doe.example|+1 202-555-0143"}, customers)
	require.Equal(t, calllog.JoinedByEmail, o.view().Greeting.Found.How)
}

func TestACustomerWhomTheSearchNeverShowsCostsNoLog(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodGet, PathPattern: "/v3/customers/search", Status: http.StatusOK,
		Body: `{"_embedded":{"customers":[]}}`}))
	o.helpScout.AddCustomer(simulator.Customer{FirstName: "J.", LastName: "Doe", Emails: entry("jane@doe.example")})
	require.Equal(t, workflows.StatusSynced, o.missedCall(jane(nil)).Status)
	customers := o.helpScout.Customers()
	require.Len(t, customers, 2)
	require.Empty(t, customers[1].Emails)
	require.Contains(t, customers[1].Background, "jane@doe.example", "nothing is lost")
	require.Equal(t, []string{"phone: end"}, o.log())
}
