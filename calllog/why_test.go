package calllog_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/calllog"
	"callscout/settings"
)

func TestWhyACustomerWasTaken(t *testing.T) {
	t.Parallel()
	at := func(days int) time.Time { return ring.Add(time.Duration(days) * 24 * time.Hour) }
	all := []calllog.CustomerCandidate{
		{ID: 3, CreatedAt: at(1), UpdatedAt: at(9)},
		{ID: 2, CreatedAt: at(2), UpdatedAt: at(8), Open: true},
		{ID: 1, CreatedAt: at(3), UpdatedAt: at(8)},
	}
	type verdict struct {
		id     int64
		reason calllog.Reason
	}
	for rule, want := range map[settings.MatchingRule][]verdict{
		settings.MostRecentlyUpdated:  {{3, calllog.ReasonUpdatedLast}, {1, calllog.ReasonUpdated}, {2, calllog.ReasonUpdated}},
		settings.Newest:               {{1, calllog.ReasonNewest}, {2, calllog.ReasonOlder}, {3, calllog.ReasonOlder}},
		settings.Oldest:               {{3, calllog.ReasonOldest}, {2, calllog.ReasonNewer}, {1, calllog.ReasonNewer}},
		settings.WithOpenConversation: {{2, calllog.ReasonHasOpen}, {3, calllog.ReasonNoOpen}, {1, calllog.ReasonNoOpen}},
	} {
		var got []verdict
		for i, one := range calllog.WhyCustomer(all, rule) {
			require.Equal(t, i == 0, one.Chosen)
			require.Equal(t, "matching.rule", one.Reason.Setting())
			got = append(got, verdict{one.ID, one.Reason})
		}
		require.Equal(t, want, got, rule)
	}
	require.Equal(t, calllog.ReasonOnly, calllog.WhyCustomer(all[:1], settings.Newest)[0].Reason)
	require.Empty(t, calllog.WhyCustomer(nil, settings.Newest))
	for _, rule := range []settings.MatchingRule{settings.MostRecentlyUpdated, settings.Newest, settings.Oldest, settings.WithOpenConversation} {
		twins := calllog.WhyCustomer([]calllog.CustomerCandidate{{ID: 8}, {ID: 7}}, rule)
		require.EqualValues(t, 7, twins[0].ID)
		require.Equal(t, calllog.ReasonLowestID, twins[0].Reason)
		require.Equal(t, calllog.ReasonHigherID, twins[1].Reason)
		require.Empty(t, twins[1].Reason.Setting())
	}
}

func TestWhyAConversationWasTaken(t *testing.T) {
	t.Parallel()
	const inbox = 85
	ago := func(d time.Duration) time.Time { return ring.Add(-d) }
	one := func(id int64, status string, active time.Duration) calllog.Candidate {
		return calllog.Candidate{ID: id, Number: id, Inbox: inbox, Status: status, State: "published", ActiveAt: ago(active), ClosedAt: ago(active)}
	}
	in := func(c calllog.Candidate, inbox int64, state string) calllog.Candidate {
		c.Inbox, c.State = inbox, state
		return c
	}
	reopens := func(s *settings.Settings) { s.Calls.ReopenClosed = true }
	for name, test := range map[string]struct {
		has      []calllog.Candidate
		left     []int64
		settings func(*settings.Settings)
		want     map[int64]calllog.Reason
		chosen   int64
	}{
		"none": {want: map[int64]calllog.Reason{}},
		"the only one that may be taken": {
			has:  []calllog.Candidate{one(1, "active", time.Hour), one(2, "spam", 0), in(one(3, "active", 0), 86, "published"), in(one(4, "active", 0), inbox, "deleted"), in(one(5, "active", 0), inbox, "draft"), one(6, "closed", 0), one(7, "unheard of", 0)},
			want: map[int64]calllog.Reason{1: calllog.ReasonOnly, 2: calllog.ReasonSpam, 3: calllog.ReasonOtherInbox, 4: calllog.ReasonDeleted, 5: calllog.ReasonDraft, 6: calllog.ReasonClosed, 7: calllog.ReasonOthersStatus}, chosen: 1,
		},
		"the most recent": {
			has:  []calllog.Candidate{one(1, "active", time.Hour), one(2, "pending", time.Minute)},
			want: map[int64]calllog.Reason{1: calllog.ReasonLessRecent, 2: calllog.ReasonMostRecent}, chosen: 2,
		},
		"the highest number": {
			has:  []calllog.Candidate{one(1, "active", time.Hour), one(2, "active", time.Hour)},
			want: map[int64]calllog.Reason{1: calllog.ReasonLowerNumber, 2: calllog.ReasonHighest}, chosen: 2,
		},
		"one that was left": {
			has: []calllog.Candidate{one(1, "active", 0)}, left: []int64{1},
			want: map[int64]calllog.Reason{1: calllog.ReasonLeft},
		},
		"closed ones": {
			has: []calllog.Candidate{one(1, "closed", time.Minute), one(2, "closed", 300*time.Hour), one(3, "active", 400*time.Hour)}, settings: reopens,
			want: map[int64]calllog.Reason{1: calllog.ReasonBehindOpen, 2: calllog.ReasonClosedLong, 3: calllog.ReasonMostRecent}, chosen: 3,
		},
		"always a new one": {
			has: []calllog.Candidate{one(1, "active", 0)}, settings: func(s *settings.Settings) { s.Calls.LogTo = settings.NewConversation },
			want: map[int64]calllog.Reason{1: calllog.ReasonAlwaysNew},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings.Defaults()
			if test.settings != nil {
				test.settings(&s)
			}
			got := map[int64]calllog.Reason{}
			for i, verdict := range calllog.WhyConversation(test.has, inbox, test.left, s, ring) {
				got[verdict.ID] = verdict.Reason
				require.Equal(t, verdict.ID == test.chosen, verdict.Chosen)
				require.Equal(t, verdict.Chosen, test.chosen != 0 && i == 0, "the one that is taken comes first")
			}
			require.Equal(t, test.want, got)
		})
	}
}

// What is told is what is done, whatever there is to choose from.
func TestTheReasonsAgreeWithTheChoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := settings.Defaults()
		s.Calls.ReopenClosed = rapid.Bool().Draw(rt, "reopen")
		if rapid.IntRange(0, 5).Draw(rt, "always new") == 5 {
			s.Calls.LogTo = settings.NewConversation
		}
		s.Matching.Rule = rapid.SampledFrom([]settings.MatchingRule{settings.MostRecentlyUpdated, settings.Newest, settings.Oldest, settings.WithOpenConversation}).Draw(rt, "rule")
		var customers []calllog.CustomerCandidate
		var all []calllog.Candidate
		var left []int64
		for i := range rapid.Int64Range(0, 30).Draw(rt, "candidates") {
			at := func(what string) time.Time {
				return ring.Add(-time.Duration(rapid.IntRange(0, 80).Draw(rt, what)) * time.Hour)
			}
			all = append(all, calllog.Candidate{
				ID: i + 1, Number: i + 1, Inbox: rapid.SampledFrom([]int64{85, 85, 86}).Draw(rt, "inbox"), ActiveAt: at("active"), ClosedAt: at("closed"),
				Status: rapid.SampledFrom([]string{"active", "pending", "closed", "spam"}).Draw(rt, "status"),
				State:  rapid.SampledFrom([]string{"published", "published", "deleted", "draft"}).Draw(rt, "state"),
			})
			customers = append(customers, calllog.CustomerCandidate{ID: i + 1, CreatedAt: at("created"), UpdatedAt: at("updated"), Open: rapid.Bool().Draw(rt, "open")})
			if rapid.IntRange(0, 4).Draw(rt, "left") == 4 {
				left = append(left, i+1)
			}
		}
		choice := calllog.ChooseConversationFor(all, 85, left, s, ring)
		verdicts := calllog.WhyConversation(all, 85, left, s, ring)
		require.Len(rt, verdicts, len(all))
		chosen := slices.IndexFunc(verdicts, func(v calllog.Verdict) bool { return v.Chosen })
		require.Equal(rt, choice.ID != 0, chosen == 0)
		for i, v := range verdicts {
			require.NotEmpty(rt, v.Reason)
			require.Equal(rt, i == chosen, v.ID == choice.ID)
			if v.Chosen {
				require.Contains(rt, []calllog.Reason{calllog.ReasonOnly, calllog.ReasonMostRecent, calllog.ReasonHighest}, v.Reason)
			}
		}
		told := calllog.WorthTelling(all, 85, s, ring)
		require.Equal(rt, choice, calllog.ChooseConversationFor(told, 85, left, s, ring), "what is left away was no choice")

		ranked := calllog.RankCustomers(customers, s.Matching.Rule)
		for i, v := range calllog.WhyCustomer(customers, s.Matching.Rule) {
			require.Equal(rt, ranked[i], v.CustomerCandidate)
			require.NotEmpty(rt, v.Reason)
		}
	})
}
