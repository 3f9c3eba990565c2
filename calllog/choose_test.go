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

func TestACallIsLoggedInTheConversationThatFitsBest(t *testing.T) {
	t.Parallel()
	const inbox = 85
	now := ring
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	open := func(id int64, active time.Duration) calllog.Candidate {
		return calllog.Candidate{ID: id, Number: id, Inbox: inbox, Status: "active", State: "published", ActiveAt: ago(active)}
	}
	closed := func(id int64, since time.Duration) calllog.Candidate {
		c := open(id, since)
		c.Status, c.ClosedAt = "closed", ago(since)
		return c
	}
	as := func(c calllog.Candidate, change func(*calllog.Candidate)) calllog.Candidate {
		change(&c)
		return c
	}
	status := func(s string) func(*calllog.Candidate) { return func(c *calllog.Candidate) { c.Status = s } }
	state := func(s string) func(*calllog.Candidate) { return func(c *calllog.Candidate) { c.State = s } }
	always := func(s *settings.Settings) { s.Calls.LogTo = settings.NewConversation }
	reopen := func(s *settings.Settings) { s.Calls.ReopenClosed = true }

	for name, test := range map[string]struct {
		candidates []calllog.Candidate
		left       []int64
		choose     func(*settings.Settings)
		want       int64
	}{
		"none":                         {},
		"an open one":                  {candidates: []calllog.Candidate{open(1, time.Hour)}, want: 1},
		"the most recent":              {candidates: []calllog.Candidate{open(1, time.Hour), open(2, time.Minute), open(3, time.Hour)}, want: 2},
		"the highest number of equals": {candidates: []calllog.Candidate{open(2, time.Hour), open(3, time.Hour), open(1, time.Hour)}, want: 3},
		"a pending one":                {candidates: []calllog.Candidate{as(open(1, 0), status("pending"))}, want: 1},
		"an open one of any age":       {candidates: []calllog.Candidate{open(1, 9000*time.Hour)}, want: 1},
		"always a new one":             {candidates: []calllog.Candidate{open(1, 0)}, choose: always},
		"another inbox":                {candidates: []calllog.Candidate{as(open(1, 0), func(c *calllog.Candidate) { c.Inbox = 86 })}},
		"spam":                         {candidates: []calllog.Candidate{as(open(1, 0), status("spam"))}, choose: reopen},
		"deleted":                      {candidates: []calllog.Candidate{as(open(1, 0), state("deleted"))}},
		"a draft":                      {candidates: []calllog.Candidate{as(open(1, 0), state("draft"))}},
		"left, for it was full":        {candidates: []calllog.Candidate{open(1, 0), open(2, time.Hour)}, left: []int64{1}, want: 2},
		"closed, not looked for":       {candidates: []calllog.Candidate{closed(1, time.Hour)}},
		"closed within the window":     {candidates: []calllog.Candidate{closed(1, 48*time.Hour)}, choose: reopen, want: 1},
		"closed before the window":     {candidates: []calllog.Candidate{closed(1, 48*time.Hour+time.Second)}, choose: reopen},
		"closed, nobody knows when":    {candidates: []calllog.Candidate{as(closed(1, 0), func(c *calllog.Candidate) { c.ClosedAt = time.Time{} })}, choose: reopen},
		"open before closed of late":   {candidates: []calllog.Candidate{closed(1, time.Minute), open(2, 300*time.Hour)}, choose: reopen, want: 2},
		"closed and left":              {candidates: []calllog.Candidate{closed(1, time.Minute), closed(2, time.Hour)}, left: []int64{1}, choose: reopen, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings.Defaults()
			if test.choose != nil {
				test.choose(&s)
			}
			choice := calllog.ChooseConversationFor(test.candidates, inbox, test.left, s, now)
			require.Equal(t, test.want, choice.ID)
			if test.want != 0 {
				i := slices.IndexFunc(test.candidates, func(c calllog.Candidate) bool { return c.ID == test.want })
				require.Equal(t, test.candidates[i].Status, choice.Status)
			}
		})
	}
}

func TestTheChoiceOfACustomerFollowsTheRule(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return ring.AddDate(0, 0, n) }
	candidates := []calllog.CustomerCandidate{
		{ID: 4, CreatedAt: day(2), UpdatedAt: day(9)},
		{ID: 3, CreatedAt: day(1), UpdatedAt: day(5), Open: true},
		{ID: 2, CreatedAt: day(3), UpdatedAt: day(9)},
		{ID: 1, CreatedAt: day(3), UpdatedAt: day(4), Open: true},
		{ID: 5, CreatedAt: day(1), UpdatedAt: day(1)},
	}
	for rule, want := range map[settings.MatchingRule][]int64{
		settings.MostRecentlyUpdated:  {2, 4, 3, 1, 5},
		settings.Newest:               {1, 2, 4, 3, 5},
		settings.Oldest:               {3, 5, 4, 1, 2},
		settings.WithOpenConversation: {3, 1, 2, 4, 5},
	} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				given := rapid.Permutation(candidates).Draw(t, "as Help Scout lists them")
				var got []int64
				for _, c := range calllog.RankCustomers(given, rule) {
					got = append(got, c.ID)
				}
				require.Equal(t, want, got)
			})
		})
	}
}

func TestAStatusSaysWhetherAConversationTakesALog(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]struct{ open, usable bool }{
		"active": {true, true}, "open": {true, true}, "pending": {true, true}, "closed": {false, true}, "spam": {false, false},
	} {
		require.Equal(t, want.open, calllog.OpenStatus(status), status)
		require.Equal(t, want.usable, calllog.Usable(status, "published"), status)
		require.False(t, calllog.Usable(status, "deleted"), status)
	}
}
