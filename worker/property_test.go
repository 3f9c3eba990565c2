package worker_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/simulator"
	"callscout/store"
	"callscout/store/storetest"
	"callscout/workflows"
)

// Whatever happens in a call, in whatever order and however often it is told, and
// whatever fails on the way: what stands in Help Scout in the end follows from it.
func TestWhatStandsInTheEndFollowsFromTheCall(t *testing.T) {
	t.Parallel()
	companies := newCompanies(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := companies.draw(rt)
		p.playAll()
		if wrong := p.wrong(); len(wrong) > 0 {
			rt.Fatalf("%s\n%s", lines("What is wrong:", wrong), p.story())
		}
	})
}

// companies are one after the other on one store and at two addresses: opening
// those takes longer than a call.
type companies struct {
	store              *store.Store
	helpScout, aircall address
	number             int
}

// address is where one vendor is reached, whoever plays it just now.
type address struct {
	url  string
	host *atomic.Pointer[http.Handler]
}

func newCompanies(t *testing.T) *companies {
	t.Helper()
	listen := func() address {
		host := &atomic.Pointer[http.Handler]{}
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*host.Load()).ServeHTTP(w, r) }))
		// Go repeats a request by itself if a connection that was used before is
		// dropped; then a fault would meet now one request, now two.
		server.Config.SetKeepAlivesEnabled(false)
		server.Start()
		t.Cleanup(server.Close)
		return address{server.URL, host}
	}
	return &companies{store: storetest.SQLite(t), helpScout: listen(), aircall: listen()}
}

// play is one drawn call in a company of its own.
type play struct {
	*office
	drawnCall
	faults []simulator.Fault
	// tagIDs are those of the tags in Aircall.
	tagIDs map[string]int64
	// before and customers are what was there before the call.
	before    []simulator.Conversation
	customers int
	runs      []played
}

// played is one run of the workflow with what was heard in it.
type played struct {
	heard  []heard
	result workflows.CallResult
	err    error
}

// heard is what Callscout has learnt at a moment: from an event, or from REST.
type heard struct {
	at time.Duration
	// told is when Aircall said it.
	told time.Duration
	moment
	// vanished says that REST has no such call.
	vanished bool
}

func (c *companies) draw(rt *rapid.T) *play {
	c.number++
	p := &play{drawnCall: drawCall(rt), tagIDs: map[string]int64{}}
	ring := time.Now().UTC().Truncate(time.Second)
	p.office = furnished(rt, fmt.Sprintf("acme-%d", c.number), simulator.HelpScoutOptions{LimitPerMinute: -1, Clock: func() time.Time {
		if p.office == nil || p.env == nil {
			return ring
		}
		return p.env.Now()
	}})
	p.ring, p.settings = ring, drawSettings(rt)
	p.helpScout.AddMailbox(simulator.Mailbox{ID: otherInbox, Name: "Billing"})
	p.helpScout.AddUser(simulator.User{ID: jonasUser, FirstName: "Jonas", LastName: "Falk", Email: agents[jonas].email, Role: "user"})
	p.furnishAircall()
	if !drawSeldom(rt, "unknown customer") {
		customer := p.knownCustomer()
		for _, conversation := range drawConversations(rt, ring) {
			conversation.CustomerID = customer
			p.helpScout.AddConversation(conversation)
		}
	}
	p.before, p.customers = p.helpScout.Conversations(), len(p.helpScout.Customers())
	p.faults = drawFaults(rt)
	p.unforeseen = len(p.faults) > 0
	for _, fault := range p.faults {
		require.NoError(rt, p.helpScout.Fault(fault))
	}
	for at, vendor := range map[address]http.Handler{c.helpScout: p.helpScout, c.aircall: p.aircall} {
		at.host.Store(&vendor)
	}
	p.open(rt.Context(), c.store, c.helpScout.url, c.aircall.url)
	return p
}

// furnishAircall makes the line, the agents and the tags that REST shows.
func (p *play) furnishAircall() {
	p.aircall.AddNumber(simulator.Number{ID: line, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	for id, agent := range agents {
		p.aircall.AddUser(simulator.AircallUser{ID: id, Name: agent.name, Email: agent.email})
	}
	const other = 1
	p.aircall.PutCall(simulator.Call{ID: other, Status: "done", Direction: "inbound", NumberID: line})
	for _, name := range append(slices.Clone(agentTags), callbackTag) {
		require.NoError(p.t, p.aircall.Tag(other, mia, name))
		call, _ := p.aircall.Call(other)
		p.tagIDs[name] = call.Tags[len(call.Tags)-1].ID
	}
}

// playAll runs the workflow, and once more for what comes after the end of the run
// before, until everything was delivered.
func (p *play) playAll() {
	rest := p.deliveries
	for len(rest) > 0 && (len(p.runs) == 0 || p.runs[len(p.runs)-1].err == nil) {
		rest = p.playOnce(rest)
	}
}

// playOnce is what starter.Deliver does: the first event starts the run. It
// returns what was still to come when the run ended.
func (p *play) playOnce(deliveries []delivery) []delivery {
	p.newCall()
	start := deliveries[0].at
	p.env.SetStartTime(p.ring.Add(start))
	run, came := played{}, 0
	for _, d := range deliveries {
		event := p.event(d.moment)
		p.env.hears(d.at-start, event, func() {
			came++
			run.heard = append(run.heard, heard{at: d.at, told: d.moment.at, moment: d.moment})
		})
	}
	for _, m := range p.moments {
		if !p.known || m.ringing != 0 {
			continue
		}
		if m.at <= start {
			p.aircall.PutCall(p.rest(m))
			continue
		}
		p.env.RegisterDelayedCallback(func() { p.aircall.PutCall(p.rest(m)) }, m.at-start)
	}
	p.aircall.ResetRequests()
	p.env.ExecuteWorkflow(workflows.CallWorkflow, workflows.CallInput{
		Installation: p.installation, CallID: p.callID, Inbox: inbox, Settings: p.settings,
	})
	switch {
	case !p.env.IsWorkflowCompleted():
		run.err = fmt.Errorf("the run did not end")
	case p.env.GetWorkflowError() != nil:
		run.err = p.env.GetWorkflowError()
	default:
		run.err = p.env.GetWorkflowResult(&run.result)
	}
	run.heard = append(run.heard, p.fetched()...)
	slices.SortStableFunc(run.heard, func(a, b heard) int { return int(a.at - b.at) })
	p.runs = append(p.runs, run)
	return deliveries[came:]
}

// fetched is what REST answered.
func (p *play) fetched() []heard {
	var out []heard
	for _, request := range p.aircall.Requests() {
		if request.Method != http.MethodGet || request.Path != fmt.Sprintf("/v1/calls/%d", p.callID) {
			continue
		}
		at := request.At.Sub(p.ring)
		answer := heard{at: at, told: at, vanished: request.Status == http.StatusNotFound}
		for _, m := range p.moments {
			if m.at <= at && m.ringing == 0 && !answer.vanished {
				answer.moment = m
			}
		}
		answer.event = calllog.Fetched
		out = append(out, answer)
	}
	return out
}

// event is the webhook by which Aircall tells of a moment.
func (p *play) event(m moment) calllog.Event {
	user := func(id int64) any {
		if id == 0 {
			return nil
		}
		return map[string]any{"id": id, "name": agents[id].name, "email": agents[id].email}
	}
	at := func(after time.Duration) any {
		if after == 0 {
			return nil
		}
		return p.unix(after)
	}
	call := p.rest(m)
	tags, comments := []any{}, []any{}
	for _, tag := range call.Tags {
		tags = append(tags, map[string]any{"id": tag.ID, "name": tag.Name})
	}
	for _, c := range m.comments {
		comments = append(comments, map[string]any{"id": c.id, "content": c.text(), "posted_at": p.unix(c.at), "posted_by": user(c.by)})
	}
	data := map[string]any{
		"id": p.callID, "direction": call.Direction, "status": call.Status, "missed_call_reason": call.MissedCallReason,
		"started_at": p.ring.Unix(), "answered_at": at(m.answeredAt), "ended_at": at(m.endedAt), "raw_digits": call.RawDigits,
		"user": user(m.agent + m.ringing), "transferred_by": user(m.by), "transferred_to": user(m.to),
		"tags": tags, "comments": comments, "teams": []any{}, "asset": p.asset(m),
		"number": map[string]any{"id": line, "name": "Support US", "digits": "+1 202-555-0100", "country": "US", "time_zone": "America/New_York"},
	}
	body, err := json.Marshal(map[string]any{"resource": "call", "event": m.event, "timestamp": p.unix(m.at), "token": "hook", "data": data})
	require.NoError(p.t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(p.t, err)
	event, err := calllog.FromWebhook(parsed)
	require.NoError(p.t, err)
	return event
}

func (p *play) asset(m moment) any {
	switch {
	case m.voicemail:
		return p.page("voicemail")
	case m.recording:
		return p.page("recording")
	}
	return nil
}

func (p *play) page(of string) string {
	return fmt.Sprintf("https://assets.aircall.io/calls/%d/%s", p.callID, of)
}

// rest is the call as Aircall's REST shows it at a moment.
func (p *play) rest(m moment) simulator.Call {
	call := simulator.Call{
		ID: p.callID, Direction: "inbound", Status: "initial", RawDigits: outside, NumberID: line, StartedAt: p.ring,
		MissedCallReason: m.reason, UserID: m.agent, TransferredBy: m.by, TransferredTo: m.to,
		Recording: m.recording, Voicemail: m.voicemail,
	}
	if m.outbound {
		call.Direction = "outbound"
	}
	if m.anonymous {
		call.RawDigits = simulator.Anonymous
	}
	if m.answeredAt != 0 {
		call.Status, call.AnsweredAt = "answered", p.ring.Add(m.answeredAt)
	}
	if m.endedAt != 0 {
		call.Status, call.EndedAt = "done", p.ring.Add(m.endedAt)
	}
	for _, name := range m.allTags() {
		call.Tags = append(call.Tags, simulator.CallTag{ID: p.tagIDs[name], Name: name})
	}
	for _, c := range m.comments {
		call.Comments = append(call.Comments, simulator.CallComment{ID: c.id, Content: c.text(), PostedBy: c.by, PostedAt: p.ring.Add(c.at)})
	}
	return call
}
