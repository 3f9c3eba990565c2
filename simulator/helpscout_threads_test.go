package simulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func TestThreadsWithWrongFieldsAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	for name, c := range map[string]struct {
		kind, body string
		codes      map[string]string
	}{
		"a phone thread with a user":       {"phones", `{"customer":{"id":700},"text":"x","user":12}`, map[string]string{"user": "unknown"}},
		"a phone thread with a status":     {"phones", `{"customer":{"id":700},"text":"x","status":"active"}`, map[string]string{"status": "unknown"}},
		"a phone thread with an owner":     {"phones", `{"customer":{"id":700},"text":"x","assignTo":12}`, map[string]string{"assignTo": "unknown"}},
		"a phone thread read back":         {"phones", `{"customer":{"id":700},"text":"x","body":"x","id":1}`, map[string]string{"body": "unknown", "id": "unknown"}},
		"a phone thread for nobody":        {"phones", `{"text":"x"}`, map[string]string{"customer": "NotNull"}},
		"a phone thread for a number":      {"phones", `{"text":"x","customer":{"phone":"+12025550143"}}`, map[string]string{"customer": "NotNull"}},
		"a phone thread without text":      {"phones", `{"customer":{"id":700}}`, map[string]string{"text": "NotNull"}},
		"a phone thread of spaces":         {"phones", `{"customer":{"id":700},"text":"  "}`, map[string]string{"text": "NotEmpty"}},
		"a date without an import":         {"phones", `{"customer":{"id":700},"text":"x","createdAt":"2026-03-01T10:00:00Z"}`, map[string]string{"createdAt": "not-imported"}},
		"a date with milliseconds":         {"phones", `{"customer":{"id":700},"text":"x","imported":true,"createdAt":"2026-03-01T10:00:00.000Z"}`, map[string]string{"createdAt": "invalid-date"}},
		"a malformed e-mail":               {"phones", `{"customer":{"email":"cleo"},"text":"x"}`, map[string]string{"customer.email": "Email"}},
		"an attachment that is not Base64": {"phones", `{"customer":{"id":700},"text":"x","attachments":[{"fileName":"a","mimeType":"b","data":"?"}]}`, map[string]string{"attachments[0].data": "invalid-base64"}},
		"a note with a customer":           {"notes", `{"text":"x","customer":{"id":700}}`, map[string]string{"customer": "unknown"}},
		"a note with an owner":             {"notes", `{"text":"x","assignTo":12}`, map[string]string{"assignTo": "unknown"}},
		"a note with an unknown status":    {"notes", `{"text":"x","status":"solved"}`, map[string]string{"status": "EnumValue"}},
		"a note whose user is an object":   {"notes", `{"text":"x","user":{"id":12}}`, map[string]string{"user": "invalid-number"}},
		"a chat with a user":               {"chats", `{"customer":{"id":700},"text":"x","user":12}`, map[string]string{"user": "unknown"}},
		"a customer thread with a status":  {"customer", `{"customer":{"id":700},"text":"x","status":"active"}`, map[string]string{"status": "unknown"}},
		"a reply without a customer":       {"reply", `{"text":"x"}`, map[string]string{"customer": "NotNull"}},
		"several problems at once":         {"notes", `{"user":"Ben","colour":"red"}`, map[string]string{"text": "NotNull", "user": "invalid-number", "colour": "unknown"}},
		"a list":                           {"notes", `[{"text":"x"}]`, map[string]string{"": "invalid-json"}},
		"no JSON":                          {"notes", `text=x`, map[string]string{"": "invalid-json"}},
	} {
		result := d.want(400, "POST", path+"/"+c.kind, c.body)
		require.Equal(t, c.codes, result.codes(), name)
		require.Equal(t, "application/vnd.error+json", result.header.Get("Content-Type"), name)
		require.NotEmpty(t, result.body["logRef"], name)
		require.Equal(t, "Bad request", result.body["message"], name)
	}
	require.Len(t, d.threads(path), 1, "a refused thread leaves nothing behind")
}

func (d *desk) threads(path string) []map[string]any {
	d.t.Helper()
	return d.get(path + "/threads").list("threads")
}

func TestPhoneThreadAppearsUnderTheTokensUser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	id := d.created(path+"/phones", `{"customer":{"id":700},"text":"Line 1\nLine 2 <!-- hidden -->"}`)
	newest := d.threads(path)[0]
	require.Equal(t, id, fmt.Sprintf("%.0f", newest["id"]))
	require.Equal(t, "phone", newest["type"])
	require.Equal(t, "<p>Line 1<br>Line 2</p>", newest["body"], "text comes back rewritten, as body")
	require.NotContains(t, newest, "text")
	require.Equal(t, "Ada", newest["createdBy"].(map[string]any)["first"])
}

func TestNoteInAnAgentsNameKeepsTheStatusItSends(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("closed"))
	d.created(path+"/notes", `{"text":"x","user":12,"status":"closed"}`)
	require.Equal(t, "closed", d.get(path).body["status"])
	require.Equal(t, "Ben", d.threads(path)[0]["createdBy"].(map[string]any)["first"])
	d.want(404, "POST", path+"/notes", `{"text":"x","user":700}`)
}

func TestThreadsReopenAClosedConversation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keep       bool
		kind, body string
		status     string
	}{
		"a phone thread":                {false, "phones", `{"customer":{"id":700},"text":"x"}`, "active"},
		"a phone thread, told to keep":  {true, "phones", `{"customer":{"id":700},"text":"x"}`, "closed"},
		"an imported phone thread":      {false, "phones", `{"customer":{"id":700},"text":"x","imported":true}`, "closed"},
		"a note without a status":       {false, "notes", `{"text":"x"}`, "active"},
		"a customer thread":             {true, "customer", `{"customer":{"id":700},"text":"x"}`, "active"},
		"an imported customer thread":   {true, "customer", `{"customer":{"id":700},"text":"x","imported":true}`, "closed"},
		"a note that says it is closed": {false, "notes", `{"text":"x","status":"closed"}`, "closed"},
	} {
		d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.ThreadsKeepClosed = c.keep })
		path := fmt.Sprint("/v2/conversations/", d.opened("closed"))
		d.created(path+"/"+c.kind, c.body)
		require.Equal(t, c.status, d.get(path).body["status"], name)
	}
}

func TestAConversationTakesAHundredThreads(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.LimitPerMinute = -1 })
	id := d.opened("active")
	path := fmt.Sprint("/v2/conversations/", id)
	for range 99 {
		require.NoError(t, d.AddThread(id, simulator.Thread{Type: "note", Body: "x"}))
	}
	d.want(204, "PATCH", path, `{"op":"replace","path":"/assignTo","value":12}`)
	full := d.want(412, "POST", path+"/notes", `{"text":"one more"}`)
	require.Contains(t, full.body, "logRef")
	d.want(412, "POST", path+"/phones", `{"customer":{"id":700},"text":"one more"}`)
	require.Len(t, d.threads(path), 25, "25 to a page")

	many := strings.TrimSuffix(strings.Repeat(`{"type":"note","text":"x"},`, 101), ",")
	d.want(412, "POST", "/v2/conversations",
		`{"subject":"s","type":"phone","mailboxId":85,"status":"active","customer":{"id":700},"threads":[`+many+`]}`)
}

func TestThreadsCannotBeDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	id := d.threads(path)[0]["id"].(float64)
	d.want(400, "DELETE", fmt.Sprintf("%s/threads/%.0f", path, id), "")
	require.Len(t, d.threads(path), 1)
}

func TestAttachmentsAreNamedDifferentlyWhenRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	d.created(path+"/notes", `{"text":"x","attachments":[{"fileName":"a.txt","mimeType":"text/plain","data":"SGVsbG8="}]}`)
	embedded := d.threads(path)[0]["_embedded"].(map[string]any)
	file := items(embedded["attachments"])[0]
	require.Equal(t, "a.txt", file["filename"])
	require.EqualValues(t, 5, file["size"])
}

func TestAnImportKeepsItsDate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	d.clock.Advance(time.Hour)
	body, err := json.Marshal(map[string]any{
		"customer": map[string]any{"id": 700}, "text": "x", "imported": true, "createdAt": "2026-03-01T10:00:00Z",
	})
	require.NoError(t, err)
	d.created(path+"/phones", string(body))
	require.Equal(t, "2026-03-01T10:00:00Z", d.threads(path)[0]["createdAt"])
}
