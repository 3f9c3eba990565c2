package allinone

import (
	"fmt"

	"callscout/settings"
	"callscout/simulator"
)

// The simulated company. Ids are those of the README's example.
const (
	supportInbox = 85
	salesInbox   = 86
	supportLine  = 1389850
	salesLine    = 397375

	appID, appSecret = "demo-app", "demo-app-secret"
	apiID, apiToken  = "demo-api-id", "demo-api-token"
	webhookToken     = "demo-webhook-token-0123456789ab"
)

// vendors are the simulated Aircall and Help Scout of one company.
type vendors struct {
	aircall   *simulator.Aircall
	helpScout *simulator.HelpScout
	// aircallURL and helpScoutURL are where they listen.
	aircallURL, helpScoutURL string
	// mia and ben are Aircall's ids of the agents.
	mia, ben int64
	stop     []func()
}

// startVendors makes the company and has both simulators listen. An address of
// "" means a free port.
func startVendors(aircallAddress, helpScoutAddress string) (*vendors, error) {
	v := &vendors{
		helpScout: simulator.NewHelpScout(simulator.HelpScoutOptions{Apps: []simulator.App{{ID: appID, Secret: appSecret, UserID: 600}}}),
		aircall:   simulator.NewAircall(simulator.AircallOptions{APIID: apiID, APIToken: apiToken, NewerBodies: true}),
	}
	v.stop = append(v.stop, v.aircall.Close)
	var stop func()
	var err error
	if v.helpScoutURL, stop, err = simulator.Listen(v.helpScout, helpScoutAddress); err != nil {
		v.close()
		return nil, err
	}
	v.stop = append(v.stop, stop)
	if v.aircallURL, stop, err = simulator.Listen(v.aircall, aircallAddress); err != nil {
		v.close()
		return nil, err
	}
	v.stop = append(v.stop, stop)
	v.helpScout.SetBaseURL(v.helpScoutURL)
	v.aircall.SetMediaURL(v.aircallURL)
	v.furnish()
	return v, nil
}

func (v *vendors) close() {
	for _, stop := range v.stop {
		stop()
	}
}

// furnish gives both accounts the people, lines and inboxes of the company.
func (v *vendors) furnish() {
	h := v.helpScout
	h.AddUser(simulator.User{ID: 600, FirstName: "Ada", LastName: "Admin", Email: "ada@demo.example", Role: "owner"})
	h.AddUser(simulator.User{ID: 612, FirstName: "Mia", LastName: "Berg", Email: "mia.berg@demo.example", Role: "user"})
	h.AddUser(simulator.User{ID: 613, FirstName: "Ben", LastName: "Okafor", Email: "ben.okafor@demo.example", Role: "user"})
	h.AddMailbox(simulator.Mailbox{ID: supportInbox, Name: "Support", Email: "support@demo.example"})
	h.AddMailbox(simulator.Mailbox{ID: salesInbox, Name: "Sales", Email: "sales@demo.example"})
	jane := h.AddCustomer(simulator.Customer{
		FirstName: "Jane", LastName: "Doe", Organization: "Doe Bicycles",
		Phones: []simulator.Entry{{Type: "work", Value: "(202) 555-0143"}}, Emails: []simulator.Entry{{Type: "work", Value: "jane@doe-bicycles.example"}},
	})
	h.AddConversation(simulator.Conversation{
		MailboxID: supportInbox, CustomerID: jane.ID, Subject: "Order 1042 has not arrived", Status: "active", Type: "email", Tags: []string{"delivery"},
		Threads: []simulator.Thread{{
			Type: "customer", Body: "Hello, my order 1042 was due last Thursday. Where is it?",
			Author: simulator.Person{Type: "customer", ID: jane.ID}, CustomerID: jane.ID,
		}},
	})
	h.AddCustomer(simulator.Customer{
		FirstName: "Otto", LastName: "Lind", Phones: []simulator.Entry{{Type: "mobile", Value: "+49 30 23125 042"}},
	})

	a := v.aircall
	a.AddNumber(simulator.Number{ID: supportLine, Name: "Support", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	a.AddNumber(simulator.Number{ID: salesLine, Name: "Sales Berlin", Digits: "+49 30 23125 000", Country: "DE", TimeZone: "Europe/Berlin"})
	v.mia = a.AddUser(simulator.AircallUser{Name: "Mia Berg", Email: "mia.berg@demo.example"}).ID
	v.ben = a.AddUser(simulator.AircallUser{Name: "Ben Okafor", Email: "Ben.Okafor@demo.example"}).ID
}

// callTo tells the simulated Aircall where Callscout takes webhooks.
func (v *vendors) callTo(publicURL string) {
	v.aircall.AddWebhook(simulator.Webhook{URL: publicURL + "/webhooks/aircall", Token: webhookToken})
}

// installation is the company as Callscout knows it. The pauses are short, so
// that somebody who watches sees the end.
func installation() settings.Installation {
	return settings.Installation{
		ID:        "demo",
		Aircall:   settings.AircallAccount{APIID: apiID, APIToken: apiToken, WebhookToken: webhookToken},
		HelpScout: settings.HelpScoutAccount{AppID: appID, AppSecret: appSecret},
		Settings: settings.Overrides{
			"settle": "2m",
			"calls":  map[string]any{"post_call_delay": "12s", "assign_conversation": true},
		},
		Numbers: []settings.Number{
			{AircallNumber: supportLine, Inbox: supportInbox},
			{AircallNumber: salesLine, Inbox: salesInbox},
		},
	}
}

// settingsFile is a file for callscout apply that fits these simulators.
func settingsFile() string {
	return fmt.Sprintf(`version: 1
installations:
  - id: demo
    aircall:   { api_id: %s, api_token: %s, webhook_token: %s }
    helpscout: { app_id: %s, app_secret: %s }
    numbers:
      - { aircall_number: %d, inbox: %d }
      - { aircall_number: %d, inbox: %d }
`, apiID, apiToken, webhookToken, appID, appSecret, supportLine, supportInbox, salesLine, salesInbox)
}
