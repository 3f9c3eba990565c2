package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

// said is a body of Aircall's AI.
func said(event string, call any, line int64, change ...func(body, data map[string]any)) string {
	return webhook(event, 1, line, append([]func(body, data map[string]any){func(body, data map[string]any) {
		for key := range data {
			delete(data, key)
		}
		body["resource"], _, _ = strings.Cut(event, ".")
		data["id"], data["call_id"], data["number_id"], data["content"] = 5, call, line, "A summary."
	}}, change...)...)
}

func TestWhatAircallsAISaysGetsTheAnswerThatSuitsIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, result string
		running      bool
		taken, held  int
	}{
		"an insight":                                     {body: said("summary.created", 7, mappedLine), result: "delivered", taken: 1},
		"an insight with its call's id as text":          {body: said("summary.created", "7", mappedLine), result: "delivered", taken: 1},
		"a voice agent":                                  {body: said("ai_voice_agent.started", 7, mappedLine), result: "delivered", taken: 1},
		"a voice agent under the older name":             {body: said("voice_virtual_agent.ended", 7, mappedLine), result: "delivered", taken: 1},
		"a call that was never logged":                   {body: said("summary.created", 7, 99), result: "number_not_mapped"},
		"a number that is switched off":                  {body: said("summary.created", 7, pausedLine), result: "paused"},
		"one that is switched off, for a running call":   {body: said("summary.created", 7, pausedLine), result: "delivered", running: true, taken: 1},
		"a transcript that nobody wants":                 {body: said("transcription.created", 7, mappedLine), result: "not_wanted"},
		"no number, and the call runs":                   {body: said("summary.created", 7, 0), result: "delivered", running: true, taken: 1},
		"no number, and the call does not run":           {body: said("summary.created", 7, 0), result: "held", held: 1},
		"no call":                                        {body: said("summary.created", nil, mappedLine), result: "held", held: 1},
		"no time":                                        {body: said("summary.created", 7, mappedLine, set("timestamp", nil)), result: "held", held: 1},
		"what is said while the call runs, word by word": {body: said("realtime_transcription.utterances_received", 7, mappedLine), result: "event_not_ours"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			if test.running {
				e.temporal.running = []string{"call/acme/7"}
			}
			answer := e.post(t, test.body)
			require.Equal(t, http.StatusOK, answer.status, answer.body)
			require.Equal(t, 1, e.counted(t, test.result), e.metrics(t))
			require.Equal(t, test.taken, e.temporal.count())
			_, held := e.counts(t)
			require.Equal(t, test.held, held)
			require.NotContains(t, e.log.String(), "A summary.")
		})
	}
}

func TestATranscriptIsDeliveredWithoutWhatWasSaid(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	wanted := acme()
	wanted.Settings = settings.Overrides{"ai": map[string]any{"transcript": true}}
	require.NoError(t, e.store.PutInstallation(t.Context(), wanted))
	body := said("transcription.created", 7, mappedLine, set("data.content", map[string]any{
		"language": "en", "utterances": []any{map[string]any{"text": "my secret", "start_time": 0.5}},
	}))
	require.Equal(t, http.StatusOK, e.post(t, body).status)
	require.Equal(t, 1, e.temporal.count())
	delivery := e.temporal.all()[0]
	require.Len(t, delivery.Event.Insights, 1)
	require.Empty(t, delivery.Event.Insights[0].Items)
}

func TestAKnowledgeBaseCanBeCopiedFromTheStartPage(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.NotContains(t, e.home(t).body, "Knowledge base")
	with := acme()
	with.Settings = settings.Overrides{"voice_agent": map[string]any{"knowledge_base_url": "https://help.acme.example/docs?a=1&b=2"}}
	require.NoError(t, e.store.PutInstallation(t.Context(), with))
	page := e.home(t)
	require.Contains(t, page.body, `value="https://help.acme.example/docs?a=1&amp;b=2"`)
	require.Contains(t, page.body, "Aircall’s API has no way to hand it over", "it is to be done by hand")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "script-src 'self'")
	requireWellFormed(t, page.body)
	require.Contains(t, page.body, "data-copy")
	script := e.get(t, "/assets/desk.js")
	require.Equal(t, http.StatusOK, script.status)
	require.Contains(t, script.header.Get("Content-Type"), "javascript")
}
