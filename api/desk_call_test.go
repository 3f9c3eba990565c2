package api_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/api"
	"callscout/calllog"
	"callscout/engine"
	"callscout/secret"
	"callscout/settings"
	"callscout/starter"
	"callscout/story"
	"callscout/workflows"
)

const shownCall = 780836754

// fakeRuns are the runs of one call.
type fakeRuns struct {
	mu                  sync.Mutex
	story               story.Story
	storyErr            error
	now                 story.Now
	nowErr              error
	decideErr, leaveErr error
	decided, left       []string
	aircall             *aircall.Call
	aircallErr          error
	// during is what happens while somebody waits for an answer.
	during func(context.Context)
}

func (f *fakeRuns) Story(context.Context, string, int64) (story.Story, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.story, f.storyErr
}

func (f *fakeRuns) Show(context.Context, string, int64) (story.Now, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now, f.nowErr
}

func (f *fakeRuns) decide(ctx context.Context, what string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.decided = append(f.decided, what)
	if f.during != nil {
		f.during(ctx)
	}
	return "the call goes on", f.decideErr
}

func (f *fakeRuns) Retry(ctx context.Context, installation string, _ int64, by string) (string, error) {
	return f.decide(ctx, installation+" retry by "+by)
}

func (f *fakeRuns) Skip(ctx context.Context, installation string, _ int64, by, reason string) (string, error) {
	return f.decide(ctx, installation+" skip by "+by+": "+reason)
}

func (f *fakeRuns) leave(ctx context.Context, what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = append(f.left, what)
	return errors.Join(ctx.Err(), f.leaveErr)
}

func (f *fakeRuns) LeaveRetry(ctx context.Context, _ string, _ int64, by string) error {
	return f.leave(ctx, "retry by "+by)
}

func (f *fakeRuns) LeaveSkip(ctx context.Context, _ string, _ int64, by, reason string) error {
	return f.leave(ctx, "skip by "+by+": "+reason)
}

func (f *fakeRuns) CallAtAircall(context.Context, string, int64) (aircall.Call, bool, error) {
	if f.aircallErr != nil || f.aircall == nil {
		return aircall.Call{}, false, f.aircallErr
	}
	return *f.aircall, true, nil
}

// callEdge is an edge whose desk shows single calls.
func callEdge(t testing.TB, f *fakeRuns, change ...func(*api.Config)) *edge {
	t.Helper()
	e, _ := deskEdge(t, append([]func(*api.Config){func(c *api.Config) {
		c.CallRuns, c.CallAccounts, c.Namespace = f, f, "default"
	}}, change...)...)
	return e
}

var begun = time.Date(2026, 6, 3, 14, 2, 0, 0, time.UTC)

// heardOf are the events of an answered call.
func heardOf() []calllog.Event {
	line := &calllog.Line{ID: mappedLine, Name: "Sales", Digits: "+49 30 23125 001", Country: "DE"}
	mia := &calllog.Person{ID: 9, Name: "Mia Berg", Email: "mia@acme.example"}
	call := calllog.Snapshot{
		ID: shownCall, Direction: calllog.Inbound, StartedAt: begun, AnsweredAt: begun.Add(8 * time.Second), Line: line,
		OutsideNumber: callerNumber, Contact: &calllog.Contact{FirstName: "Ada", LastName: "Testwell"}, User: mia,
	}
	over := call
	over.EndedAt, over.Done = begun.Add(260*time.Second), true
	over.Comments = []calllog.Comment{{ID: 5, Text: "call her back on 0151 2345 6789", By: mia}}
	over.Recording = calllog.Media{Page: "https://assets.aircall.io/calls/1/recording", Link: "https://s3.example/secret-signature"}
	return []calllog.Event{
		{ID: "a", Name: aircall.EventCallAnswered, At: begun.Add(8 * time.Second), Call: call},
		{ID: "b", Name: aircall.EventCallEnded, At: begun.Add(261 * time.Second), Call: over},
	}
}

// parkedCall is a call whose second log Help Scout refused.
func parkedCall() *fakeRuns {
	events := heardOf()
	facts := calllog.Gather(events)
	f := &fakeRuns{}
	f.now = story.Now{
		Installation: "acme", Status: workflows.StatusNeedsAttention, Facts: facts, Events: 2,
		Written: calllog.Written{
			Recalled: true, Customer: 501, Parts: []calllog.Part{calllog.PartFirstLog}, Tags: []string{"inbound"},
			Conversation: calllog.Conversation{ID: 900, Number: 1234, Chosen: true, Begun: true},
		},
		Parked: &workflows.Parked{
			Problem: calllog.ConversationFull, Doing: "Write the log of the ended call", Message: "thread limit reached", Status: 412,
			Since: begun.Add(5 * time.Minute), Attempts: 2, NextTry: begun.Add(25 * time.Minute),
		},
		Checklist: []calllog.Marked{
			{Part: calllog.PartCustomer, Mark: calllog.MarkDone}, {Part: calllog.PartFirstLog, Mark: calllog.MarkDone}, {Part: calllog.PartTags, Mark: calllog.MarkDone},
			{Part: calllog.PartSecondLog, Mark: calllog.MarkFailed}, {Part: calllog.CommentPart(5), Mark: calllog.MarkWaiting},
			{Part: calllog.PartRecording, Mark: calllog.MarkNotWanted, Why: calllog.WhySetting}, {Part: calllog.PartInsights, Mark: calllog.MarkOpen},
		},
		Greeting: workflows.Greeting{Card: workflows.Deed{Did: "shown"}},
	}
	at := func(s int) time.Time { return begun.Add(time.Duration(s) * time.Second) }
	f.story = story.Story{
		Inbox: 85, Settings: settings.Defaults(),
		Received: []story.Received{{Event: events[0], At: at(9), Times: 2}, {Event: events[1], At: at(300), Times: 1}},
		Items: []story.Item{
			{Kind: story.Begins, State: story.Done, At: at(9), Run: 1},
			{Kind: story.Hears, State: story.Done, At: at(9), Event: aircall.EventCallAnswered, Said: at(8)},
			{Kind: story.Hears, State: story.Done, At: at(9), Event: aircall.EventCallAnswered, Said: at(8), Again: true},
			{Kind: story.Recalls, State: story.Done, At: at(9)},
			{Kind: story.Finds, State: story.Done, At: at(10), Customer: 501, How: calllog.FoundByNumber, Others: []calllog.Namesake{{ID: 502, Name: "Bob"}}},
			{Kind: story.Chooses, State: story.Done, At: at(11), Conversation: 900, Number: 1234},
			{Kind: story.Writes, State: story.Done, At: at(12), Part: calllog.PartFirstLog, Conversation: 900, Thread: 77, Tries: 3,
				Failure: &story.Failure{Problem: calllog.HelpScoutRateLimited, Status: 429}},
			{Kind: story.Hears, State: story.Done, At: at(300), Event: aircall.EventCallEnded, Said: at(261)},
			{Kind: story.Writes, State: story.Failed, At: at(306), Part: calllog.PartSecondLog, Conversation: 900, Tries: 2, Rounds: 2,
				Failure: &story.Failure{Problem: calllog.ConversationFull, Status: 412, Message: "thread limit reached"}, Next: at(1500)},
			{Kind: story.AsksRetry, State: story.Failed, At: at(310), By: "Maria", Failure: &story.Failure{Problem: calllog.ConversationFull}},
		},
	}
	return f
}

func (e *edge) wrote(t testing.TB, parts map[calllog.Part]int64) {
	t.Helper()
	for part, id := range parts {
		require.NoError(t, e.store.Settle(t.Context(), calllog.Key("acme", shownCall, part), id))
	}
}

var firstOfLedger = map[calllog.Part]int64{
	calllog.CustomerPart(501): 501, calllog.ConversationPart(900): 900, calllog.PartFirstLog: 77, calllog.TagPart("inbound"): 0,
}

// tells fails where a page lacks one of the texts, and does not print all of it.
func tells(t testing.TB, page reply, texts ...string) {
	t.Helper()
	body := html.UnescapeString(page.body)
	for _, text := range texts {
		require.True(t, strings.Contains(body, text), "the page does not say %q", text) //nolint:testifylint // it would print the page
	}
}

func tellsNot(t testing.TB, page reply, texts ...string) {
	t.Helper()
	body := html.UnescapeString(page.body)
	for _, text := range texts {
		require.False(t, strings.Contains(body, text), "the page says %q", text) //nolint:testifylint // as above
	}
}

const callPath = "/i/acme/calls/780836754"

func TestAParkedCallSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	e := callEdge(t, parkedCall())
	e.wrote(t, firstOfLedger)
	p := e.person(t, adminToken, "Maria")
	page := p.get(callPath)
	require.Equal(t, http.StatusOK, page.status)
	requireWellFormed(t, page.body)
	for _, want := range []string{
		"<h1>Answered call on Sales, 2026-06-03 14:02 UTC, 4 min 12 s.</h1>",
		"Could not be done: Log of the ended call. The conversation takes no more threads",
		"It has stood still since 2026-06-03 14:07:00 UTC. It was tried 2 times. The answer was: thread limit reached (412)",
		"<strong>What to do:</strong> Retry: another conversation is chosen.",
		"Without you it is tried again at 2026-06-03 14:27:00 UTC.",
		callerNumber, "Ada Testwell", "Mia Berg", "logged in the inbox Help",
		`<a href="https://secure.helpscout.example/customers/501">501</a>`, "found by the number. The number also belongs to Bob (502). The rule chose: The one who was changed last.",
		`<a href="https://secure.helpscout.example/conversation/900">#1234</a>`, "the customer’s conversation in this inbox that was active last",
		`id="retry" class="main">Retry now`, `id="skip"`,
		`href="https://dashboard.aircall.example/calls/780836754"`,
		`href="` + uiURL + `/namespaces/default/workflows/call%2Facme%2F780836754"`,
		"Written: First log, when the call was answered, in conversation 900, thread 77.",
		"3 tries until it worked, the last failure: Help Scout's requests per minute are used up. (429)",
		"Could not be written: Log of the ended call.", "It was begun anew 2 times", "Maria asked for a retry, and it still did not work.",
		"Aircall sent call.answered again; it changes nothing.", "Aircall’s time: 2026-06-03 14:06:21 UTC",
		"3 problems", "2 events received from Aircall", "came 2 times",
	} {
		tells(t, page, want)
	}
	tellsNot(t, page, "Temporal</h")

	problems := p.get(callPath + "?show=problems")
	tells(t, problems, "3 problems are shown.")
	tellsNot(t, problems, "Callscout began to follow the call.")
	tells(t, problems, "Could not be written: Log of the ended call.")
}

func TestACallsPageIsSaidInEveryLanguage(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	// Everything that can happen, done, failed, under way and broken off.
	for _, kind := range []story.Kind{
		story.Begins, story.Ends, story.Hears, story.Recalls, story.Finds, story.Chooses, story.Opens, story.Updates, story.Writes, story.Fetches, story.FetchesInsight,
		story.HandsOn, story.Card, story.Contact, story.Names, story.Skips, story.AsksRetry, story.AsksSkip, story.Overwrote, story.Faults, story.Other,
	} {
		for _, state := range []story.State{story.Done, story.Failed, story.Trying, story.Going, story.Stopped} {
			if kind == story.Faults && state != story.Failed || (kind == story.Begins || kind == story.Hears || kind == story.Overwrote) && state != story.Done || kind == story.Ends && (state == story.Trying || state == story.Going) {
				continue
			}
			item := story.Item{Kind: kind, State: state, At: begun, Conversation: 900, Customer: 501, Part: calllog.TranscriptPart(true), Tags: []string{"vip"}, TagsOff: []string{"x"}, Held: true, Released: true}
			f.story.Items = append(f.story.Items, item)
			item.Missing, item.Left, item.Existing, item.Again, item.LegOf, item.Customer, item.Run = true, true, true, true, 7, 0, 2
			f.story.Items = append(f.story.Items, item)
		}
	}
	for _, did := range []string{"synced", "skipped", "in_progress", "waiting", "canceled", "terminated", "timed_out"} {
		f.story.Items = append(f.story.Items, story.Item{Kind: story.Ends, State: story.Done, Did: did, At: begun})
	}
	for _, did := range []calllog.ContactDid{calllog.ContactKnown, calllog.ContactMade, calllog.ContactJoined, calllog.ContactNamed, calllog.ContactNone} {
		f.story.Items = append(f.story.Items, story.Item{Kind: story.Contact, State: story.Done, Did: string(did), At: begun})
	}
	for _, because := range []calllog.Because{"", calllog.Full, calllog.Deleted, calllog.Spam, calllog.Merged, calllog.Moved} {
		f.story.Items = append(f.story.Items, story.Item{Kind: story.Updates, State: story.Done, Left: true, Because: because, At: begun})
	}
	for _, mark := range []calllog.Mark{calllog.MarkDone, calllog.MarkNext, calllog.MarkWaiting, calllog.MarkFailed, calllog.MarkOpen, calllog.MarkNotWanted, calllog.MarkNothing} {
		f.now.Checklist = append(f.now.Checklist, calllog.Marked{Part: calllog.PartVoiceAgent, Mark: mark})
	}
	for _, why := range []string{calllog.WhySkipped, calllog.WhyType, calllog.WhyAnonymous, calllog.WhyTooLate, calllog.WhySetting, calllog.WhyNotAnswered, calllog.WhyInOne} {
		f.now.Checklist = append(f.now.Checklist, calllog.Marked{Part: calllog.PartVoicemail, Mark: calllog.MarkNotWanted, Why: why})
	}
	e := callEdge(t, f)
	p := e.person(t, adminToken, "Maria")
	untold := regexp.MustCompile(`\b(call|story|status|mark|why|part|how|because|fault|went|action)\.[a-z_.]+[^a-z_.0-9/]`)
	for _, lang := range []string{"en", "de", "fr", "es"} {
		require.Equal(t, http.StatusSeeOther, p.post("/language", url.Values{"language": {lang}, "next": {"/"}}).status)
		for _, status := range []workflows.Status{
			workflows.StatusNeedsAttention, workflows.StatusInProgress, workflows.StatusWaiting, workflows.StatusSynced, workflows.StatusSkipped,
		} {
			f.mu.Lock()
			f.now.Status = status
			f.mu.Unlock()
			page := p.get(callPath)
			requireWellFormed(t, page.body)
			for _, found := range untold.FindAllString(page.body, -1) {
				if !strings.HasPrefix(found, "call.answered") && !strings.HasPrefix(found, "call.ended") {
					require.Fail(t, "a text is missing", "%s in %s", found, lang)
				}
			}
		}
		tells(t, p.get(callPath+"?done=1&went=carried"), `lang="`+lang+`"`)
	}
}

func TestWhatWasReceivedIsShownWithoutSecretsAndNumbers(t *testing.T) {
	t.Parallel()
	e := callEdge(t, parkedCall())
	page := e.person(t, adminToken, "Maria").get(callPath).body
	received := html.UnescapeString(page)
	received = received[strings.Index(received, `id="received"`):strings.Index(received, `id="copy"`)]
	for _, want := range []string{"call.ended", `"outside_number": "••••0143"`, "••••6789", "https://assets.aircall.io/calls/1/recording", "780836754", "2026-06-03T14:02:00Z"} {
		require.Contains(t, received, want)
	}
	for _, not := range []string{"secret-signature", "555-0143", "0151 2345", "23125 001"} {
		require.NotContains(t, received, not)
	}
}

func TestTheSummaryForSupportHoldsNothingAboutPeople(t *testing.T) {
	t.Parallel()
	e := callEdge(t, parkedCall())
	e.wrote(t, firstOfLedger)
	page := e.person(t, adminToken, "Maria").get(callPath).body
	summary := page[strings.Index(page, "<textarea"):strings.Index(page, "</textarea>")]
	for _, want := range []string{
		"780836754, acme", "ConversationFull 412 thread limit reached", "Conversation: 900", "Customer: 501", "Log of the ended call: Failed",
		"writes second-log failed ConversationFull 412", "http://callscout.example.com/i/acme/calls/780836754",
	} {
		require.Contains(t, summary, want)
	}
	for _, not := range []string{"0143", "Ada", "Testwell", "Mia", "Maria", "Bob", "mia@", "call her back"} {
		require.NotContains(t, summary, not)
	}
}

func TestARetryTellsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		went string
		says string
	}{
		"it works":              {nil, "carried", "It was done: the call goes on."},
		"it still fails":        {&starter.RefusedError{Kind: "ConversationFull", Message: "still failing"}, "failing", "It was tried again and still does not work."},
		"it does not stand":     {&starter.RefusedError{Kind: workflows.NotParked, Message: "nothing"}, "needless", "There was nothing to do"},
		"its run has ended":     {starter.ErrFinished, "over", "the call’s run has ended"},
		"nobody answers":        {starter.ErrNoAnswer, "late", "It is still being worked on; this page will tell."},
		"Temporal is away":      {errAway, "unheard", "Temporal does not answer. Try again."},
		"its run is not there ": {starter.ErrNoSuchCall, "over", "the call’s run has ended"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := parkedCall()
			f.decideErr = test.err
			e := callEdge(t, f)
			p := e.person(t, adminToken, "Maria")
			answer := p.post(callPath+"/retry", nil)
			require.Equal(t, http.StatusSeeOther, answer.status)
			require.Equal(t, []string{"acme retry by Maria"}, f.decided)
			entry := e.trail(t, "acme")[0]
			require.Equal(t, "call_retried", entry.Action)
			require.Equal(t, "Maria", entry.Who)
			require.Equal(t, "780836754", entry.Detail)
			require.Equal(t, callPath+"?done="+entryID(entry.ID)+"&went="+test.went, answer.header.Get("Location"))
			page := p.get(answer.header.Get("Location"))
			tells(t, page, test.says)
			tells(t, page, "Retried a call.")
			requireWellFormed(t, page.body)
			if test.went == "late" {
				require.Equal(t, []string{"retry by Maria"}, f.left, "it is carried out once a worker is there")
				tells(t, page, `hx-trigger="every 2s"`)
			} else {
				require.Empty(t, f.left)
			}
		})
	}
}

func TestASkipNeedsAReasonAndKeepsIt(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	e := callEdge(t, f)
	p := e.person(t, adminToken, "Maria")
	refused := p.post(callPath+"/skip", url.Values{"reason": {" \n "}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	tells(t, refused, "<title>Error: ")
	tells(t, refused, `<a href="#reason">Enter a reason.</a>`)
	requireWellFormed(t, refused.body)
	require.Empty(t, f.decided)

	done := p.done(callPath+"/skip", url.Values{"reason": {" a  test\ncall "}})
	tells(t, done, "Skipped a call.")
	require.Equal(t, []string{"acme skip by Maria: a test call"}, f.decided)
	require.Equal(t, "780836754: a test call", e.trail(t, "acme")[0].Detail)
}

func TestWhatIsNotPossibleStaysVisibleWithItsReason(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	f.now.Status, f.now.Parked = workflows.StatusSynced, nil
	e := callEdge(t, f, func(c *api.Config) { c.UIURL = "" })
	page := e.person(t, adminToken, "Maria").get(callPath)
	tells(t, page, `id="retry" class="main" disabled`)
	tells(t, page, "not possible, since the call does not stand still.")
	tells(t, page, `<button id="open-helpscout" disabled`)
	tells(t, page, "nothing is logged in a conversation yet.")
	tells(t, page, "the address of its Web UI is not set.")
	tellsNot(t, page, `action="`+callPath+`/skip"`)
	tellsNot(t, page, "hx-get") // nothing is expected of it any more

	e = callEdge(t, parkedCall())
	own := e.person(t, api.InstallationToken(e.keys, adminToken, "acme"), "Olga").get(callPath)
	tells(t, own, "its pages show all installations")
	tellsNot(t, own, uiURL)
}

func TestACallThatNobodyKnows(t *testing.T) {
	t.Parallel()
	f := &fakeRuns{storyErr: starter.ErrNoSuchCall, nowErr: starter.ErrNoSuchCall}
	e := callEdge(t, f)
	p := e.person(t, adminToken, "Maria")
	page := p.get(callPath)
	require.Equal(t, http.StatusNotFound, page.status)
	requireWellFormed(t, page.body)
	for _, want := range []string{"Call 780836754 is not known here.", "Calls that run: not there.", "Finished calls", "ledger", "Aircall: not asked yet.", "Look it up at Aircall"} {
		tells(t, page, want)
	}
	tells(t, p.get(callPath+"?aircall=yes"), "Aircall: no such call.")
	f.aircallErr = errors.New("the credentials are refused (401); enter them anew")
	tells(t, p.get(callPath+"?aircall=yes"), "Aircall could not be asked: the credentials are refused (401)")
	f.aircallErr, f.aircall = nil, &aircall.Call{
		ID: shownCall, Direction: "outbound", StartedAt: begun, EndedAt: begun.Add(time.Minute), Status: "done",
		Number: &aircall.Number{ID: 99, Name: "Lab"},
	}
	found := p.get(callPath + "?aircall=yes")
	tells(t, found, "Outbound call without an answer on Lab, 2026-06-03 14:02 UTC.")
	tells(t, found, "Its line is not mapped to an inbox, so it is not logged.")
	for _, path := range []string{"/i/acme/calls/x", "/i/acme/calls/0", "/i/acme/calls/-7", "/i/acme/calls/7/now/x"} {
		require.Equal(t, http.StatusNotFound, p.get(path).status, path)
	}
}

func TestACallWhoseRunIsGoneIsShownFromTheLedger(t *testing.T) {
	t.Parallel()
	e := callEdge(t, &fakeRuns{storyErr: starter.ErrNoSuchCall, nowErr: starter.ErrNoSuchCall})
	e.wrote(t, firstOfLedger)
	e.wrote(t, map[calllog.Part]int64{calllog.PartSecondLog: 78, calllog.CommentPart(5): 78})
	page := e.person(t, adminToken, "Maria").get(callPath)
	require.Equal(t, http.StatusOK, page.status)
	requireWellFormed(t, page.body)
	for _, want := range []string{
		"<h1>Call 780836754.</h1>", "older than Temporal keeps", "Log of the ended call", "First log", "Tags", "Agent’s comment 5", "conversation/900", "customers/501",
		"not possible, since the call’s run is kept no longer.", "Temporal keeps no run of this call.", "Nothing is kept of it.",
	} {
		tells(t, page, want)
	}
}

func TestACallThatDoesNotOpenNamesTheKey(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	f.nowErr = &engine.UnopenedError{Key: "0badcafe", Err: secret.ErrUnknownKey}
	f.story.Sealed = []string{"0badcafe"}
	f.story.Received = nil
	e := callEdge(t, f)
	e.wrote(t, firstOfLedger)
	page := e.person(t, adminToken, "Maria").get(callPath)
	require.Equal(t, http.StatusOK, page.status)
	tells(t, page, "It is sealed with the encryption key 0badcafe, which this Callscout does not have.")
	tells(t, page, "conversation/900")
	tells(t, page, "Missing keys: 0badcafe")
}

func TestACallWhileTemporalOrItsWorkersAreAway(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	f.nowErr = errAway
	e := callEdge(t, f)
	e.wrote(t, firstOfLedger)
	p := e.person(t, adminToken, "Maria")
	page := p.get(callPath)
	tells(t, page, "No worker answers for this call")
	tells(t, page, "Answered call on Sales, 2026-06-03 14:02 UTC, 4 min 12 s.")
	f.storyErr = errAway
	page = p.get(callPath)
	require.Equal(t, http.StatusOK, page.status)
	tells(t, page, "Temporal does not answer.")
	tellsNot(t, page, errAway.Error())
	tells(t, page, "conversation/900")
	requireWellFormed(t, page.body)
}

func TestTheLivePartOfACallTellsThatThereIsMore(t *testing.T) {
	t.Parallel()
	f := parkedCall()
	e := callEdge(t, f)
	p := e.person(t, adminToken, "Maria")
	request := e.request(t, http.MethodGet, callPath+"/now?items=10", nil)
	request.Header.Set("HX-Request", "true")
	same := send(t, p.client, request)
	require.True(t, strings.HasPrefix(same.body, `<div id="now" hx-get="/i/acme/calls/780836754/now?items=10" hx-trigger="every 10s"`))
	tellsNot(t, same, "More has happened.")
	tellsNot(t, same, "<html")
	f.story.Items = append(f.story.Items, story.Item{Kind: story.Begins, State: story.Done, At: begun})
	request = e.request(t, http.MethodGet, callPath+"/now?items=10", nil)
	more := send(t, p.client, request)
	tells(t, more, "More has happened.")
	tells(t, more, "items=10")
}
