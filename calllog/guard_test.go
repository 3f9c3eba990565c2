package calllog_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func sound() calllog.Watched {
	return calllog.Watched{
		Numbers: []settings.Number{{AircallNumber: 1, Inbox: 85}, {AircallNumber: 2, Inbox: 86}, {AircallNumber: 3, Inbox: 85}},
		Webhook: &aircall.Webhook{ID: "w", Active: true, Events: append(calllog.WebhookEvents(), aircall.EventNumberOpened)},
		Lines:   []int64{1, 2, 3, 4},
		Inboxes: map[int64]calllog.InboxAccess{85: calllog.InboxReached, 86: calllog.InboxReached},
	}
}

func TestTheGuardFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*calllog.Watched)
		want   []calllog.Finding
		repair calllog.WebhookRepair
	}{
		"all is well": {change: func(*calllog.Watched) {}},
		"no accounts": {
			change: func(w *calllog.Watched) { *w = calllog.Watched{Unusable: true, Numbers: w.Numbers} },
			want:   []calllog.Finding{{Check: calllog.CheckSettings, Problem: calllog.Misconfigured}},
		},
		"aircall refuses": {
			change: func(w *calllog.Watched) { w.AircallRefused, w.Webhook, w.Lines = calllog.AircallUnauthorized, nil, nil },
			want:   []calllog.Finding{{Check: calllog.CheckAircall, Problem: calllog.AircallUnauthorized}},
		},
		"help scout refuses": {
			change: func(w *calllog.Watched) { w.HelpScoutRefused, w.Inboxes = calllog.HelpScoutForbidden, nil },
			want:   []calllog.Finding{{Check: calllog.CheckHelpScout, Problem: calllog.HelpScoutForbidden}},
		},
		"no webhook": {
			change: func(w *calllog.Watched) { w.Webhook = nil },
			want:   []calllog.Finding{{Check: calllog.CheckWebhook, Problem: calllog.WebhookGone}},
		},
		"the webhook is off": {
			change: func(w *calllog.Watched) { w.Webhook.Active = false },
			want:   []calllog.Finding{{Check: calllog.CheckWebhook, Problem: calllog.WebhookOff}},
			repair: calllog.WebhookRepair{Enable: true, Events: calllog.WebhookEvents()},
		},
		"events are missing": {
			change: func(w *calllog.Watched) {
				w.Webhook.Events = slices.DeleteFunc(w.Webhook.Events, func(event string) bool { return event == aircall.EventCallEnded })
			},
			want:   []calllog.Finding{{Check: calllog.CheckEvents, Problem: calllog.WebhookIncomplete}},
			repair: calllog.WebhookRepair{Events: []string{aircall.EventCallEnded}},
		},
		"numbers and inboxes are gone": {
			change: func(w *calllog.Watched) {
				w.Lines = []int64{2}
				w.Inboxes = map[int64]calllog.InboxAccess{86: calllog.InboxDenied}
			},
			want: []calllog.Finding{
				{Check: calllog.CheckNumber, Problem: calllog.NumberGone, Subject: 1},
				{Check: calllog.CheckNumber, Problem: calllog.NumberGone, Subject: 3},
				{Check: calllog.CheckInbox, Problem: calllog.InboxGone, Subject: 85},
				{Check: calllog.CheckInbox, Problem: calllog.InboxForbidden, Subject: 86},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			watched := sound()
			tc.change(&watched)
			require.Equal(t, tc.want, watched.Findings())
			require.Equal(t, tc.repair, watched.Repair())
			require.Equal(t, tc.repair.Enable || tc.repair.Events != nil, watched.Repair().Needed())
			for _, finding := range tc.want {
				require.Contains(t, calllog.Checks(), finding.Check)
			}
		})
	}
}
