package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

// CheckInstallation looks after an installation's accounts, puts its webhook right,
// and keeps what it found. It fails only where a vendor or the store does not answer;
// what was found before stays then.
func (a *Activities) CheckInstallation(ctx context.Context, in contract.CheckInput) (contract.CheckResult, error) {
	installation, err := a.Store.Installation(ctx, in.Installation)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return contract.CheckResult{Gone: true}, nil
	case err != nil:
		return contract.CheckResult{}, storeDown(err)
	}
	watched, err := a.Watch(ctx, installation)
	if err != nil {
		return contract.CheckResult{}, err
	}
	before, err := a.Store.Findings(ctx, in.Installation)
	if err != nil {
		return contract.CheckResult{}, storeDown(err)
	}
	now := a.now()
	off := watched.Webhook == nil || !watched.Webhook.Active
	repairs, err := a.repair(ctx, in.Installation, &watched, now)
	if err != nil {
		return contract.CheckResult{}, err
	}
	kept, gap := merged(before, watched, off, now)
	kept.Repairs = append(kept.Repairs, repairs...)
	if a.Clock != nil {
		if clock, told := a.Clock(); told {
			kept.Clock = &clock
		}
	}
	if err := a.Store.KeepFindings(ctx, in.Installation, kept); err != nil {
		return contract.CheckResult{}, storeDown(err)
	}
	out := contract.CheckResult{Findings: watched.Findings(), GapFrom: gap.From, GapTo: gap.To}
	for _, repair := range repairs {
		out.Repaired = append(out.Repaired, calllog.Check(repair.Check))
	}
	return out, nil
}

// Watch looks at an installation's accounts and changes nothing. Its error says that
// a vendor or the store did not answer.
func (a *Activities) Watch(ctx context.Context, installation settings.Installation) (calllog.Watched, error) {
	watched := calllog.Watched{Numbers: installation.Numbers}
	air, err := a.Accounts.Aircall(ctx, installation.ID)
	if unusable(err) {
		watched.Unusable = true
		return watched, nil
	}
	if err != nil {
		return watched, err
	}
	helpScout, err := a.Accounts.HelpScout(ctx, installation.ID)
	if unusable(err) {
		watched.Unusable = true // it is not connected yet
		return watched, nil
	}
	if err != nil {
		return watched, err
	}
	if err := watchAircall(ctx, air, installation.Aircall.WebhookToken, &watched); err != nil {
		return watched, err
	}
	if err := watchHelpScout(ctx, helpScout, &watched); err != nil {
		return watched, err
	}
	watched.HelpScoutEnding, err = a.consentEnds(ctx, installation)
	return watched, err
}

// consentEnds tells whether Help Scout has refused to renew the tokens of a consent.
// Until the last one ends, nobody else would notice.
func (a *Activities) consentEnds(ctx context.Context, installation settings.Installation) (bool, error) {
	if !installation.HelpScout.OAuth() {
		return false, nil
	}
	tokens, err := a.Store.Tokens(ctx, installation.ID, store.VendorHelpScout)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // it was never connected, which is said as such
	}
	if err != nil {
		return false, storeDown(err)
	}
	return !tokens.RefusedAt.IsZero(), nil
}

func unusable(err error) bool {
	return err != nil && asFailure(err).problem == calllog.Misconfigured
}

func watchAircall(ctx context.Context, api Aircall, token string, watched *calllog.Watched) error {
	hooks, err := api.Webhooks(ctx)
	if err == nil {
		var lines []aircall.Number
		if lines, err = api.Numbers(ctx); err == nil {
			for _, line := range lines {
				watched.Lines = append(watched.Lines, line.ID)
			}
		}
	}
	if err != nil {
		if problem := asFailure(err).problem; problem == calllog.AircallUnauthorized {
			watched.AircallRefused = problem
			return nil
		}
		return err
	}
	// Several may have the token only if somebody copied it: any that is active does.
	for _, hook := range hooks {
		if token != "" && hook.Token == token && (watched.Webhook == nil || hook.Active && !watched.Webhook.Active) {
			watched.Webhook = &hook
		}
	}
	return nil
}

func watchHelpScout(ctx context.Context, api HelpScout, watched *calllog.Watched) error {
	seen, err := api.Mailboxes(ctx)
	if err != nil {
		problem := asFailure(err).problem
		if helpscout.IsUnauthorized(err) {
			// A refused app answers a request for a token with 400.
			problem = calllog.HelpScoutUnauthorized
		}
		if problem == calllog.HelpScoutUnauthorized || problem == calllog.HelpScoutForbidden {
			watched.HelpScoutRefused = problem
			return nil
		}
		return err
	}
	watched.Inboxes = map[int64]calllog.InboxAccess{}
	for _, number := range watched.Numbers {
		if _, known := watched.Inboxes[number.Inbox]; known {
			continue
		}
		if slices.ContainsFunc(seen, func(m helpscout.Mailbox) bool { return m.ID == number.Inbox }) {
			watched.Inboxes[number.Inbox] = calllog.InboxReached
			continue
		}
		if watched.Inboxes[number.Inbox], err = access(ctx, api, number.Inbox); err != nil {
			return err
		}
	}
	return nil
}

// access asks for an inbox that the list of those to be seen lacks.
func access(ctx context.Context, api HelpScout, inbox int64) (calllog.InboxAccess, error) {
	_, err := api.GetMailbox(ctx, inbox)
	if err == nil {
		return calllog.InboxReached, nil
	}
	switch asFailure(err).problem {
	case calllog.HelpScoutForbidden:
		return calllog.InboxDenied, nil
	case calllog.HelpScoutNotFound:
		return calllog.InboxMissing, nil
	}
	return "", err
}

// repair puts the webhook right and shows it in watched as it is then. What Aircall
// refuses stays a finding.
func (a *Activities) repair(ctx context.Context, installation string, watched *calllog.Watched, now time.Time) ([]store.Repair, error) {
	needed := watched.Repair()
	if !needed.Needed() {
		return nil, nil
	}
	api, err := a.Accounts.Aircall(ctx, installation)
	if err != nil {
		return nil, err
	}
	before := *watched.Webhook
	change := api.AddWebhookEvents
	if needed.Enable {
		change = api.EnableWebhook
	}
	after, err := change(ctx, before.ID, needed.Events)
	if err != nil {
		if f := asFailure(err); f.final {
			return nil, nil
		}
		return nil, err
	}
	watched.Webhook = &after
	var done []store.Repair
	if needed.Enable && after.Active {
		done = append(done, store.Repair{At: now, Check: string(calllog.CheckWebhook), Message: "Aircall had switched the webhook off; it was switched on again."})
	}
	var added []string
	for _, event := range needed.Events {
		if !slices.Contains(before.Events, event) && slices.Contains(after.Events, event) {
			added = append(added, event)
		}
	}
	if len(added) > 0 {
		done = append(done, store.Repair{At: now, Check: string(calllog.CheckEvents), Message: "Events were added to the webhook: " + strings.Join(added, ", ") + "."})
	}
	return done, nil
}

// merged is what is known after a check: since when something is wrong, and the gap
// that ended with it. off is how the webhook was found, before any repair.
func merged(before store.Findings, watched calllog.Watched, off bool, now time.Time) (kept store.Findings, gap store.Gap) {
	kept = before
	kept.CheckedAt, kept.Problems = now, nil
	for _, finding := range watched.Findings() {
		kept.Problems = append(kept.Problems, described(finding, before, now))
	}
	if watched.Unusable || watched.AircallRefused != "" {
		// The webhook was not seen; a gap that is open stays open.
		return kept, gap
	}
	on := watched.Webhook != nil && watched.Webhook.Active
	switch {
	case on && (off || before.WebhookWasOff):
		gap = store.Gap{From: before.WebhookActiveAt, To: now}
		kept.Gaps = append(kept.Gaps, gap)
		kept.WebhookWasOff = false
	case off:
		kept.WebhookWasOff = true
	}
	if on {
		kept.WebhookActiveAt = now
	}
	return kept, gap
}

func described(finding calllog.Finding, before store.Findings, now time.Time) store.Finding {
	text := finding.Problem.Explain() + " " + finding.Problem.Remedy()
	if finding.Subject != 0 {
		text = fmt.Sprintf("%s (%d)", text, finding.Subject)
	}
	out := store.Finding{Check: string(finding.Check), Problem: string(finding.Problem), Subject: finding.Subject, Message: text, Since: now}
	for _, known := range before.Problems {
		if known.Check == out.Check && known.Problem == out.Problem && known.Subject == out.Subject {
			out.Since = known.Since
		}
	}
	return out
}
