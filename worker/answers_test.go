package worker_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/activities"
	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// tried runs the trial on an office's account and gives the answers by point.
func (o *office) tried() map[string]string {
	o.t.Helper()
	api, err := o.acts.Accounts.HelpScout(o.t.Context(), o.installation)
	require.NoError(o.t, err)
	told := 0
	all, err := activities.Trial{
		API: api, Store: o.store, Installation: o.installation, Inbox: inbox,
		Patience: 5 * time.Second, Pause: time.Millisecond, Tell: func(activities.Settled) { told++ },
	}.Run(o.t.Context())
	require.NoError(o.t, err)
	require.Len(o.t, all, len(activities.TrialPoints()))
	require.Equal(o.t, len(all), told)
	answers := map[string]string{}
	for _, settled := range all {
		require.NoError(o.t, settled.Err, settled.Point)
		answers[settled.Point] = settled.Answer
		kept, _, known, err := o.store.LiveAnswer(o.t.Context(), o.installation, settled.Point)
		require.NoError(o.t, err)
		require.True(o.t, known)
		require.Equal(o.t, settled.Answer, kept)
	}
	for _, conversation := range o.helpScout.Conversations() {
		require.Equal(o.t, "closed", conversation.Status, "it closes what it made")
	}
	return answers
}

func TestATrialFindsOutHowHelpScoutIs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options func(*simulator.HelpScoutOptions)
		want    map[string]string
	}{
		"the worse answers": {
			options: func(*simulator.HelpScoutOptions) {},
			want: map[string]string{
				store.NoteReopens: "yes", store.AssignReopens: "yes", store.SearchTakesOr: "yes", "phone-thread-reopens": "yes",
				"search-matching": "exact", "html-tel-links": "yes", "html-last-line": "yes", "tags-lowered": "yes",
				"tag-length": "at least 250", "subject-length": "at least 1000", "text-length": "at least 60000",
			},
		},
		"the other ones": {
			options: func(o *simulator.HelpScoutOptions) {
				o.ThreadsKeepClosed, o.AssignKeepsClosed, o.SearchWithoutOr, o.NoTelLinks, o.KeepTagCase = true, true, true, true, true
				o.PhoneMatching, o.MaxTag, o.MaxSubject, o.MaxText = simulator.MatchNormalized, 60, 249, 1000
				o.SearchLag = 50 * time.Millisecond
			},
			want: map[string]string{
				store.NoteReopens: "no", store.AssignReopens: "no", store.SearchTakesOr: "no", "phone-thread-reopens": "no",
				"search-matching": "normalized", "html-tel-links": "no", "html-last-line": "yes", "tags-lowered": "no",
				"tag-length": "at least 60", "subject-length": "at least 150", "text-length": "less than 5000",
			},
		},
		"numbers match in parts": {
			options: func(o *simulator.HelpScoutOptions) { o.PhoneMatching = simulator.MatchParts },
			want:    map[string]string{"search-matching": "parts"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := newOffice(t, tc.options).tried()
			for point, want := range tc.want {
				require.Equal(t, want, answers[point], point)
			}
			require.Contains(t, answers["search-lag"], "about")
		})
	}
}

func TestATrialThatFailsMidwayClosesItsConversation(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.helpScout.Fault(simulator.Fault{PathPattern: "/v3/customers/search", Status: http.StatusServiceUnavailable}))
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations/*/phones", Status: http.StatusServiceUnavailable}))
	api, err := o.acts.Accounts.HelpScout(t.Context(), "acme")
	require.NoError(t, err)
	all, err := activities.Trial{API: api, Store: o.store, Installation: "acme", Inbox: inbox}.Run(t.Context())
	require.NoError(t, err)
	for _, settled := range all {
		failed := strings.HasPrefix(settled.Point, "search-") || settled.Point == "phone-thread-reopens"
		require.Equal(t, failed, settled.Err != nil, settled.Point)
		if failed {
			_, _, known, err := o.store.LiveAnswer(t.Context(), "acme", settled.Point)
			require.NoError(t, err)
			require.False(t, known, "nothing is kept of what failed")
		}
	}
	require.Equal(t, "closed", o.theConversation().Status)
}

// A note repeats the conversation's status unless Help Scout is known to leave it alone.
func TestANoteGoesWithoutAStatusOnceThatIsKnownToBeSafe(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		keeps  bool
		answer string
	}{
		"nobody tried, and notes reopen":      {},
		"nobody tried, and notes keep closed": {keeps: true},
		"notes reopen":                        {answer: store.LiveYes},
		"notes keep closed":                   {keeps: true, answer: store.LiveNo},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, func(options *simulator.HelpScoutOptions) { options.ThreadsKeepClosed = tc.keeps })
			if tc.answer != "" {
				require.NoError(t, o.store.KeepLiveAnswer(t.Context(), "acme", store.NoteReopens, tc.answer))
			}
			existing := o.helpScout.AddConversation(simulator.Conversation{
				MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
				Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
			})
			o.answeredCall(nil)
			o.hear(4*time.Minute, "call.commented", o.ended(map[string]any{"comments": []any{map[string]any{"id": 5, "content": "Late.", "posted_at": o.unix(3 * time.Minute)}}}))
			o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetStatus(existing.ID, "closed")) }, 3*time.Minute)
			o.run()
			require.Equal(t, "closed", o.theConversation().Status, "a late note leaves the status as it is")
			reads := 0
			for _, request := range o.helpScout.Requests() {
				if request.Method == http.MethodGet && strings.HasPrefix(request.Path, "/v2/conversations/") {
					reads++
				}
			}
			if tc.answer == store.LiveNo {
				require.Equal(t, 2, reads, "only the tags are read before they are written")
			} else {
				require.Equal(t, 3, reads, "the note needs the status")
			}
		})
	}
}

func TestAnAssignmentIsFollowedByAClosingOnlyWhereItReopens(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		keeps  bool
		answer string
		closes int
	}{
		"nobody tried":                       {closes: 1},
		"nobody tried, and it would be safe": {keeps: true, closes: 1},
		"assigning reopens":                  {answer: store.LiveYes, closes: 1},
		"assigning keeps closed":             {keeps: true, answer: store.LiveNo, closes: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, func(options *simulator.HelpScoutOptions) {
				options.AssignKeepsClosed, options.ThreadsKeepClosed = tc.keeps, true
			})
			if tc.answer != "" {
				require.NoError(t, o.store.KeepLiveAnswer(t.Context(), "acme", store.AssignReopens, tc.answer))
			}
			existing := o.helpScout.AddConversation(simulator.Conversation{
				MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "closed", Type: "email",
				Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
			})
			_, err := o.acts.UpdateConversation(t.Context(), contract.UpdateConversationInput{
				Call: contract.Call{
					Installation: "acme", Inbox: inbox, Settings: o.settings,
					Facts: calllog.Facts{CallID: callID, Agent: &calllog.Person{Email: "mia.berg@acme.example"}},
				},
				Conversation: existing.ID, Change: calllog.Change{Assign: true},
			})
			require.NoError(t, err)
			require.EqualValues(t, agentUser, o.theConversation().Assignee)
			require.Equal(t, "closed", o.theConversation().Status)
			patches := 0
			for _, request := range o.helpScout.Requests() {
				if request.Method == http.MethodPatch && strings.Contains(request.Body, `"closed"`) {
					patches++
				}
			}
			require.Equal(t, tc.closes, patches)
		})
	}
}

func TestWithoutOrTheLikeliestFormsAreAskedForOneByOne(t *testing.T) {
	t.Parallel()
	find := func(t *testing.T, refuses bool, answer string) (*office, workflows.CallResult) {
		t.Helper()
		o := newOffice(t, func(options *simulator.HelpScoutOptions) { options.SearchWithoutOr = refuses })
		o.settings.Contacts.Anonymous = settings.SkipAnonymous
		if answer != "" {
			require.NoError(t, o.store.KeepLiveAnswer(t.Context(), "acme", store.SearchTakesOr, answer))
		}
		o.knownCustomer()
		o.answeredCall(nil)
		return o, o.run()
	}
	for name, tc := range map[string]struct {
		refuses  bool
		answer   string
		searches func(int) bool
	}{
		"it takes OR":                       {searches: func(n int) bool { return n == 1 }},
		"it takes OR, as was tried":         {answer: store.LiveYes, searches: func(n int) bool { return n == 1 }},
		"it refuses OR, as was tried":       {refuses: true, answer: store.LiveNo, searches: func(n int) bool { return n > 1 && n <= 6 }},
		"it takes OR, and a trial said not": {answer: store.LiveNo, searches: func(n int) bool { return n > 1 && n <= 6 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, result := find(t, tc.refuses, tc.answer)
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.Len(t, o.helpScout.Customers(), 1, "the customer was found")
			searches := 0
			for _, request := range o.helpScout.Requests() {
				if request.Path == "/v3/customers/search" {
					searches++
				}
			}
			require.True(t, tc.searches(searches), "%d searches", searches)
		})
	}
}
