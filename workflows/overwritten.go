package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// lose notes what the call overwrote. The in-progress tag is nobody's but the
// calls'.
func (c *call) lose(lost calllog.Lost) {
	c.Lost = addLost(c.Lost, lost, calllog.InProgressTag(c.Settings))
}

func addLost(all []calllog.Lost, lost calllog.Lost, inProgress string) []calllog.Lost {
	ours := func(tag string) bool { return tag == inProgress }
	lost.Restore = slices.DeleteFunc(lost.Restore, ours)
	lost.Drop = slices.DeleteFunc(lost.Drop, ours)
	if lost.Conversation == 0 || lost.None() {
		return all
	}
	for i, earlier := range all {
		if earlier.Conversation == lost.Conversation {
			all[i] = earlier.And(lost)
			return all
		}
	}
	return append(all, lost)
}

func (c *call) firstLost() calllog.Lost {
	if len(c.Lost) == 0 {
		return calllog.Lost{}
	}
	return c.Lost[0]
}

// putRight gives a conversation back what the call overwrote there. That may be
// one which the call has left since; one that is gone has nothing to be put right.
func (c *call) putRight(ctx workflow.Context, step calllog.Step) error {
	lost := c.firstLost()
	var updated contract.Conversation
	err := c.hands.execute(ctx, string(calllog.UpdateConversation), contract.UpdateConversationInput{
		Call: c.told(), Conversation: lost.Conversation, Change: step.Change,
	}, &updated)
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) && slices.Contains(takesNothing, calllog.Problem(failure.Type())) {
		err = nil
	}
	if err == nil {
		c.Lost = c.Lost[1:]
	}
	return err
}

// takesNothing are the problems of a conversation that takes no tags, now or later.
var takesNothing = []calllog.Problem{
	calllog.ConversationGone, calllog.ConversationFull, calllog.HelpScoutNotFound, calllog.HelpScoutRefused,
}
