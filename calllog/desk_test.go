package calllog_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/settings"
)

// desk is a Help Scout reduced to what the rules care about, and the clock. It
// carries steps out as the call's workflow does, and complains about a step that
// makes no sense.
type desk struct {
	t        require.TestingT
	settings settings.Settings
	call     drawn
	// existing is the conversation to be found, if any.
	existing int64
	// refusals are the writes, counted from 0, that find the conversation full.
	refusals map[int]bool
	// cutAfter is how many decisions are made before everything stops; 0 means
	// that nothing stops.
	cutAfter int
	// ai is what REST has of Aircall's AI; nil is a run that does not log it.
	ai map[calllog.InsightKind][]calllog.Insight

	now     time.Time
	c       calllog.Case
	events  []calllog.Event
	heard   []calllog.Event
	ledger  []calllog.Done
	parts   []calllog.Part
	opened  int64
	holding map[int64]bool
	writes  int
}

// play delivers everything and does what the rules say until nothing is left.
func (d *desk) play(deliveries []delivery) {
	deliveries = slices.Clone(deliveries)
	slices.SortStableFunc(deliveries, func(a, b delivery) int { return a.at.Compare(b.at) })
	if d.now.Before(deliveries[0].at) {
		d.now = deliveries[0].at
	}
	if d.holding == nil {
		d.holding = map[int64]bool{}
	}
	d.begin()
	for decisions := range 2000 {
		if d.cutAfter > 0 && decisions == d.cutAfter {
			return
		}
		for len(deliveries) > 0 && !deliveries[0].at.After(d.now) {
			d.hear(deliveries[0].event)
			deliveries = deliveries[1:]
		}
		step := calllog.Next(d.c, d.now)
		require.Equal(d.t, step, calllog.Next(d.c, d.now), "asked twice, the rules say the same")
		require.NotEmpty(d.t, step.Why)
		switch step.Do {
		case calllog.Finish:
			if len(deliveries) == 0 {
				return
			}
			d.now = deliveries[0].at
			d.begin()
		case calllog.Wait:
			require.True(d.t, step.Until.After(d.now), "waiting for what is past")
			d.now = step.Until
			if len(deliveries) > 0 && deliveries[0].at.Before(d.now) {
				d.now = deliveries[0].at
			}
		default:
			d.do(step)
		}
	}
	require.Fail(d.t, "the call never ended")
}

// begin starts a run, which knows of earlier ones only what the ledger holds.
func (d *desk) begin() {
	d.events = nil
	d.c = calllog.Case{Settings: d.settings, HeardAt: d.now, HearsAI: d.ai != nil}
}

func (d *desk) hear(event calllog.Event) {
	if slices.ContainsFunc(d.events, func(e calllog.Event) bool { return e.ID == event.ID }) {
		return
	}
	d.events, d.heard = append(d.events, event), append(d.heard, event)
	d.c.Facts, d.c.HeardAt = calllog.Gather(d.events), d.now
	if len(event.Insights) > 0 && d.c.AI.HeardAt.IsZero() {
		d.c.AI.HeardAt = d.now
	}
	if event.Session != nil {
		d.c.AI.SessionsAt = d.now
	}
	if d.c.Facts.Over() && d.c.OverSince.IsZero() {
		d.c.OverSince = d.now
	}
}

func (d *desk) do(step calllog.Step) {
	w := &d.c.Written
	switch step.Do {
	case calllog.Remember:
		*w = calllog.Recall(d.ledger)
	case calllog.FindCustomer:
		w.CustomerSought = true
		if step.Create {
			w.Customer = 7
			d.note(calllog.CustomerPart(7), 7)
		}
	case calllog.ChooseConversation:
		w.Conversation.Chosen = true
		if !slices.Contains(w.Conversation.Left, d.existing) && d.existing != 0 {
			w.Conversation.ID = d.existing
			d.note(calllog.ConversationPart(d.existing), d.existing)
		}
	case calllog.OpenConversation:
		d.open(step)
	case calllog.UpdateConversation:
		d.update(step)
	case calllog.FetchInsight:
		d.fetchInsight(step.Insight)
	case calllog.WriteThread, calllog.WriteTranscript:
		require.NotZero(d.t, w.Conversation.ID, "a thread needs a conversation")
		if d.refused() {
			return
		}
		d.write(step)
	case calllog.FetchCall:
		d.fetch()
	default:
		require.Fail(d.t, "no such step", step.Do)
	}
}

// refused has some writes find a full conversation, which is then left. As in
// the workflow, the in-progress tag is taken off it first.
func (d *desk) refused() bool {
	d.writes++
	if !d.refusals[d.writes-1] {
		return false
	}
	delete(d.holding, d.c.Written.Conversation.ID)
	d.c.Written.Leave(calllog.Full)
	return true
}

func (d *desk) open(step calllog.Step) {
	w := &d.c.Written
	require.NotZero(d.t, w.Customer, "a conversation needs a customer")
	d.opened++
	conversation := &w.Conversation
	conversation.ID, conversation.Uncertain = 1000+d.opened, ""
	conversation.Opened, conversation.Prepared = true, true
	conversation.Finished = step.Part == calllog.PartSecondLog
	d.note(calllog.ConversationPart(conversation.ID), conversation.ID)
	d.tag(step.Change)
	d.write(step)
}

func (d *desk) update(step calllog.Step) {
	conversation := &d.c.Written.Conversation
	require.NotZero(d.t, conversation.ID, "only a conversation that is there can change")
	conversation.Prepared = conversation.Prepared || step.Part == calllog.PartFirstLog
	conversation.Finished = conversation.Finished || step.Part == calllog.PartSecondLog
	d.tag(step.Change)
}

func (d *desk) tag(change calllog.Change) {
	w := &d.c.Written
	for _, tag := range change.AddTags {
		require.NotContains(d.t, w.Tags, tag, "a tag is put once")
		d.note(calllog.TagPart(tag), 0)
	}
	w.AddTags(change.AddTags...)
	w.InProgress = change.Hold && change.InProgress != ""
	if change.Release {
		delete(d.holding, w.Conversation.ID)
	}
	if w.InProgress {
		d.holding[w.Conversation.ID] = true
	}
}

func (d *desk) write(step calllog.Step) {
	told := []calllog.Part{step.Part}
	switch step.Part {
	case calllog.PartFirstLog:
		require.True(d.t, d.c.Facts.Answered())
	case calllog.PartSecondLog:
		told = append(told, calllog.Tellable(d.c.Facts, d.settings)...)
		due := d.call.ended.Add(d.settings.Calls.PostCallDelay.Std())
		require.False(d.t, d.now.Before(due), "the second log is early")
	default:
		require.Contains(d.t, d.parts, calllog.PartSecondLog, "late facts come after the log")
	}
	for _, part := range step.Tells {
		if part != step.Part {
			told = append(told, part)
		}
	}
	if calllog.TellsInsights(step.Part) {
		d.c.AI.HeardAt = time.Time{}
	}
	if step.Do == calllog.WriteThread {
		_, err := calllog.Text{Facts: d.c.Facts, Settings: d.settings, Tells: step.Tells}.HTML(step.Part)
		require.NoError(d.t, err)
	}
	for _, part := range told {
		require.NotContains(d.t, d.parts, part, "written twice")
		d.parts = append(d.parts, part)
		d.note(part, 1)
	}
	d.c.Written.Add(told...)
}

func (d *desk) note(part calllog.Part, id int64) {
	if slices.ContainsFunc(d.ledger, func(done calllog.Done) bool { return done.Part == part }) {
		return
	}
	d.ledger = append(d.ledger, calllog.Done{Part: part, ID: id})
}

// fetch shows the call as REST would at that moment: all of it once it is over.
func (d *desk) fetch() {
	over := d.c.Facts.Over()
	d.c.AI.CallSought = d.c.AI.CallSought || d.c.Facts.Direction == ""
	d.c.AI.SessionsSought = d.c.AI.SessionsSought || over && len(d.c.Facts.Sessions) > 0
	if !d.now.Before(d.call.ended) {
		d.hear(fetched(d.t, d.now, d.call.last))
	}
	d.c.LastWordSought = d.c.LastWordSought || over
	d.c.HeardAt = d.now
}

func (d *desk) fetchInsight(kind calllog.InsightKind) {
	event := calllog.NoInsight(callID, kind, d.now)
	if has := d.ai[kind]; len(has) > 0 {
		event.ID, event.Insights = "rest "+string(kind), has
	}
	d.hear(event)
}

// sortedParts are the parts but for the first log, which only a call gets that
// was heard of while it ran.
func (d *desk) sortedParts() []calllog.Part {
	parts := slices.DeleteFunc(slices.Clone(d.parts), func(p calllog.Part) bool { return p == calllog.PartFirstLog })
	slices.SortFunc(parts, func(a, b calllog.Part) int { return cmp.Compare(a, b) })
	return parts
}
