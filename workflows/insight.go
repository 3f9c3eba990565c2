package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// noteAI notes when something of Aircall's AI came: a note waits some time for the
// rest.
func (c *call) noteAI(event calllog.Event) {
	for _, insight := range event.Insights {
		if insight.Kind != calllog.Transcript && c.AI.HeardAt.IsZero() {
			c.AI.HeardAt = c.HeardAt
		}
	}
	if event.Session != nil {
		c.AI.SessionsAt = c.HeardAt
	}
}

// toldAI: what comes from now on waits anew. Nothing was read while the note was
// written, so that it told everything that was known.
func (c *call) toldAI(step calllog.Step) {
	if calllog.TellsInsights(step.Part) {
		c.AI.HeardAt = time.Time{}
	}
}

func (c *call) fetchInsight(ctx workflow.Context, step calllog.Step) error {
	var fetched contract.FetchInsightResult
	err := c.hands.execute(ctx, string(calllog.FetchInsight),
		contract.FetchInsightInput{Call: c.told(), Kind: step.Insight}, &fetched)
	if err != nil {
		return err
	}
	c.hear(ctx, fetched.Event)
	return nil
}

// writeTranscript has a transcript fetched and written in one activity: it never
// comes here.
func (c *call) writeTranscript(ctx workflow.Context, step calllog.Step) error {
	var written contract.ThreadResult
	err := c.hands.execute(ctx, string(calllog.WriteTranscript), c.thread(step), &written)
	switch {
	case err != nil:
		return err
	case written.Yields > 0:
		c.AI.YieldsUntil = c.hands.now(ctx).Add(written.Yields)
	case written.Missing:
		c.hear(ctx, calllog.NoTranscript(c.facts, step.Part, c.hands.now(ctx)))
	default:
		c.Written.Add(written.Told...)
		c.Written.Conversation.Status = ""
	}
	return nil
}
