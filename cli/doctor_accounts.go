package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"callscout/activities"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

const (
	// mostGaps is how many gaps are shown.
	mostGaps = 5
)

// examine looks at both accounts and changes nothing there.
func (t *patient) examine(ctx context.Context, r *report) {
	ctx, cancel := context.WithTimeout(ctx, 6*doctorWithin)
	defer cancel()
	if missing := t.installation.MissingSecrets(); len(missing) > 0 {
		r.fail(t.subject(calllog.CheckSettings), "credentials are missing: "+strings.Join(missing, ", "), "Put them into the settings, and apply.")
		return
	}
	watched, err := t.acts.Watch(ctx, t.installation)
	if err != nil {
		r.fail(about{"accounts", t.id}, err.Error(), "Look at the vendors' status pages, and run this again.")
		return
	}
	findings := watched.Findings()
	for _, finding := range findings {
		r.finding(t.id, finding)
	}
	for _, check := range calllog.Checks() {
		looked := !watched.Unusable &&
			(watched.AircallRefused == "" || check == calllog.CheckHelpScout || check == calllog.CheckInbox) &&
			(watched.HelpScoutRefused == "" || check != calllog.CheckHelpScout && check != calllog.CheckInbox)
		if looked && !slices.ContainsFunc(findings, func(f calllog.Finding) bool { return f.Check == check }) {
			r.ok(t.subject(check), wellTexts[check])
		}
	}
	t.examineWebhook(r, watched)
	if watched.HelpScoutRefused == "" && !watched.Unusable {
		t.examineRights(ctx, r)
	}
	t.clock.examine(r, t.id)
}

func (t *patient) subject(check calllog.Check) about { return about{string(check), t.id} }

// wellTexts say of each check that all is well.
var wellTexts = map[calllog.Check]string{
	calllog.CheckSettings:  "both accounts are complete",
	calllog.CheckAircall:   "Aircall accepts the credentials",
	calllog.CheckHelpScout: "Help Scout accepts the credentials",
	calllog.CheckWebhook:   "the webhook is there and active",
	calllog.CheckEvents:    "it has all events that are used",
	calllog.CheckNumber:    "every mapped number exists",
	calllog.CheckInbox:     "every mapped inbox can be reached",
}

func (t *patient) examineWebhook(r *report, watched calllog.Watched) {
	if watched.Webhook == nil {
		return
	}
	wanted := t.publicURL + "/webhooks/aircall"
	if watched.Webhook.URL != wanted {
		r.warn(t.subject(calllog.CheckWebhook), "it does not lead to "+wanted, "If that is Callscout's address, make the webhook anew; otherwise set CALLSCOUT_PUBLIC_URL.")
	}
	more := 0
	for _, event := range watched.Webhook.Events {
		if !slices.Contains(calllog.WebhookEvents(), event) {
			more++
		}
	}
	if more > 0 {
		r.warn(t.subject(calllog.CheckEvents), fmt.Sprintf("it has %d events that are not used", more), "They only make traffic: take them off in Aircall, with events_action=remove.")
	}
}

// examineRights asks what the token's user must be allowed to.
func (t *patient) examineRights(ctx context.Context, r *report) {
	subject := about{"permissions", t.id}
	api, err := t.clients.HelpScout(ctx, t.id)
	if err != nil {
		r.fail(subject, err.Error(), "Correct the settings.")
		return
	}
	me, err := api.Me(ctx)
	if err != nil {
		r.fail(subject, "the user behind the token: "+err.Error(), "This user must be active and may use the API.")
		return
	}
	// Nobody has this number: it is set aside for examples.
	_, err = api.SearchCustomers(ctx, `phone:"+12025550100"`)
	var refused *helpscout.Error
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusForbidden:
		r.fail(subject, "the user behind the token may not search for customers", "Allow this user to access the directory of contacts and companies in Help Scout.")
		return
	case err != nil:
		r.warn(subject, "searching for customers: "+err.Error(), "Look at Help Scout's status page, and run this again.")
		return
	}
	if _, err := api.Users(ctx); err != nil {
		r.fail(subject, "listing users: "+err.Error(), "Without it no agent is found by e-mail address.")
		return
	}
	r.ok(subject, fmt.Sprintf("user %d may search for customers and list users", me.ID))
	t.examineFallback(ctx, r, subject)
}

func (t *patient) examineFallback(ctx context.Context, r *report, subject about) {
	chosen, err := settings.Resolve(t.installation.Settings)
	if err != nil {
		r.fail(t.subject(calllog.CheckSettings), "the settings are not valid any more: "+err.Error(), "Correct them, and apply.")
		return
	}
	if chosen.FallbackAdmin == "" {
		return
	}
	directory := &activities.Directory{Store: t.acts.Store, Accounts: t.clients, Now: time.Now}
	if _, err := directory.Fallback(ctx, t.id, chosen.FallbackAdmin); err != nil {
		r.fail(subject, err.Error(), "Correct fallback_admin, and apply.")
	}
}

// answers shows how points were settled before.
func (t *patient) answers(ctx context.Context, r *report, db *store.Store) {
	for _, point := range activities.TrialPoints() {
		answer, at, known, err := db.LiveAnswer(ctx, t.id, point.Point)
		if err == nil && known {
			r.ok(about{"live", t.id}, fmt.Sprintf("%s %s (tried on %s)", point.Question, answer, at.UTC().Format(time.DateOnly)))
		}
	}
}
