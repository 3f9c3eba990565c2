package calllog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// telling is one thread to be read by people.
type telling struct {
	part   calllog.Part
	event  string
	data   keys
	rings  []keys
	alone  bool
	begins *calllog.Earlier
	legOf  int64
	// insights and sessions are what Aircall's AI said; the part tells all of it.
	insights []calllog.Insight
	sessions []calllog.Session
	helpBase string
}

func (told telling) text(t *testing.T, language settings.Language) calllog.Text {
	t.Helper()
	s := settings.Defaults()
	s.Language = language
	var events []calllog.Event
	for i, user := range told.rings {
		events = append(events, webhook(t, aircall.EventCallRingingOnAgent, time.Duration(i)*time.Second, with(inbound(), keys{"user": user})))
	}
	events = append(events, webhook(t, told.event, time.Hour, told.data))
	s.VoiceAgent.KnowledgeBaseURL = told.helpBase
	var tells []calllog.Part
	if len(told.insights) > 0 {
		events = append(events, calllog.Event{ID: "insights", Name: aircall.EventSummaryCreated, At: ring.Add(2 * time.Hour), Call: calllog.Snapshot{ID: callID}, Insights: told.insights})
		for _, insight := range told.insights {
			tells = append(tells, insight.Part())
		}
	}
	for i := range told.sessions {
		events = append(events, calllog.Event{ID: told.sessions[i].ID, Name: aircall.EventAIVoiceAgentEnded, At: ring.Add(2 * time.Hour), Call: calllog.Snapshot{ID: callID}, Session: &told.sessions[i]})
	}
	return calllog.Text{
		Tells: tells,
		Facts: calllog.Gather(events), Settings: s, DashboardURL: "https://dashboard.aircall.io/",
		Begins: told.begins, BeginsURL: "https://secure.helpscout.net/conversation/55", LegOf: told.legOf, Alone: told.alone,
	}
}

func tellings() map[string]telling {
	answered := with(inbound(), answeredAfter(9*time.Second, mia))
	menu := keys{
		"teams":                []any{keys{"id": 1, "name": "Care"}, keys{"id": 2, "name": "Billing"}},
		"ivr_options_selected": []any{keys{"id": "1", "title": "Orders", "key": "1"}, keys{"id": "2", "title": "", "key": "4"}},
	}
	over := with(answered, endedAfter(9*time.Second+14*time.Minute+5*time.Second))
	missed := with(inbound(), endedAfter(42*time.Second))
	comments := keys{"comments": []any{
		keys{"id": 5, "content": "Wants the invoice again.\nCall back on Friday.", "posted_at": unix(16 * time.Minute), "posted_by": jonas},
		keys{"id": 6, "content": "Order 4711", "posted_at": unix(17 * time.Minute), "posted_by": nil},
	}}
	recording := keys{"asset": "https://assets.aircall.io/calls/912345678/recording"}
	voicemail := keys{"voicemail": "https://voicemail.example/1.mp3?X-Amz-Expires=600&sig=x", "asset": "https://assets.aircall.io/calls/912345678/voicemail"}
	begun := func(because calllog.Because) *calllog.Earlier {
		return &calllog.Earlier{ID: 55, Number: 7, Because: because}
	}
	conference := keys{"participants": []any{
		keys{"type": "user", "id": 9, "name": "Mia Winter"}, keys{"type": "user", "id": 10, "name": "Jonas Berg"},
		keys{"type": "external", "phone_number": "+442079460999"},
	}}
	reason := func(r string) keys { return keys{"missed_call_reason": r} }

	insights := []calllog.Insight{
		{Kind: calllog.Summary, ID: "1", Items: []calllog.InsightItem{{Text: "Ada asked for her <invoice> again.\nMia will send it today. Card 4111 1111 1111 1111."}}},
		{Kind: calllog.Topics, ID: "2", Items: []calllog.InsightItem{{Text: "invoice"}, {Text: "delivery"}}},
		{Kind: calllog.Sentiment, ID: "3", Items: []calllog.InsightItem{{Text: "POSITIVE", Number: "+14155550171"}, {Text: "NEUTRAL", UserID: 9}}},
		{Kind: calllog.ActionItem, ID: "4", Items: []calllog.InsightItem{{Text: "Send the invoice"}}},
		{Kind: calllog.ActionItem, ID: "5", Items: []calllog.InsightItem{{Text: "Call back on Friday"}}},
		{Kind: calllog.CustomSummary, ID: "6", Name: "Sales", Items: []calllog.InsightItem{{Name: "Budget", Text: "5,000"}, {Name: "Next step", Text: "Demo"}}},
		{Kind: calllog.Evaluation, ID: "7", Name: "Greeting", Items: []calllog.InsightItem{{Name: "Greeting", Text: "80"}}},
		{Kind: calllog.Playbook, ID: "8", Name: "Discovery", Items: []calllog.InsightItem{{Name: aircall.AdherenceScore, Text: "85"}, {Name: "Asked for the budget", Text: "yes"}}},
	}
	ofVoicemail := []calllog.Insight{{Kind: calllog.Summary, ID: "9", Voicemail: true, Items: []calllog.InsightItem{{Text: "Wants to be called back."}}}}
	reception := calllog.Session{
		ID: "s1", AgentID: "a1", Agent: "Reception", StartedAt: ring.Add(2 * time.Second), EndedAt: ring.Add(40 * time.Second), EndReason: "answered",
		Intake: []calllog.Answer{{Question: "What is it about?", Answer: "An invoice"}, {Question: "Order number", Answer: "4711"}}, Summarised: true,
	}
	escalated := reception
	escalated.EndReason, escalated.Escalated, escalated.EscalationReason, escalated.EscalationTarget = "escalated", true, "The caller asked for a person", "Billing"
	billing := calllog.Session{ID: "s2", AgentID: "a2", Agent: "Billing", StartedAt: ring.Add(41 * time.Second), EndedAt: ring.Add(80 * time.Second), EndReason: "caller_hung_up", Summarised: true}
	nameless := calllog.Session{ID: "s3", StartedAt: ring.Add(2 * time.Second), EndReason: "disconnected"}
	byVoiceAgent := with(inbound(), endedAfter(50*time.Second))
	const helpBase = "https://help.acme.example/docs"

	return map[string]telling{
		"insights":                      {part: calllog.PartInsights, event: aircall.EventCallEnded, data: over, insights: insights},
		"insights-later":                {part: insights[1].Part(), event: aircall.EventCallEnded, data: over, insights: insights[1:2]},
		"insights-voicemail":            {part: calllog.PartInsights, event: aircall.EventCallEnded, data: missed, insights: ofVoicemail},
		"voice-agent":                   {part: calllog.PartVoiceAgent, event: aircall.EventCallEnded, data: byVoiceAgent, sessions: []calllog.Session{reception}},
		"voice-agent-escalated":         {part: calllog.PartVoiceAgent, event: aircall.EventCallEnded, data: over, sessions: []calllog.Session{escalated}, helpBase: helpBase},
		"voice-agent-two":               {part: calllog.PartVoiceAgent, event: aircall.EventCallEnded, data: over, sessions: []calllog.Session{escalated, billing}},
		"voice-agent-nameless":          {part: calllog.PartVoiceAgent, event: aircall.EventCallEnded, data: byVoiceAgent, sessions: []calllog.Session{nameless}},
		"first-log-voice-agent":         {part: calllog.PartFirstLog, event: aircall.EventCallCreated, data: inbound(), sessions: []calllog.Session{reception}},
		"second-log-voice-agent":        {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: byVoiceAgent, sessions: []calllog.Session{reception}},
		"second-log-voice-agent-alone":  {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: over, sessions: []calllog.Session{escalated}},
		"second-log-voice-agent-vain":   {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(byVoiceAgent, reason("no_available_agent")), sessions: []calllog.Session{escalated}},
		"second-log-voice-agent-letter": {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(byVoiceAgent, voicemail, reason("no_available_agent")), sessions: []calllog.Session{escalated}},
		"first-log":                     {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(answered, menu, keys{"contact": ada})},
		"first-log-outbound":            {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(outbound(), answeredAfter(4*time.Second, mia))},
		"first-log-callback":            {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(outbound(), answeredAfter(4*time.Second, mia), keys{"automatic_callback_call_id": 912340000})},
		"first-log-anonymous":           {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(answered, keys{"raw_digits": "anonymous"})},
		"first-log-no-user":             {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(answered, keys{"user": nil})},
		"first-log-long-wait":           {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(inbound(), answeredAfter(12*time.Minute, mia))},
		"second-log":                    {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(over, menu, comments, recording, keys{"tags": []any{keys{"id": 1, "name": "VIP"}, keys{"id": 2, "name": "Refund"}}})},
		"second-log-alone":              {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(over, menu, recording, keys{"contact": ada})},
		"second-log-outbound-alone":     {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(outbound(), answeredAfter(4*time.Second, mia), endedAfter(64*time.Second))},
		"second-log-no-talk":            {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(answered, endedAfter(9*time.Second))},
		"second-log-long":               {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(answered, endedAfter(2*time.Hour))},
		"second-log-continued":          {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: over, begins: begun(calllog.Full), alone: true},
		"second-log-from-deleted":       {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: over, begins: begun(calllog.Deleted), alone: true},
		"second-log-from-spam":          {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: over, begins: begun(calllog.Spam), alone: true},
		"second-log-merged":             {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: over, begins: begun(calllog.Merged)},
		"second-log-moved":              {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: over, begins: begun(calllog.Moved)},
		"second-log-conference":         {part: calllog.PartSecondLog, event: aircall.EventCallEnded, data: with(over, conference)},
		"first-log-second-leg":          {part: calllog.PartFirstLog, event: aircall.EventCallAnswered, data: with(answered, menu), legOf: 912340000},
		"missed-second-leg":             {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: missed, legOf: 912340000},
		"transferred":                   {part: calllog.PartSecondLog, event: aircall.EventCallTransferred, data: with(over, keys{"user": jonas, "transferred_by": mia, "transferred_to": jonas})},
		"transfer-not-taken":            {part: calllog.PartSecondLog, event: aircall.EventCallUnsuccessfulTransfer, data: with(over, keys{"transferred_by": mia, "transferred_to": jonas})},
		"transfer-outside":              {part: calllog.PartSecondLog, event: aircall.EventCallExternalTransferred, data: with(over, keys{"external_transferred_to": "+44 20 7946 0999"})},
		"missed":                        {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, rings: []keys{mia, jonas}, data: with(missed, reason("agents_did_not_answer"), keys{"contact": ada})},
		"missed-out-of-hours":           {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, reason("out_of_opening_hours"))},
		"missed-short":                  {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(inbound(), endedAfter(6*time.Second), reason("short_abandoned"))},
		"missed-in-menu":                {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, menu, reason("abandoned_in_ivr"))},
		"missed-before-ringing":         {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, reason("abandoned_in_classic"))},
		"missed-nobody-there":           {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, reason("no_available_agent"))},
		"missed-anonymous":              {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, keys{"raw_digits": "anonymous"})},
		"missed-voicemail":              {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, voicemail, reason("agents_did_not_answer"))},
		"missed-callback":               {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(missed, keys{"tags": []any{keys{"id": 1, "name": "Callback Request"}}})},
		"unanswered":                    {part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(outbound(), endedAfter(31*time.Second), keys{"user": mia})},
		"comment":                       {part: calllog.CommentPart(5), event: aircall.EventCallCommented, data: with(over, comments)},
		"comment-number":                {part: calllog.CommentPart(5), event: aircall.EventCallCommented, data: with(over, keys{"comments": []any{keys{"id": 5, "content": "Call back: 030 23125001 or +1 415-555-0171.\nOrder 4711123456", "posted_at": unix(16 * time.Minute), "posted_by": jonas}}})},
		"comment-nobody":                {part: calllog.CommentPart(6), event: aircall.EventCallCommented, data: with(over, comments)},
		"voicemail":                     {part: calllog.PartVoicemail, event: aircall.EventCallVoicemailLeft, data: with(missed, voicemail)},
		"voicemail-signed-link":         {part: calllog.PartVoicemail, event: aircall.EventCallVoicemailLeft, data: with(missed, keys{"voicemail": voicemail["voicemail"]})},
		"recording":                     {part: calllog.PartRecording, event: aircall.EventCallCommAssetsGenerated, data: with(over, recording)},
	}
}

// requireGolden holds texts in four languages to those in a folder of testdata, by
// name. They have a line break after each of Help Scout's, for whoever reads a change
// of them. Run the test with -update to write them anew.
func requireGolden(t *testing.T, folder string, texts map[string]func(settings.Language) (string, error)) {
	t.Helper()
	golden := map[string]bool{}
	for name, text := range texts {
		for _, language := range []settings.Language{settings.English, settings.German, settings.French, settings.Spanish} {
			file := filepath.Join("testdata", folder, name+"."+string(language)+".html")
			golden[file] = true
			t.Run(name+"/"+string(language), func(t *testing.T) {
				t.Parallel()
				got, err := text(language)
				require.NoError(t, err)
				got = strings.ReplaceAll(got, "<br>", "<br>\n") + "\n"
				if *update {
					require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
					require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err, "run go test ./calllog -update")
				require.Equal(t, string(want), got)
			})
		}
	}
	stored, err := filepath.Glob(filepath.Join("testdata", folder, "*"))
	require.NoError(t, err)
	for _, file := range stored {
		require.True(t, golden[file], "%s belongs to no test: delete it", file)
	}
}

func TestThreadsReadAsAgreed(t *testing.T) {
	t.Parallel()
	texts := map[string]func(settings.Language) (string, error){}
	for name, told := range tellings() {
		texts[name] = func(language settings.Language) (string, error) { return told.text(t, language).HTML(told.part) }
	}
	requireGolden(t, "golden", texts)
}

func TestThreadsReadWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	for name, told := range tellings() {
		english, err := told.text(t, settings.English).HTML(told.part)
		require.NoError(t, err)
		for _, language := range []settings.Language{settings.German, settings.French, settings.Spanish} {
			text := told.text(t, language)
			got, err := text.HTML(told.part)
			require.NoError(t, err)
			require.NotEqual(t, english, got, "%s in %s", name, language)
			require.Equal(t, strings.Count(english, "<br>"), strings.Count(got, "<br>"), "%s in %s says more or less", name, language)
			require.NotContains(t, got, "%!", "%s in %s", name, language)
			require.True(t, calllog.Carries(got, calllog.Reference(callID, told.part)), "%s in %s", name, language)
		}
	}
}
