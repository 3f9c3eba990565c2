package helpscout_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

func FuzzParseErrorKeepsTheStatus(f *testing.F) {
	f.Add(400, "", `{"logRef": "a", "message": "Bad request", "_embedded": {"errors": [{"path": "subject", "message": "may not be empty", "_links": {"about": {"href": "x#NotEmpty"}}}]}}`)
	f.Add(400, "", `{"_embedded": {"errors": [{"links": [{"rel": "about", "href": "x#1"}]}]}}`)
	f.Add(400, "", `{"error": "invalid_request", "error_description": "no"}`)
	f.Add(429, "17", `{"message": "API rate limit exceeded"}`)
	f.Add(429, "Wed, 04 Mar 2026 12:01:00 GMT", ``)
	f.Add(503, "-1", "<html>\xff")
	f.Fuzz(func(t *testing.T, status int, retryAfter, body string) {
		got := helpscout.ParseError("POST", "/v2/customers", status, http.Header{"Retry-After": {retryAfter}}, []byte(body), noon)
		require.Equal(t, status, got.Status)
		require.Equal(t, "/v2/customers", got.Path)
		require.True(t, utf8.ValidString(got.Error()))
		require.LessOrEqual(t, utf8.RuneCountInString(got.Message), 301)
		require.LessOrEqual(t, len(got.Fields), 50)
		switch {
		case status == 429:
			require.GreaterOrEqual(t, got.RetryAfter, time.Second)
			require.LessOrEqual(t, got.RetryAfter, 10*time.Minute)
		case status != 503:
			require.Zero(t, got.RetryAfter)
		}
	})
}

func FuzzAConversationThatCanBeReadCanBeWrittenAndReadAgain(f *testing.F) {
	f.Add(fullConversation)
	f.Add(`{}`)
	f.Add(`{"id": 7, "assignee": null, "tags": null, "closedAt": null, "primaryCustomer": null, "_links": {"web": {}}}`)
	f.Add(`{"id": "7", "_embedded": [], "tags": ["a"]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var first helpscout.Conversation
		if json.Unmarshal([]byte(body), &first) != nil {
			return
		}
		once, err := json.Marshal(first)
		require.NoError(t, err)
		var second helpscout.Conversation
		require.NoError(t, json.Unmarshal(once, &second))
		twice, err := json.Marshal(second)
		require.NoError(t, err)
		require.JSONEq(t, string(once), string(twice))
	})
}
