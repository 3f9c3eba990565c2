package calllog

import (
	"slices"

	"callscout/aircall"
	"callscout/settings"
)

// Check names what the guard looks after: the label of its metric.
type Check string

// The checks.
const (
	// CheckSettings is whether the settings name both accounts.
	CheckSettings Check = "settings"
	// CheckAircall and CheckHelpScout are whether the credentials are accepted.
	CheckAircall   Check = "aircall"
	CheckHelpScout Check = "helpscout"
	// CheckWebhook is whether Aircall's webhook is there and active, CheckEvents
	// whether it has the events that are used.
	CheckWebhook Check = "webhook"
	CheckEvents  Check = "webhook_events"
	// CheckNumber and CheckInbox are whether what is mapped still exists, and may be
	// reached.
	CheckNumber Check = "number"
	CheckInbox  Check = "inbox"
)

// Checks are all of them, in the order in which they are shown.
func Checks() []Check {
	return []Check{CheckSettings, CheckAircall, CheckHelpScout, CheckWebhook, CheckEvents, CheckNumber, CheckInbox}
}

// Finding is one thing that is wrong with an installation.
type Finding struct {
	Check   Check   `json:"check"`
	Problem Problem `json:"problem"`
	// Subject is the number's or the inbox's id; 0 where there is one of its kind.
	Subject int64 `json:"subject,omitempty"`
}

// InboxAccess is what the token's user may do with an inbox.
type InboxAccess string

// What the token's user may do with an inbox.
const (
	InboxReached InboxAccess = "reached"
	InboxMissing InboxAccess = "missing"
	InboxDenied  InboxAccess = "denied"
)

// Watched is what the guard saw of an installation's accounts.
type Watched struct {
	// Numbers are those that the settings map.
	Numbers []settings.Number
	// Unusable says that the settings do not name both accounts; nothing else was
	// looked at then.
	Unusable bool
	// AircallRefused and HelpScoutRefused say why a vendor did not let us in; empty
	// where it did. Nothing of that vendor was looked at then.
	AircallRefused, HelpScoutRefused Problem
	// HelpScoutEnding says that Help Scout lets us in, and refuses to go on with the
	// consent of the person who connected it.
	HelpScoutEnding bool
	// Webhook is the one with the installation's token; nil if there is none.
	Webhook *aircall.Webhook
	// Lines are the ids of Aircall's numbers.
	Lines []int64
	// Inboxes are the mapped inboxes.
	Inboxes map[int64]InboxAccess
}

// WebhookRepair is what to do to a webhook: nothing if it is zero.
type WebhookRepair struct {
	// Enable says that it is switched off. Events are those that it lacks; where it
	// is switched on they have to be named in any case.
	Enable bool
	Events []string
}

// Needed tells whether there is something to do.
func (r WebhookRepair) Needed() bool { return r.Enable || len(r.Events) > 0 }

// Repair is what the webhook needs. More events than needed are left: whoever added
// them may have a reason, and they are not listened to.
func (w Watched) Repair() WebhookRepair {
	if w.Webhook == nil {
		return WebhookRepair{}
	}
	repair := WebhookRepair{Enable: !w.Webhook.Active}
	for _, event := range webhookEvents {
		if !slices.Contains(w.Webhook.Events, event) {
			repair.Events = append(repair.Events, event)
		}
	}
	if repair.Enable && len(repair.Events) == 0 {
		repair.Events = WebhookEvents()
	}
	return repair
}

// Findings are what is wrong, in the order of the checks.
func (w Watched) Findings() []Finding {
	var found []Finding
	add := func(check Check, problem Problem, subject int64) {
		finding := Finding{Check: check, Problem: problem, Subject: subject}
		if !slices.Contains(found, finding) {
			found = append(found, finding)
		}
	}
	if w.Unusable {
		add(CheckSettings, Misconfigured, 0)
		return found
	}
	if w.AircallRefused != "" {
		add(CheckAircall, w.AircallRefused, 0)
	}
	if w.HelpScoutRefused != "" {
		add(CheckHelpScout, w.HelpScoutRefused, 0)
	} else if w.HelpScoutEnding {
		add(CheckHelpScout, HelpScoutEnding, 0)
	}
	if w.AircallRefused == "" {
		switch {
		case w.Webhook == nil:
			add(CheckWebhook, WebhookGone, 0)
		case !w.Webhook.Active:
			add(CheckWebhook, WebhookOff, 0)
		}
		if w.Webhook != nil && slices.ContainsFunc(webhookEvents, func(event string) bool { return !slices.Contains(w.Webhook.Events, event) }) {
			add(CheckEvents, WebhookIncomplete, 0)
		}
		for _, number := range w.Numbers {
			if !slices.Contains(w.Lines, number.AircallNumber) {
				add(CheckNumber, NumberGone, number.AircallNumber)
			}
		}
	}
	if w.HelpScoutRefused == "" {
		for _, number := range w.Numbers {
			switch w.Inboxes[number.Inbox] {
			case InboxReached:
			case InboxDenied:
				add(CheckInbox, InboxForbidden, number.Inbox)
			default:
				add(CheckInbox, InboxGone, number.Inbox)
			}
		}
	}
	return found
}
