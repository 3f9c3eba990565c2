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

const administrator = 601

func TestAssignment(t *testing.T) {
	t.Parallel()
	stranger := map[string]any{"id": 11, "name": "Sam Strange", "email": "sam@elsewhere.example"}
	agent := func(email string) map[string]any { return map[string]any{"id": 9, "name": "Mia Berg", "email": email} }
	assigns := func(s *settings.Settings) { s.Calls.AssignConversation = true }
	fallback := func(admin string) func(*settings.Settings) {
		return func(s *settings.Settings) { s.Calls.AssignConversation, s.FallbackAdmin = true, admin }
	}
	for name, test := range map[string]struct {
		agent    map[string]any
		settings func(*settings.Settings)
		author   int64
		assignee int64
	}{
		"the agent writes, and gets no conversation unless that is set": {agent: agent("mia.berg@acme.example"), author: agentUser},
		"the agent gets it":                                {agent: agent("mia.berg@acme.example"), settings: assigns, author: agentUser, assignee: agentUser},
		"capitals in an e-mail address do not matter":      {agent: agent(" MIA.Berg@ACME.example"), settings: assigns, author: agentUser, assignee: agentUser},
		"an alternate address does as well":                {agent: agent("mia@berg.example"), settings: assigns, author: agentUser, assignee: agentUser},
		"no such user: the user behind the token":          {agent: stranger, settings: assigns, author: owner},
		"no such user: the administrator chosen by id":     {agent: stranger, settings: fallback("601"), author: administrator},
		"no such user: the administrator chosen by e-mail": {agent: stranger, settings: fallback("Zoe@acme.example"), author: administrator},
		"no agent at all":                                  {settings: fallback("601"), author: administrator},
		"an agent without an e-mail address":               {agent: map[string]any{"id": 9, "name": "Mia Berg"}, settings: assigns, author: owner},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.helpScout.AddUser(simulator.User{ID: administrator, FirstName: "Zoe", LastName: "Zed", Email: "zoe@acme.example", Role: "admin"})
			o.helpScout.AddUser(simulator.User{ID: agentUser, FirstName: "Mia", LastName: "Berg", Email: "Mia.Berg@acme.example", AlternateEmails: []string{"Mia@Berg.example"}})
			if test.settings != nil {
				test.settings(&o.settings)
			}
			if o.agent = test.agent; test.agent == nil {
				// A nil map is no null in JSON that a call without a user has.
				o.hear(0, aircall.EventCallCreated, nil)
				o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(map[string]any{"user": nil}))
				o.hear(70*time.Second, aircall.EventCallEnded, o.ended(map[string]any{"user": nil}))
			} else {
				o.answeredCall(nil)
			}
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			conversation := o.theConversation()
			for _, thread := range conversation.Threads {
				if thread.Type == "phone" || thread.Type == "note" {
					require.Equal(t, test.author, thread.Author.ID, thread.Type)
				}
			}
			require.Equal(t, test.assignee, conversation.Assignee)
		})
	}
	for name, test := range map[string]struct {
		has      simulator.Conversation
		settings func(*settings.Settings)
		want     int64
		status   string
	}{
		"a conversation that nobody has goes to the agent":     {settings: assigns, want: agentUser, status: "active"},
		"it does not unless that is set":                       {status: "active"},
		"an owner stays":                                       {has: simulator.Conversation{Assignee: owner}, settings: assigns, want: owner, status: "active"},
		"an owner who is to be replaced":                       {has: simulator.Conversation{Assignee: owner}, settings: reassigns, want: agentUser, status: "active"},
		"a replacement alone assigns nothing":                  {has: simulator.Conversation{Assignee: owner}, settings: func(s *settings.Settings) { s.Calls.ReassignOwned = true }, want: owner, status: "active"},
		"a pending conversation is assigned and stays pending": {has: simulator.Conversation{Status: "pending"}, settings: assigns, want: agentUser, status: "pending"},
		"a closed conversation is reopened and assigned":       {has: simulator.Conversation{Status: "closed"}, settings: reopensAndAssigns, want: agentUser, status: "active"},
		"the agent has it already: nothing is written":         {has: simulator.Conversation{Assignee: agentUser}, settings: reassigns, want: agentUser, status: "active"},
	} {
		t.Run("in an existing conversation: "+name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if test.settings != nil {
				test.settings(&o.settings)
			}
			o.conversationOf(o.knownCustomer(), test.has)
			o.answeredCall(nil)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			conversation := o.theConversation()
			require.Equal(t, test.want, conversation.Assignee)
			require.Equal(t, test.status, conversation.Status)
			if test.has.Assignee == test.want {
				for _, request := range o.helpScout.Requests() {
					require.NotEqual(t, "PATCH", request.Method, "nothing is to be changed")
				}
			}
		})
	}
	t.Run("in an existing conversation the phone thread names the agent, and the note is the agent's", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.answeredCall(nil)
		o.run()
		threads := o.threads(conversation)
		require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log())
		require.EqualValues(t, owner, threads[1].Author.ID, "a phone thread is always the token's user's")
		require.Contains(t, threads[1].Body, "answered by Mia Berg")
		require.EqualValues(t, agentUser, threads[2].Author.ID)
	})
	t.Run("a comment is in the name of who wrote it", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		jonas := o.colleague()
		o.answeredCall(nil)
		o.hear(4*time.Minute, aircall.EventCallCommented, o.ended(map[string]any{"comments": []any{
			map[string]any{"id": 5, "content": "Will call again", "posted_at": o.unix(4 * time.Minute), "posted_by": jonas}}}))
		o.run()
		threads := o.theConversation().Threads
		require.EqualValues(t, colleagueUser, threads[len(threads)-1].Author.ID)
		require.Contains(t, o.says(o.theConversation().ID), "Comment by Jonas Weiss")
	})
	t.Run("a user who comes to Help Scout later is found: the directory is read again", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Calls.LogTo, o.settings.Calls.AssignConversation = settings.NewConversation, true
		o.agent = map[string]any{"id": 10, "name": "Jonas Weiss", "email": "jonas.weiss@acme.example"}
		o.answeredCall(nil)
		before := o.run().Conversation
		o.colleague()
		readings := func() (n int) {
			for _, request := range o.helpScout.Requests() {
				if strings.HasSuffix(request.Path, "/users") {
					n++
				}
			}
			return n
		}
		require.Equal(t, 1, readings(), "once for all threads of a call")
		o.acts.Directory.Now = func() time.Time { return time.Now().Add(6 * time.Minute) }
		o.nextCall(6 * time.Minute)
		o.answeredCall(nil)
		after := o.run().Conversation
		require.Equal(t, 2, readings())
		was, _ := o.helpScout.Conversation(before)
		is, _ := o.helpScout.Conversation(after)
		require.Zero(t, was.Assignee)
		require.EqualValues(t, owner, was.Threads[0].Author.ID)
		require.EqualValues(t, colleagueUser, is.Assignee)
		require.EqualValues(t, colleagueUser, is.Threads[0].Author.ID)
	})
}

func reassigns(s *settings.Settings) { s.Calls.AssignConversation, s.Calls.ReassignOwned = true, true }

func reopensAndAssigns(s *settings.Settings) {
	s.Calls.AssignConversation, s.Calls.ReopenClosed = true, true
}
