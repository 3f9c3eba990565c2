package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

const (
	colleagueUser = 613
	otherLine     = 397375
	thirdParty    = "+44 20 7946 0999"
)

// colleague makes another agent known to Help Scout, and gives the user that
// Aircall's events show.
func (o *office) colleague() map[string]any {
	o.helpScout.AddUser(simulator.User{ID: colleagueUser, FirstName: "Jonas", LastName: "Weiss", Email: "jonas.weiss@acme.example"})
	return map[string]any{"id": 10, "name": "Jonas Weiss", "email": "jonas.weiss@acme.example"}
}

func team(name string) []any { return []any{map[string]any{"id": len(name), "name": name}} }

func TestMissedCalls(t *testing.T) {
	t.Parallel()
	for reason, words := range map[string]string{
		"out_of_opening_hours":  "called outside the opening hours",
		"short_abandoned":       "the caller hung up within 10 seconds",
		"abandoned_in_ivr":      "the caller hung up in the menu",
		"abandoned_in_classic":  "the caller hung up before an agent's phone rang",
		"no_available_agent":    "no agent was available",
		"agents_did_not_answer": "no agent answered",
	} {
		t.Run("the reason is told in words: "+reason, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.AssignConversation = true
			o.missedCall(map[string]any{"missed_call_reason": reason})
			require.Equal(t, []string{"phone: end"}, o.log())
			conversation := o.theConversation()
			text := o.says(conversation.ID)
			require.Contains(t, text, "Missed call Caller: +1 202-555-0143")
			require.Contains(t, text, "Reason: "+words)
			require.Contains(t, text, "Waiting time: 20 s")
			require.ElementsMatch(t, []string{"inbound", "missed call", "phone-number-support us"}, conversation.Tags)
			require.EqualValues(t, owner, conversation.Threads[0].Author.ID, "nobody had it: an administrator writes")
			require.Zero(t, conversation.Assignee)
		})
	}
	for target, want := range map[settings.LogTarget]int{settings.ExistingConversation: 1, settings.NewConversation: 3} {
		t.Run("several in a row: "+string(target), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.LogTo = target
			for i := range 3 {
				if i > 0 {
					o.nextCall(time.Minute)
				}
				require.Equal(t, workflows.StatusSynced, o.missedCall(nil).Status)
			}
			require.Len(t, o.helpScout.Conversations(), want)
			require.Equal(t, 3, strings.Count(strings.Join(o.log(), "\n"), "phone: "))
			for _, conversation := range o.helpScout.Conversations() {
				require.ElementsMatch(t, []string{"inbound", "missed call", "phone-number-support us"}, conversation.Tags)
			}
		})
	}
	t.Run("several agents rung", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		jonas := o.colleague()
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(2*time.Second, aircall.EventCallRingingOnAgent, map[string]any{"user": o.agent})
		o.hear(6*time.Second, aircall.EventCallAgentDeclined, map[string]any{"user": o.agent})
		o.hear(8*time.Second, aircall.EventCallRingingOnAgent, map[string]any{"user": jonas})
		o.hear(12*time.Second, aircall.EventCallRingingOnAgent, map[string]any{"user": o.agent})
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"missed_call_reason": "agents_did_not_answer"}))
		o.run()
		require.Contains(t, o.says(o.theConversation().ID), "Rang for: Mia Berg, Jonas Weiss Reason: no agent answered")
		require.EqualValues(t, owner, o.theConversation().Threads[0].Author.ID, "who was only rung did not have it")
	})
	t.Run("a voicemail that comes after the end is appended", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(nil))
		o.hear(4*time.Minute, aircall.EventCallVoicemailLeft, o.missed(map[string]any{
			"voicemail": "https://example.com/v.mp3?sig=x", "asset": "https://assets.aircall.io/calls/4186780376/voicemail"}))
		o.run()
		require.Equal(t, []string{"phone: end", "note: voicemail"}, o.log())
		conversation := o.theConversation()
		require.Contains(t, o.says(conversation.ID), "A voicemail was left Voicemail: listen in Aircall")
		require.Contains(t, conversation.Threads[1].Body, `href="https://assets.aircall.io/calls/4186780376/voicemail"`)
		require.ElementsMatch(t, []string{"inbound", "missed call", "phone-number-support us", "voicemail"}, conversation.Tags)
	})
	t.Run("a callback is asked for in the queue, and answered", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.missedCall(tagged("Callback Request"))
		conversation := o.theConversation()
		require.Contains(t, o.says(conversation.ID), "Callback requested Caller: +1 202-555-0143")
		require.NotContains(t, o.says(conversation.ID), "Tags:", "Aircall's own tag is no agent's")
		require.ElementsMatch(t, []string{"inbound", "missed call", "callback", "phone-number-support us"}, conversation.Tags)
		o.nextCall(time.Minute)
		back := map[string]any{"direction": "outbound", "automatic_callback_call_id": callID}
		o.hear(0, aircall.EventCallCreated, back)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(back))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(back))
		require.Equal(t, conversation.ID, o.run().Conversation)
		require.Contains(t, o.says(conversation.ID), "Callback: answers the request in Aircall call 4186780376")
		require.ElementsMatch(t, []string{"inbound", "missed call", "callback", "phone-number-support us", "outbound"}, o.tagsOf(conversation.ID))
	})
}

func TestSpecialCalls(t *testing.T) {
	t.Parallel()
	t.Run("an outbound call that nobody answers is one thread", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Calls.AssignConversation = true
		o.missedCall(map[string]any{"direction": "outbound", "user": o.agent})
		require.Equal(t, []string{"phone: end"}, o.log())
		conversation := o.theConversation()
		require.Contains(t, o.says(conversation.ID), "Outbound call, not answered Called: +1 202-555-0143")
		require.NotContains(t, o.says(conversation.ID), "Reason")
		require.ElementsMatch(t, []string{"outbound", "phone-number-support us"}, conversation.Tags)
		require.EqualValues(t, agentUser, conversation.Threads[0].Author.ID)
		require.EqualValues(t, agentUser, conversation.Assignee)
	})
	t.Run("the branch of the menu is told", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		menu := map[string]any{"ivr_options_selected": []any{
			map[string]any{"id": "1", "title": "Orders", "key": "1"}, map[string]any{"id": "2", "title": "", "key": "4"}}}
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(5*time.Second, aircall.EventCallIVROptionSelected, menu)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(menu))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(menu))
		o.run()
		require.Equal(t, 1, strings.Count(o.says(o.theConversation().ID), "Menu choice: Orders / 4"), "in the first log")
	})
	t.Run("everybody in a conference is told", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.answeredCall(map[string]any{"participants": []any{
			map[string]any{"type": "user", "id": 9, "name": "Mia Berg"}, map[string]any{"type": "user", "id": 10, "name": "Jonas Weiss"},
			map[string]any{"type": "external", "phone_number": "+12025550143"},
		}})
		o.run()
		require.Contains(t, o.says(o.theConversation().ID), "Took part: Mia Berg, Jonas Weiss, +1 202-555-0143")
	})
	t.Run("withheld numbers share a customer, and each call has its own conversation", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		for i := range 2 {
			if i > 0 {
				o.nextCall(time.Minute)
			}
			withheld := map[string]any{"raw_digits": "anonymous", "user": nil}
			o.hear(0, aircall.EventCallCreated, withheld)
			o.hear(50*time.Second, aircall.EventCallEnded, o.missed(withheld))
			require.Equal(t, workflows.StatusSynced, o.run().Status)
		}
		customers := o.helpScout.Customers()
		require.Len(t, customers, 1)
		require.Equal(t, "Anonymous caller (Aircall)", customers[0].FirstName)
		require.Empty(t, customers[0].Phones)
		require.Len(t, o.helpScout.Conversations(), 2)
		for _, conversation := range o.helpScout.Conversations() {
			require.Contains(t, o.says(conversation.ID), "Caller: number withheld")
			require.Equal(t, customers[0].ID, conversation.CustomerID)
		}
		require.Empty(t, o.aircall.Contacts())
	})
	t.Run("withheld numbers can be left out", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Contacts.Anonymous = settings.SkipAnonymous
		withheld := map[string]any{"raw_digits": "anonymous"}
		o.hear(0, aircall.EventCallCreated, withheld)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(withheld))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(withheld))
		require.Equal(t, workflows.StatusSkipped, o.run().Status)
		require.Empty(t, o.helpScout.Conversations())
		require.Empty(t, o.helpScout.Customers())
	})
	t.Run("a number that is removed from the mapping in mid-call", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		company, err := o.store.Installation(t.Context(), "acme")
		require.NoError(t, err)
		o.answeredCall(nil)
		o.env.RegisterDelayedCallback(func() {
			company.Numbers = nil
			require.NoError(t, o.store.PutInstallation(t.Context(), company))
		}, 40*time.Second)
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Equal(t, []string{"phone: start", "note: end"}, o.log())
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.theConversation().Tags)
	})
	t.Run("an end of which no webhook tells is fetched, and the tag goes", func(t *testing.T) {
		t.Parallel()
		for name, hungUp := range map[string]bool{"only the hang-up came": true, "nothing came after the answer": false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support US", Digits: "+1 202-555-0100", Country: "US"})
				o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
				o.aircall.PutCall(simulator.Call{
					ID: o.callID, Status: "done", Direction: "inbound", RawDigits: outside, NumberID: line, UserID: 9, Recording: true,
					StartedAt: o.ring, AnsweredAt: o.ring.Add(10 * time.Second), EndedAt: o.ring.Add(70 * time.Second),
				})
				o.hear(0, aircall.EventCallCreated, nil)
				o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
				if hungUp {
					o.hear(70*time.Second, aircall.EventCallHungup, o.answered(nil))
				}
				require.Equal(t, workflows.StatusSynced, o.run().Status)
				require.Equal(t, []string{"phone: start", "note: end"}, o.log())
				require.Contains(t, o.says(o.theConversation().ID), "Talk time: 1 min Recording: listen")
				require.NotContains(t, o.theConversation().Tags, "call in progress")
			})
		}
	})
}

// Aircall keeps a call that is handed to a colleague, so its log stays one.
func TestTransfersInsideAircall(t *testing.T) {
	t.Parallel()
	handedTo := func(o *office, to map[string]any) map[string]any {
		return map[string]any{"user": to, "transferred_by": o.agent, "transferred_to": to, "teams": team("Billing")}
	}
	play := func(o *office) {
		jonas := o.colleague()
		care := map[string]any{"teams": team("Care")}
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(care))
		o.hear(40*time.Second, aircall.EventCallTransferred, o.answered(handedTo(o, jonas)))
		o.hear(70*time.Second, aircall.EventCallHungup, o.ended(handedTo(o, jonas)))
		o.hear(100*time.Second, aircall.EventCallEnded, o.ended(handedTo(o, jonas)))
		require.Equal(o.t, workflows.StatusSynced, o.run().Status)
		require.Equal(o.t, 1, strings.Count(strings.Join(o.log(), "\n"), "phone: start"))
		require.Equal(o.t, 1, strings.Count(strings.Join(o.log(), "\n"), "note: end"))
	}
	t.Run("the second log is in the name of the colleague who had it in the end", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		play(o)
		conversation := o.theConversation()
		require.EqualValues(t, agentUser, conversation.Threads[0].Author.ID)
		require.EqualValues(t, colleagueUser, conversation.Threads[1].Author.ID)
		require.Contains(t, o.says(conversation.ID), "Agent: Jonas Weiss Team: Billing")
		require.Contains(t, o.says(conversation.ID), "Transfer: by Mia Berg to Jonas Weiss")
		require.Contains(t, conversation.Tags, "team-billing")
		require.Zero(t, conversation.Assignee)
	})
	for name, test := range map[string]struct {
		owner    int64
		settings func(*settings.Settings)
		want     int64
	}{
		"an owner who was there before stays":                {owner: owner, want: owner},
		"unless owned conversations are to be assigned anew": {owner: owner, settings: func(s *settings.Settings) { s.Calls.ReassignOwned = true }, want: colleagueUser},
		"what the first agent got goes on to the colleague":  {want: colleagueUser, settings: func(s *settings.Settings) { s.Calls.LogTo = settings.NewConversation }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.AssignConversation = true
			if test.settings != nil {
				test.settings(&o.settings)
			}
			if test.owner != 0 {
				o.conversationOf(o.knownCustomer(), simulator.Conversation{Assignee: test.owner})
			}
			play(o)
			require.Equal(t, test.want, o.theConversation().Assignee)
		})
	}
	t.Run("a conversation that a person closed meanwhile is handed to the colleague and stays closed", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Calls.AssignConversation = true
		o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetStatus(o.theConversation().ID, "closed")) }, 60*time.Second)
		play(o)
		require.EqualValues(t, colleagueUser, o.theConversation().Assignee)
		require.Equal(t, "closed", o.theConversation().Status)
	})
	t.Run("a transfer that nobody takes", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Calls.AssignConversation = true
		jonas := o.colleague()
		failed := map[string]any{"transferred_by": o.agent, "transferred_to": jonas}
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
		o.hear(40*time.Second, aircall.EventCallTransferred, o.answered(failed))
		o.hear(55*time.Second, aircall.EventCallUnsuccessfulTransfer, o.answered(failed))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(nil))
		o.run()
		conversation := o.theConversation()
		require.Contains(t, o.says(conversation.ID), "Transfer: by Mia Berg to Jonas Weiss (not taken)")
		require.Equal(t, 1, strings.Count(o.says(conversation.ID), "to Jonas Weiss"))
		require.EqualValues(t, agentUser, conversation.Threads[1].Author.ID)
		require.EqualValues(t, agentUser, conversation.Assignee)
	})
	t.Run("a chain of transfers is told whole", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		jonas := o.colleague()
		back := map[string]any{"user": o.agent, "transferred_by": jonas, "transferred_to": o.agent}
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
		o.hear(30*time.Second, aircall.EventCallTransferred, o.answered(handedTo(o, jonas)))
		o.hear(50*time.Second, aircall.EventCallTransferred, o.answered(back))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(back))
		o.run()
		require.Contains(t, o.says(o.theConversation().ID), "Transfer: by Mia Berg to Jonas Weiss; by Jonas Weiss to Mia Berg")
		require.EqualValues(t, agentUser, o.theConversation().Threads[1].Author.ID)
	})
}
