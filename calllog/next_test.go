package calllog_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func drawSettings(t *rapid.T) settings.Settings {
	s := settings.Defaults()
	duration := func(most int, what string) settings.Duration {
		return settings.Duration(time.Duration(rapid.IntRange(0, most).Draw(t, what)) * time.Second)
	}
	s.Calls.PostCallDelay = duration(600, "post_call_delay")
	s.Calls.EndTimeout = duration(300, "end_timeout")
	s.Calls.RecordingLinks = rapid.Bool().Draw(t, "recording_links")
	s.Contacts.CreateCustomer = rapid.Bool().Draw(t, "create_customer")
	s.Tags.Operational = rapid.Bool().Draw(t, "operational")
	s.Settle = duration(1800, "settle")
	return s
}

func drawDesk(t *rapid.T, call drawn, s settings.Settings, label string) *desk {
	return &desk{
		t: t, settings: s, call: call,
		existing: rapid.SampledFrom([]int64{0, 55}).Draw(t, label+": existing conversation"),
	}
}

func TestTheSameLogWhateverTheOrderAndDelayOfTheEvents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call, s := drawCall(t), drawSettings(t)
		want := append([]calllog.Part{calllog.PartSecondLog}, calllog.Tellable(calllog.Gather(call.events), s)...)
		slices.Sort(want)
		for _, label := range []string{"once", "again"} {
			d := drawDesk(t, call, s, label)
			d.play(drawDeliveries(t, call.events, label))
			require.Equal(t, want, d.sortedParts())
			require.Empty(t, d.holding, "the in-progress tag stays behind")
			require.LessOrEqual(t, d.opened, int64(1))
		}
	})
}

func TestEverythingHeardIsToldOnceWhenEventsAreLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call, s := drawCall(t), drawSettings(t)
		kept := slices.DeleteFunc(slices.Clone(call.events), func(calllog.Event) bool {
			return rapid.IntRange(0, 2).Draw(t, "lost") == 0
		})
		if len(kept) == 0 {
			kept = call.events[:1]
		}
		d := drawDesk(t, call, s, "")
		d.play(drawDeliveries(t, kept, ""))
		want := append([]calllog.Part{calllog.PartSecondLog}, calllog.Tellable(calllog.Gather(d.heard), s)...)
		slices.Sort(want)
		require.Equal(t, want, d.sortedParts())
		require.Empty(t, d.holding)
	})
}

func TestALogGoesOnElsewhereWhenItsConversationIsFull(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call, s := drawCall(t), drawSettings(t)
		d := drawDesk(t, call, s, "")
		d.refusals = map[int]bool{}
		for _, write := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 0, 3, rapid.ID[int]).Draw(t, "full at write") {
			d.refusals[write] = true
		}
		d.play(drawDeliveries(t, call.events, ""))
		want := append([]calllog.Part{calllog.PartSecondLog}, calllog.Tellable(calllog.Gather(call.events), s)...)
		slices.Sort(want)
		require.Equal(t, want, d.sortedParts())
		require.Empty(t, d.holding)
	})
}

// A run that is cut off anywhere knows from the ledger what it has written.
func TestARunThatWasCutOffGoesOnFromTheLedger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call, s := drawCall(t), drawSettings(t)
		deliveries := drawDeliveries(t, call.events, "")
		d := drawDesk(t, call, s, "")
		d.cutAfter = rapid.IntRange(1, 12).Draw(t, "cut after")
		d.play(deliveries)
		d.cutAfter = 0
		d.play(deliveries)
		want := append([]calllog.Part{calllog.PartSecondLog}, calllog.Tellable(calllog.Gather(call.events), s)...)
		slices.Sort(want)
		require.Equal(t, want, d.sortedParts())
		require.Empty(t, d.holding, "nobody took the in-progress tag off")
		require.LessOrEqual(t, d.opened, int64(1))
	})
}

// ended is a case of an answered call whose last word is in.
func ended(t *testing.T, change func(*calllog.Case)) calllog.Case {
	f := facts(t, aircall.EventCallEnded, 90*time.Second, with(inbound(), answeredAfter(9*time.Second, mia), endedAfter(time.Minute)))
	c := calllog.Case{
		Facts: f, Settings: settings.Defaults(), HeardAt: ring.Add(90 * time.Second), OverSince: ring.Add(61 * time.Second),
		Written: calllog.Written{
			Recalled: true, Customer: 7, Parts: []calllog.Part{calllog.PartFirstLog}, InProgress: true,
			Conversation: calllog.Conversation{ID: 55, Chosen: true, Prepared: true},
		},
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestTheSecondLogIsDueAfterTheDelay(t *testing.T) {
	t.Parallel()
	due := ring.Add(time.Minute + 45*time.Second)
	early := calllog.Next(ended(t, nil), due.Add(-time.Nanosecond))
	require.Equal(t, calllog.Wait, early.Do)
	require.Equal(t, due, early.Until)

	step := calllog.Next(ended(t, nil), due)
	require.Equal(t, calllog.UpdateConversation, step.Do)
	require.True(t, step.Change.Release, "one tag write for the final tags and the in-progress tag")
	require.Contains(t, step.Change.AddTags, "inbound")
}

func TestAClockThatIsWrongElsewhereHoldsNoLogBack(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) { c.OverSince = ring.Add(-time.Hour) })
	require.Equal(t, calllog.UpdateConversation, calllog.Next(c, ring).Do)
}

func TestTheLastWordIsAwaitedThenFetched(t *testing.T) {
	t.Parallel()
	open := ended(t, func(c *calllog.Case) { c.Facts.Final = false })
	latest := ring.Add(time.Minute + 2*time.Minute)
	step := calllog.Next(open, latest.Add(-time.Second))
	require.Equal(t, calllog.Wait, step.Do)
	require.Equal(t, latest, step.Until)
	require.Equal(t, calllog.FetchCall, calllog.Next(open, latest).Do)

	open.LastWordSought = true
	require.Equal(t, calllog.UpdateConversation, calllog.Next(open, latest).Do, "asked once is enough")
}

func TestASilentCallIsFetched(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) { c.Facts.EndedAt, c.Facts.Final, c.HeardAt = time.Time{}, false, ring })
	silent := ring.Add(30 * time.Minute)
	require.Equal(t, silent, calllog.Next(c, ring).Until)
	require.Equal(t, calllog.FetchCall, calllog.Next(c, silent).Do)
}

func TestALateFactFindsAnotherConversationWhenTheFirstIsGone(t *testing.T) {
	t.Parallel()
	now := ring.Add(time.Hour)
	c := ended(t, func(c *calllog.Case) {
		c.Written.Add(calllog.PartSecondLog)
		c.Facts.Comments = []calllog.Comment{{ID: 5, Text: "late"}}
		c.Written.Conversation.Finished, c.Written.InProgress = true, false
	})
	step := calllog.Next(c, now)
	require.Equal(t, calllog.WriteThread, step.Do)
	require.Equal(t, calllog.CommentPart(5), step.Part)
	require.False(t, step.Phone, "what comes late is a note")

	c.Written.Conversation.Finished = false // merged or deleted: nobody knows yet
	step = calllog.Next(c, now)
	require.Equal(t, calllog.UpdateConversation, step.Do)
	require.Equal(t, calllog.PartSecondLog, step.Part, "or it would be read again and again")

	c.Written.Leave(calllog.Full)
	require.Equal(t, calllog.ChooseConversation, calllog.Next(c, now).Do)
	c.Written.Conversation.Chosen = true
	step = calllog.Next(c, now)
	require.Equal(t, calllog.OpenConversation, step.Do)
	require.Contains(t, step.Change.AddTags, "inbound", "the new conversation has no tag yet")
}

func TestTagsAloneOpenNoConversation(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) {
		c.Written.Add(calllog.PartSecondLog)
		c.Written.Leave(calllog.Full)
		c.HeardAt = ring
	})
	require.Equal(t, calllog.Finish, calllog.Next(c, ring.Add(time.Hour)).Do)
}

func TestALostRequestForAConversationIsLookedInto(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) {
		c.Written.Parts = nil
		c.Written.Conversation = calllog.Conversation{Chosen: true, Uncertain: calllog.PartFirstLog}
	})
	step := calllog.Next(c, ring.Add(time.Hour))
	require.Equal(t, calllog.OpenConversation, step.Do)
	require.Equal(t, calllog.PartFirstLog, step.Part, "the first log may be there: the second one must not take its place")
}

func TestAClosedConversationIsReopenedOnlyByTheLogThatBegins(t *testing.T) {
	t.Parallel()
	now := ring.Add(time.Hour)
	change := func(begun bool) calllog.Change {
		return calllog.Next(ended(t, func(c *calllog.Case) {
			c.Settings.Calls.ReopenClosed, c.Settings.Calls.AssignConversation = true, true
			c.Written.Conversation.Begun = begun
		}), now).Change
	}
	require.True(t, change(false).Reopen)
	require.True(t, change(false).Assign)
	require.False(t, change(true).Reopen, "somebody may have closed it during the call")
	require.False(t, change(true).Assign)
}

func TestOnlyCallsOfTheChosenTypesAreLogged(t *testing.T) {
	t.Parallel()
	over := endedAfter(30 * time.Second)
	for name, test := range map[string]struct {
		types  []settings.CallType
		data   keys
		wanted bool
	}{
		"rings, may be missed":       {[]settings.CallType{settings.Missed}, inbound(), true},
		"rings, only outbound":       {[]settings.CallType{settings.OutboundAnswered}, inbound(), false},
		"dials, only unanswered":     {[]settings.CallType{settings.OutboundUnanswered}, outbound(), true},
		"dials, only inbound":        {[]settings.CallType{settings.Missed, settings.Voicemail}, outbound(), false},
		"answered, only missed":      {[]settings.CallType{settings.Missed}, with(inbound(), answeredAfter(time.Second, mia)), false},
		"missed, only missed":        {[]settings.CallType{settings.Missed}, with(inbound(), over), true},
		"missed, only voicemail":     {[]settings.CallType{settings.Voicemail}, with(inbound(), over), false},
		"voicemail, only voicemail":  {[]settings.CallType{settings.Voicemail}, with(inbound(), over, keys{"voicemail": "https://v.example/1"}), true},
		"unanswered, only answered":  {[]settings.CallType{settings.OutboundAnswered}, with(outbound(), over), false},
		"nothing":                    {nil, inbound(), false},
		"anonymous, logged together": {settings.Defaults().Calls.Types, with(inbound(), keys{"raw_digits": "anonymous"}), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := calllog.Case{
				Facts: facts(t, aircall.EventCallHungup, time.Minute, with(test.data)), Settings: settings.Defaults(),
				Written: calllog.Written{Recalled: true},
			}
			if test.data["ended_at"] == nil {
				c.Facts = facts(t, aircall.EventCallCreated, time.Minute, test.data)
			}
			c.Settings.Calls.Types = test.types
			require.Equal(t, test.wanted, c.Wanted())
			if !test.wanted {
				step := calllog.Next(c, ring)
				require.NotEqual(t, calllog.FindCustomer, step.Do, "nobody is looked up for a call that is not logged")
			}
		})
	}
}

func TestWhatNobodyWantsIsNotLogged(t *testing.T) {
	t.Parallel()
	skipped := ended(t, func(c *calllog.Case) { c.Written.Add(calllog.PartSkipped) })
	require.False(t, skipped.Wanted())
	require.Equal(t, calllog.Finish, calllog.Next(skipped, ring.Add(time.Hour)).Do)

	anonymous := ended(t, func(c *calllog.Case) {
		c.Facts.Anonymous, c.Settings.Contacts.Anonymous = true, settings.SkipAnonymous
	})
	require.False(t, anonymous.Wanted())
	anonymous.Settings.Contacts.Anonymous = settings.SharedCustomer
	require.True(t, anonymous.Wanted())
}

func TestAMissingCustomerIsMadeOnlyForALog(t *testing.T) {
	t.Parallel()
	ringing := calllog.Case{
		Facts: facts(t, aircall.EventCallCreated, 0, inbound()), Settings: settings.Defaults(),
		Written: calllog.Written{Recalled: true}, HeardAt: ring,
	}
	ringing.Settings.Contacts.CreateCustomer = false
	step := calllog.Next(ringing, ring)
	require.Equal(t, calllog.FindCustomer, step.Do)
	require.False(t, step.Create)
	ringing.Written.CustomerSought = true
	require.Equal(t, calllog.Wait, calllog.Next(ringing, ring).Do)

	step = calllog.Next(ended(t, func(c *calllog.Case) { c.Written.Customer, c.Written.CustomerSought = 0, true }), ring.Add(time.Hour))
	require.Equal(t, calllog.FindCustomer, step.Do)
	require.True(t, step.Create, "a log cannot do without one")
}

func TestNobodyIsSoughtBeforeItIsKnownWhomTheCallIsWith(t *testing.T) {
	t.Parallel()
	silent := with(inbound(), keys{"raw_digits": nil})
	first := webhook(t, aircall.EventCallTagged, 0, silent)
	c := calllog.Case{Settings: settings.Defaults(), Written: calllog.Written{Recalled: true}, HeardAt: ring, Facts: calllog.Gather([]calllog.Event{first})}
	require.False(t, c.Facts.PartyKnown())
	require.Equal(t, calllog.Wait, calllog.Next(c, ring).Do)

	told := webhook(t, aircall.EventCallCreated, time.Second, inbound())
	c.Facts = calllog.Gather([]calllog.Event{first, told})
	require.False(t, c.Facts.Anonymous)
	require.Equal(t, calllog.FindCustomer, calllog.Next(c, ring).Do)

	withheld := webhook(t, aircall.EventCallCreated, time.Second, with(inbound(), keys{"raw_digits": "anonymous"}))
	require.True(t, calllog.Gather([]calllog.Event{first, withheld}).Anonymous)

	over := webhook(t, aircall.EventCallEnded, time.Minute, with(silent, endedAfter(time.Minute)))
	require.True(t, calllog.Gather([]calllog.Event{first, over}).Anonymous, "nobody will say it any more")
}
