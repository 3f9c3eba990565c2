package aircall_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

// answeringBody keeps the last body that came and gives the answer.
func answeringBody(body *string, status int, answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		*body = r.Header.Get("Content-Type") + " " + string(content)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}
}

func title(text string) aircall.InsightCard {
	return aircall.InsightCard{Contents: []aircall.CardContent{{Type: aircall.CardTitle, Text: text}}}
}

func TestACardIsSentAsAircallDocumentsIt(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "{}", "not JSON"} {
		var body string
		server := record(t, answeringBody(&body, http.StatusCreated, answer))
		card := aircall.InsightCard{Contents: []aircall.CardContent{
			{Type: aircall.CardTitle, Text: "Jane Doe", Link: "https://example.com/1"},
			{Type: aircall.CardShortText, Label: "Plan", Text: "Gold"},
		}}
		require.NoError(t, server.client(t).ShowInsightCard(t.Context(), 42, card), "whatever a success holds")
		require.Equal(t, []string{"POST /v1/calls/42/insight_cards"}, server.seen())
		require.Equal(t, `application/json {"contents":[{"type":"title","text":"Jane Doe","link":"https://example.com/1"},`+
			`{"type":"shortText","label":"Plan","text":"Gold"}]}`, body)
	}
}

func TestACardThatAircallWouldRefuseIsNotSent(t *testing.T) {
	t.Parallel()
	one := func(content aircall.CardContent) aircall.InsightCard {
		return aircall.InsightCard{Contents: []aircall.CardContent{content}}
	}
	server := record(t, answering(http.StatusCreated, ""))
	for field, card := range map[string]aircall.InsightCard{
		"contents: expected at least":      {},
		"contents[0].type":                 one(aircall.CardContent{Type: "user", Text: "Jane"}),
		"contents[0].text":                 title(""),
		"contents[0].label: expected":      one(aircall.CardContent{Type: aircall.CardShortText, Text: "Gold"}),
		"contents[0].label":                one(aircall.CardContent{Type: aircall.CardTitle, Label: "Plan", Text: "Gold"}),
		"contents: expected less than 102": title(strings.Repeat("ü", 5<<10)),
	} {
		err := server.client(t).ShowInsightCard(t.Context(), 42, card)
		require.ErrorContains(t, err, field)
		require.NotContains(t, err.Error(), "Jane")
	}
	require.Error(t, server.client(t).ShowInsightCard(t.Context(), 0, title("Jane")))
	require.Empty(t, server.seen())
}

func TestACardForACallThatIsOverIsToldApart(t *testing.T) {
	t.Parallel()
	for status, over := range map[int]bool{404: true, 405: true, 409: true, 410: true, 400: false, 401: false, 422: false, 429: false, 500: false} {
		server := record(t, answering(status, `{"error":"No","troubleshoot":"no"}`))
		err := server.client(t).ShowInsightCard(t.Context(), 42, title("Jane"))
		require.Error(t, err)
		require.Equal(t, over, aircall.CallOver(err), status)
		require.Contains(t, err.Error(), "POST /v1/calls/42/insight_cards")
	}
	require.False(t, aircall.CallOver(nil))
	require.False(t, aircall.CallOver(io.EOF))
}
