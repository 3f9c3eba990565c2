package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// greets is the change that calls of different age differ by. Those that began
// before it only write the log; later ones can more, in the order in which it
// came.
const greets = "greet the agent"

// What a run can do, by its version of greets.
const (
	// showsCards: the insight card, and Aircall's address book in step.
	showsCards workflow.Version = 1
	// followsAgents: tags that agents take off leave, and a conversation is looked
	// at again before the first thread.
	followsAgents workflow.Version = 2
	// hearsAI: what Aircall's AI says is logged, and what its voice agents learn.
	hearsAI workflow.Version = 3
	// showsRows: lists show the call without asking its run.
	showsRows workflow.Version = 4

	// newest is what runs that begin now can do.
	newest = showsRows
)

// Greeting is what was found and done for the agent when the call began, beside
// the log: it neither delays the log nor parks it.
type Greeting struct {
	// Found is how the customer was come by.
	Found *contract.FindCustomerResult `json:"found,omitempty"`
	// Card says whether the insight card was shown, Contact what was done in
	// Aircall's address book. Empty: not begun.
	Card    Deed `json:"card,omitzero"`
	Contact Deed `json:"contact,omitzero"`
	// Named says that the customer was given the name of Aircall's contact.
	Named Deed `json:"named,omitzero"`
	// ContactID is the contact in Aircall.
	ContactID int64 `json:"contact_id,omitempty"`
	// Listed are the customer's conversations that a log may go into, as the card
	// showed them at ListedAt.
	Listed   []calllog.Candidate `json:"listed,omitempty"`
	ListedAt time.Time           `json:"listed_at,omitzero"`
}

// Deed is something done beside the log.
type Deed struct {
	// Did says in plain words what came of it.
	Did string `json:"did,omitempty"`
	// Problem is why it was not done.
	Problem calllog.Problem `json:"problem,omitempty"`
	Message string          `json:"message,omitempty"`
}

// greeting is what a run must not end with.
type greeting struct {
	greetingNow bool
	// hideCard ends the attempt to show a card; nil where there is none.
	hideCard workflow.CancelFunc
	// customerGone is a customer whom Help Scout denied when the card was made.
	customerGone int64
}

// listFresh is how old the list of conversations may be that a choice is made
// from: the one that is chosen is read anew before anything is written to it.
const listFresh = time.Minute

// cardsFirst is how long the contact waits after the card.
const cardsFirst = 5 * time.Second

// The card is worth something for as long as it rings; the contact is for the
// next call.
var (
	cardOptions = workflow.ActivityOptions{
		ScheduleToCloseTimeout: 45 * time.Second, StartToCloseTimeout: 20 * time.Second, HeartbeatTimeout: heartbeatTimeout,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumAttempts: 4},
		Summary:     "Show the insight card",
	}
	contactOptions = workflow.ActivityOptions{
		StartToCloseTimeout: activityTimeout, HeartbeatTimeout: heartbeatTimeout, RetryPolicy: perseverance,
		Summary: "Keep Aircall's address book in step",
	}
	nameOptions = workflow.ActivityOptions{
		StartToCloseTimeout: activityTimeout, HeartbeatTimeout: heartbeatTimeout, RetryPolicy: perseverance,
		Summary: "Give the customer the name of Aircall's contact",
	}
)

// greet begins what is to be done for the agent, once, beside the log.
func (c *call) greet(ctx workflow.Context) {
	if c.facts.Over() && c.hideCard != nil {
		c.hideCard()
	}
	if c.Backfilled {
		// Nobody looks any more, and Aircall's requests are for those who do.
		return
	}
	card := c.cardDue()
	if c.version < showsCards || c.greetingNow || !(card || c.contactDue() || c.nameDue()) {
		return
	}
	c.greetingNow = true
	c.hands.beside(ctx, func(ctx workflow.Context) {
		if card {
			c.showCard(ctx)
			c.letCardsPass(ctx)
		}
		if c.contactDue() {
			c.syncContact(ctx)
		}
		if c.nameDue() {
			c.nameCustomer(ctx)
		}
		c.greetingNow = false
		is := c.shown
		is.details = c.details(is.status, c.step)
		c.hands.tell(ctx, c.shown, is)
		c.shown = is
	})
}

// cardDue: the agent is shown who it is as soon as that is known, unless nobody
// is there any more to look.
func (c *call) cardDue() bool {
	return c.Greeting.Card == (Deed{}) && c.Greeting.Found != nil && c.Written.CustomerSought &&
		c.Settings.InsightCard && !c.facts.Over() && c.situation().Wanted()
}

func (c *call) contactDue() bool {
	return c.Greeting.Contact == (Deed{}) && c.Greeting.Found != nil && c.Greeting.Found.Customer != 0 &&
		c.Greeting.Found.Customer == c.Written.Customer && c.customerGone == 0 &&
		c.situation().Wanted() && calllog.ContactWanted(c.facts, c.Settings)
}

// nameDue: an agent may write down who it is while the call runs.
func (c *call) nameDue() bool {
	found := c.Greeting.Found
	return c.Greeting.Named == (Deed{}) && found != nil && found.Customer != 0 && found.Customer == c.Written.Customer &&
		c.situation().Wanted() && calllog.NameWanted(c.facts, c.Settings, found.Profile)
}

func (c *call) showCard(ctx workflow.Context) {
	c.Greeting.Card.Did = "on its way"
	ctx, c.hideCard = c.hands.cancellable(workflow.WithActivityOptions(ctx, cardOptions))
	found := *c.Greeting.Found
	var shown contract.CardResult
	err := c.hands.execute(ctx, contract.ShowCard, contract.CardInput{Call: c.told(), Found: found}, &shown)
	c.hideCard = nil
	switch {
	case temporal.IsCanceledError(err), shown.Over:
		c.Greeting.Card.Did = "not shown: the call was over"
	case err != nil:
		c.Greeting.Card = notDone("not shown", err)
	case shown.Gone:
		// The customer is looked up anew, and then the card is due again.
		c.Greeting.Card, c.customerGone = Deed{}, found.Customer
	default:
		c.Greeting.Card.Did = "shown"
	}
	if found.Customer != c.Written.Customer || c.Greeting.Found == nil {
		return
	}
	c.Greeting.Listed, c.Greeting.ListedAt = shown.Listed, shown.ListedAt
	if shown.Profile != nil {
		c.Greeting.Found.Profile = shown.Profile
	}
}

// letCardsPass leaves Aircall and the workers to the cards of other calls that
// ring in the same moment: the contact is for the next call.
func (c *call) letCardsPass(ctx workflow.Context) {
	if !c.contactDue() {
		return
	}
	c.hands.pause(ctx, cardsFirst, "Insight cards go first, then the contact in Aircall")
}

func (c *call) syncContact(ctx workflow.Context) {
	c.Greeting.Contact.Did = "on its way"
	var synced contract.ContactResult
	err := c.hands.execute(workflow.WithActivityOptions(ctx, contactOptions), contract.SyncContact,
		contract.ContactInput{Call: c.told(), Found: *c.Greeting.Found}, &synced)
	if err != nil {
		c.Greeting.Contact = notDone("not made", err)
		return
	}
	c.Greeting.ContactID, c.Greeting.Contact.Did = synced.Contact, string(synced.Did)
}

func (c *call) nameCustomer(ctx workflow.Context) {
	c.Greeting.Named.Did = "on its way"
	var result contract.NameResult
	err := c.hands.execute(workflow.WithActivityOptions(ctx, nameOptions), contract.NameCustomer,
		contract.NameInput{Call: c.told(), Customer: c.Greeting.Found.Customer}, &result)
	switch {
	case err != nil:
		c.Greeting.Named = notDone("not named", err)
	case result.Named:
		c.Greeting.Named.Did = "named as Aircall's contact"
	default:
		c.Greeting.Named.Did = "had a name already"
	}
}

func notDone(did string, err error) Deed {
	deed := Deed{Did: did, Problem: calllog.Internal}
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) {
		deed.Problem = calllog.Problem(failure.Type())
		var details contract.FailureDetails
		if failure.HasDetails() && failure.Details(&details) == nil {
			deed.Message = details.Message
		}
	}
	return deed
}

// loseCustomer looks a customer up anew who was remembered and is gone, as long as
// nothing was written for that one.
func (c *call) loseCustomer() {
	gone := c.customerGone
	c.customerGone = 0
	if gone == 0 || gone != c.Written.Customer || c.Written.Conversation.ID != 0 || c.LostCustomers >= mostLostCustomers {
		return
	}
	c.LostCustomers++
	c.Written.LoseCustomer()
	c.Written.Conversation.Chosen = false
	c.Greeting.Found = nil
}
