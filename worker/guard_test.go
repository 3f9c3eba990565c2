package worker_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// guarded is an office whose accounts are as they should be.
func guarded(t *testing.T, change ...func(*simulator.HelpScoutOptions)) (*office, simulator.Webhook) {
	t.Helper()
	o := newOffice(t, change...)
	o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support"})
	hook := o.aircall.AddWebhook(simulator.Webhook{URL: "https://callscout.example.com", Token: "hook of acme", Events: calllog.WebhookEvents()})
	return o, hook
}

// guard runs the guard once and gives its result and what is kept.
func (o *office) guard() (workflows.GuardResult, store.Findings) {
	o.t.Helper()
	o.newCall()
	o.env.ExecuteWorkflow(workflows.GuardWorkflow, workflows.GuardInput{Installation: o.installation})
	require.NoError(o.t, o.env.GetWorkflowError())
	var result workflows.GuardResult
	require.NoError(o.t, o.env.GetWorkflowResult(&result))
	kept, err := o.store.Findings(o.t.Context(), o.installation)
	require.NoError(o.t, err)
	return result, kept
}

func TestTheGuardFindsNothingWhereAllIsWell(t *testing.T) {
	t.Parallel()
	o, _ := guarded(t)
	result, kept := o.guard()
	require.Equal(t, workflows.GuardResult{Status: workflows.StatusSynced}, result)
	require.Empty(t, kept.Problems)
	require.Empty(t, kept.Gaps)
	require.False(t, kept.CheckedAt.IsZero())
	for _, request := range o.aircall.Requests() {
		require.Equal(t, http.MethodGet, request.Method, "a check changes nothing")
	}
}

func TestAWebhookThatIsOffIsSwitchedOnAndTheGapReported(t *testing.T) {
	t.Parallel()
	o, hook := guarded(t)
	o.guard()
	active := o.ring
	o.ring = o.ring.Add(workflows.GuardEvery)
	o.aircall.SetWebhook(hook.ID, func(w *simulator.Webhook) { w.Active = false })
	result, kept := o.guard()
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Equal(t, []calllog.Check{calllog.CheckWebhook}, result.Repaired)
	require.Empty(t, kept.Problems)
	require.Len(t, kept.Gaps, 1)
	require.WithinDuration(t, active, kept.Gaps[0].From, time.Minute)
	require.WithinDuration(t, o.ring, kept.Gaps[0].To, time.Minute)
	require.Len(t, kept.Repairs, 1)
	after := o.aircall.Webhooks()[0]
	require.True(t, after.Active)
	require.ElementsMatch(t, calllog.WebhookEvents(), after.Events, "never subscribed to everything")

	_, kept = o.guard()
	require.Len(t, kept.Gaps, 1, "a gap is reported once")
}

func TestMissingEventsAreAddedAndOthersLeft(t *testing.T) {
	t.Parallel()
	o, hook := guarded(t)
	o.aircall.SetWebhook(hook.ID, func(w *simulator.Webhook) { w.Events = []string{aircall.EventCallCreated, aircall.EventNumberOpened} })
	result, kept := o.guard()
	require.Equal(t, []calllog.Check{calllog.CheckEvents}, result.Repaired)
	require.Contains(t, kept.Repairs[0].Message, aircall.EventCallEnded)
	require.ElementsMatch(t, append(calllog.WebhookEvents(), aircall.EventNumberOpened), o.aircall.Webhooks()[0].Events)
	require.Empty(t, kept.Gaps)
}

func TestTheGuardNamesWhatAPersonMustDo(t *testing.T) {
	t.Parallel()
	o, hook := guarded(t)
	o.aircall.RemoveWebhook(hook.ID)
	o.aircall.RemoveNumber(line)
	o.helpScout.AddMailbox(simulator.Mailbox{ID: 86, Name: "Sales"})
	o.helpScout.AddUser(simulator.User{ID: 640, Email: "bot@acme.example", Role: "user", Mailboxes: []int64{inbox}})
	o.helpScout.AddApp(simulator.App{ID: "limited", Secret: "secret", UserID: 640})
	installation, err := o.store.Installation(t.Context(), "acme")
	require.NoError(t, err)
	installation.HelpScout.AppID = "limited"
	installation.Numbers = append(installation.Numbers, settings.Number{AircallNumber: 5, Inbox: 86}, settings.Number{AircallNumber: 5, Inbox: 87})
	require.NoError(t, o.store.PutInstallation(t.Context(), installation))

	result, kept := o.guard()
	require.Equal(t, workflows.StatusNeedsAttention, result.Status)
	require.Equal(t, calllog.WebhookGone, result.Problem)
	require.Equal(t, []calllog.Finding{
		{Check: calllog.CheckWebhook, Problem: calllog.WebhookGone},
		{Check: calllog.CheckNumber, Problem: calllog.NumberGone, Subject: line},
		{Check: calllog.CheckNumber, Problem: calllog.NumberGone, Subject: 5},
		{Check: calllog.CheckInbox, Problem: calllog.InboxForbidden, Subject: 86},
		{Check: calllog.CheckInbox, Problem: calllog.InboxGone, Subject: 87},
	}, result.Findings)
	first := kept.Problems[0].Since

	o.ring = o.ring.Add(time.Hour)
	o.aircall.AddWebhook(simulator.Webhook{URL: "https://callscout.example.com", Token: "hook of acme", Events: calllog.WebhookEvents()})
	_, kept = o.guard()
	require.Equal(t, string(calllog.NumberGone), kept.Problems[0].Problem)
	require.Equal(t, first, kept.Problems[0].Since, "since it was first found")
	require.Len(t, kept.Gaps, 1, "the webhook is back")
	require.Zero(t, kept.Gaps[0].From, "it had never been seen active")
}

func TestRefusedCredentialsAreFindings(t *testing.T) {
	t.Parallel()
	o, _ := guarded(t)
	o.guard()
	installation, err := o.store.Installation(t.Context(), "acme")
	require.NoError(t, err)
	installation.Aircall.APIToken, installation.HelpScout.AppSecret = "wrong", "wrong"
	require.NoError(t, o.store.PutInstallation(t.Context(), installation))
	result, kept := o.guard()
	require.Equal(t, []calllog.Finding{
		{Check: calllog.CheckAircall, Problem: calllog.AircallUnauthorized},
		{Check: calllog.CheckHelpScout, Problem: calllog.HelpScoutUnauthorized},
	}, result.Findings)
	require.False(t, kept.WebhookWasOff, "it was not seen, so nothing is said of it")
	for _, problem := range kept.Problems {
		require.NotContains(t, problem.Message, "wrong")
	}

	installation.Aircall.APIToken = ""
	require.NoError(t, o.store.PutInstallation(t.Context(), installation))
	result, _ = o.guard()
	require.Equal(t, []calllog.Finding{{Check: calllog.CheckSettings, Problem: calllog.Misconfigured}}, result.Findings)
}

func TestAVendorThatIsDownIsNoFinding(t *testing.T) {
	t.Parallel()
	o, _ := guarded(t)
	_, before := o.guard()
	require.NoError(t, o.helpScout.Fault(simulator.Fault{PathPattern: "/v2/mailboxes", Status: http.StatusServiceUnavailable}))
	result, kept := o.guard()
	require.Equal(t, workflows.StatusNeedsAttention, result.Status)
	require.Equal(t, calllog.HelpScoutDown, result.Problem)
	require.Equal(t, before, kept, "what was known stays")
}

func TestAnInstallationThatIsGoneIsLeftAlone(t *testing.T) {
	t.Parallel()
	o, _ := guarded(t)
	require.NoError(t, o.store.DeleteInstallation(t.Context(), "acme"))
	result, kept := o.guard()
	require.Equal(t, workflows.StatusSkipped, result.Status)
	require.Zero(t, kept)
}
