package calllog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

// marks are a checklist without its times.
func marks(c calllog.Case, now time.Time, parked bool) map[calllog.Part]string {
	out := map[calllog.Part]string{}
	for _, one := range c.Checklist(calllog.Next(c, now), parked) {
		out[one.Part] = string(one.Mark)
		if one.Why != "" {
			out[one.Part] += ": " + one.Why
		}
	}
	return out
}

func TestAChecklistSaysHowFarEachPartIs(t *testing.T) {
	t.Parallel()
	after := ring.Add(5 * time.Minute)
	running := func(change func(*calllog.Case)) calllog.Case {
		c := calllog.Case{
			Facts:    facts(t, aircall.EventCallAnswered, 10*time.Second, with(inbound(), answeredAfter(9*time.Second, mia))),
			Settings: settings.Defaults(), Written: calllog.Written{Recalled: true, Customer: 501, CustomerSought: true}, HeardAt: ring, HearsAI: true,
		}
		change(&c)
		return c
	}
	over := func(change func(*calllog.Case)) calllog.Case {
		return ended(t, func(c *calllog.Case) {
			c.HearsAI, c.Written.InProgress = true, false
			change(c)
		})
	}
	for name, test := range map[string]struct {
		c      calllog.Case
		now    time.Time
		parked bool
		want   map[calllog.Part]string
	}{
		"it was just answered": {
			c: running(func(*calllog.Case) {}), now: ring.Add(11 * time.Second),
			want: map[calllog.Part]string{"customer": "done", "first-log": "next", "tags": "waiting", "second-log": "open", "insights": "open", "transcript": "not_wanted: setting"},
		},
		"its conversation could not be opened": {
			c: running(func(c *calllog.Case) { c.Written.Conversation.Chosen = true }), now: ring.Add(11 * time.Second), parked: true,
			want: map[calllog.Part]string{"customer": "done", "first-log": "failed", "tags": "waiting", "second-log": "open", "insights": "open", "transcript": "not_wanted: setting"},
		},
		"it is over, and Aircall gathers everything": {
			c: over(func(c *calllog.Case) {
				c.Written.Customer, c.Written.Parts = 501, []calllog.Part{calllog.PartFirstLog}
				c.Written.Conversation = calllog.Conversation{ID: 900, Chosen: true, Begun: true, Prepared: true}
				c.Written.AddTags(calllog.Tags(c.Facts, c.Settings)...)
			}), now: ring.Add(61 * time.Second),
			want: map[calllog.Part]string{"customer": "done", "first-log": "done", "tags": "done", "second-log": "waiting", "insights": "open", "transcript": "not_wanted: setting"},
		},
		"its second log could not be written": {
			c: over(func(c *calllog.Case) {
				c.Written.Customer, c.Written.Parts = 501, []calllog.Part{calllog.PartFirstLog}
				c.Written.Conversation = calllog.Conversation{ID: 900, Chosen: true, Begun: true, Prepared: true, Finished: true}
				c.Written.AddTags(calllog.Tags(c.Facts, c.Settings)...)
			}), now: after, parked: true,
			want: map[calllog.Part]string{"customer": "done", "first-log": "done", "tags": "done", "second-log": "failed", "insights": "open", "transcript": "not_wanted: setting"},
		},
		"one thread said it all": {
			c: over(func(c *calllog.Case) {
				c.Written.Customer, c.Written.Parts = 501, []calllog.Part{calllog.PartSecondLog}
				c.Written.Conversation = calllog.Conversation{ID: 900, Chosen: true, Begun: true, Prepared: true, Finished: true}
				c.Written.AddTags(calllog.Tags(c.Facts, c.Settings)...)
			}), now: after.Add(time.Hour),
			want: map[calllog.Part]string{"customer": "done", "first-log": "nothing: in_one", "tags": "done", "second-log": "done", "insights": "nothing", "transcript": "not_wanted: setting"},
		},
		"what came late is written": {
			c: over(func(c *calllog.Case) {
				c.Facts.Comments = []calllog.Comment{{ID: 5, Text: "call back"}, {ID: 6, Text: "done"}}
				c.Facts.Recording, c.Settings.Calls.RecordingLinks = calllog.Media{Page: "https://x"}, false
				c.Facts.Insights = []calllog.Insight{{Kind: calllog.Summary, ID: "1", Items: []calllog.InsightItem{{Text: "a talk"}}}}
				c.Written.Customer, c.Written.Parts = 501, []calllog.Part{calllog.PartSecondLog, calllog.CommentPart(5)}
				c.Written.Conversation = calllog.Conversation{ID: 900, Chosen: true, Begun: true, Prepared: true, Finished: true}
				c.Written.AddTags(calllog.Tags(c.Facts, c.Settings)...)
			}), now: after.Add(time.Hour),
			want: map[calllog.Part]string{
				"customer": "done", "first-log": "nothing: in_one", "tags": "done", "second-log": "done", "insights": "waiting", "transcript": "not_wanted: setting",
				"comment/5": "done", "comment/6": "next", "recording": "not_wanted: setting",
			},
		},
		"the company does not want calls like this": {
			c: over(func(c *calllog.Case) {
				c.Written, c.Settings.Calls.Types = calllog.Written{Recalled: true}, []settings.CallType{settings.Missed}
			}), now: after,
			want: map[calllog.Part]string{"customer": "not_wanted: type", "first-log": "not_wanted: type", "tags": "not_wanted: type", "second-log": "not_wanted: type"},
		},
		"somebody decided not to log it": {
			c: over(func(c *calllog.Case) {
				c.Written.Customer, c.Written.Parts = 501, []calllog.Part{calllog.PartFirstLog, calllog.PartSkipped}
			}), now: after,
			want: map[calllog.Part]string{"customer": "done", "first-log": "done", "tags": "not_wanted: skipped", "second-log": "not_wanted: skipped"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, marks(test.c, test.now, test.parked))
		})
	}
}

func TestAChecklistSaysUntilWhenAPartWaits(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) { c.Written.Customer = 501 })
	step := calllog.Next(c, ring.Add(61*time.Second))
	require.Equal(t, calllog.Wait, step.Do)
	for _, one := range c.Checklist(step, false) {
		if one.Part == calllog.PartSecondLog {
			require.Equal(t, step.Until, one.Until)
		}
	}
}
