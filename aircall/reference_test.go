package aircall_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

// referenceBodies are bodies seen on the wire or printed in documentation.
// They are not part of this repository.
var referenceBodies = filepath.Join("..", "..", "shared", "payloads", "aircall")

func referenceFiles(t *testing.T, patterns ...string) map[string][]byte {
	t.Helper()
	if _, err := os.Stat(referenceBodies); err != nil {
		t.Skipf("the reference bodies are not beside this checkout (%s)", referenceBodies)
	}
	files := map[string][]byte{}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(referenceBodies, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		for _, file := range found {
			body, err := os.ReadFile(file)
			require.NoError(t, err)
			files[filepath.Base(file)] = body
		}
	}
	return files
}

func TestEveryReferenceEventParses(t *testing.T) {
	t.Parallel()
	for name, body := range referenceFiles(t, "real-2022-*.json", "doc-*.json", "thirdparty-*.json") {
		e, err := aircall.ParseEvent(body)
		require.NoError(t, err, name)
		require.True(t, aircall.Known(e.Name), name)
		require.Contains(t, name, e.Name)
		require.NotEmpty(t, e.Token, name)
		require.False(t, e.Timestamp.IsZero(), name)
		if e.IsMessage() {
			m, err := e.Message()
			require.NoError(t, err, name)
			require.True(t, m.HasBody, name)
			require.Equal(t, strings.Contains(name, "whatsapp"), m.Channel == aircall.ChannelWhatsApp, name)
		}
		if !e.IsCall() {
			continue
		}
		call, err := e.Call()
		require.NoError(t, err, name)
		require.Contains(t, name, string(call.Direction), name)
		require.NotEmpty(t, call.RawDigits, name)
		require.False(t, call.StartedAt.IsZero(), name)
		if strings.HasPrefix(name, "real-") {
			require.NotZero(t, call.Number.ID, name)
			require.NotNil(t, call.Tags, name)
			require.NotNil(t, call.Comments, name)
			require.NotNil(t, call.Teams, name)
		}
		if e.Name == aircall.EventCallEnded || e.Name == aircall.EventCallHungup {
			require.Equal(t, call.EndedAt.Sub(call.StartedAt), call.Duration, name)
		}
	}
}

func TestEveryReferenceObjectParses(t *testing.T) {
	t.Parallel()
	files := referenceFiles(t, "rest-*.json")
	inCall := func(key string, object []byte) aircall.Call {
		call, err := aircall.ParseCall(json.RawMessage(`{"id":1,"` + key + `":` + string(object) + `}`))
		require.NoError(t, err)
		return call
	}
	first := func(body []byte, key string) []byte {
		var answer map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(body, &answer))
		var entries []json.RawMessage
		require.NoError(t, json.Unmarshal(answer[key], &entries))
		require.NotEmpty(t, entries)
		return entries[0]
	}
	check := map[string]func(body []byte){
		"rest-doc-call.json": func(body []byte) {
			call, err := aircall.ParseCall(body)
			require.NoError(t, err)
			require.Equal(t, int64(812), call.ID)
			require.Equal(t, "CA1234567890", call.UUID)
			require.Equal(t, int64(735), call.Comments[0].ID)
			require.Equal(t, int64(456), call.Comments[0].PostedBy.ID)
			require.Nil(t, call.Contact)
			require.Empty(t, call.Tags)
			require.NotNil(t, call.Tags)
		},
		"rest-doc-contact.json": func(body []byte) {
			contact := inCall("contact", body).Contact
			require.Equal(t, int64(710), contact.ID)
			require.NotEmpty(t, contact.PhoneNumbers[0].Value)
			require.NotEmpty(t, contact.Emails[0].Value)
		},
		"rest-doc-number.json": func(body []byte) { require.Equal(t, int64(1234), inCall("number", body).Number.ID) },
		"rest-doc-tag.json":    func(body []byte) { require.Equal(t, "Interested", inCall("tags", wrap(body)).Tags[0].Name) },
		"rest-doc-team.json":   func(body []byte) { require.Equal(t, "Sales", inCall("teams", wrap(body)).Teams[0].Name) },
		"rest-doc-user.json":   func(body []byte) { require.NotEmpty(t, inCall("user", body).User.Email) },
		"rest-real-2026-contacts-list.json": func(body []byte) {
			require.NotEmpty(t, inCall("contact", first(body, "contacts")).Contact.PhoneNumbers[0].Value)
		},
		"rest-real-2026-teams-list.json": func(body []byte) {
			require.Equal(t, int64(262615), inCall("teams", wrap(first(body, "teams"))).Teams[0].ID)
		},
		"rest-real-2026-users-v2-list.json": func(body []byte) {
			require.Equal(t, int64(2078847), inCall("user", first(body, "users")).User.ID)
		},
		"rest-real-2026-numbers-list.json": func(body []byte) {
			server := record(t, answering(http.StatusOK, string(body)))
			got, err := server.client(t).Numbers(t.Context())
			require.NoError(t, err)
			require.Len(t, got, 1)
			require.Equal(t, int64(1389850), got[0].ID)
			require.Len(t, server.seen(), 1)
		},
		"rest-real-2026-webhooks-list.json": func(body []byte) {
			server := record(t, answering(http.StatusOK, string(body)))
			got, err := server.client(t).Webhooks(t.Context())
			require.NoError(t, err)
			require.Len(t, got, 1)
			require.True(t, got[0].Active)
			require.Equal(t, []string{"number.created"}, got[0].Events)
			require.Len(t, server.seen(), 1)
		},
	}
	for name, body := range files {
		require.Contains(t, check, name, "a reference body that no check knows")
		check[name](body)
	}
}

func wrap(entry []byte) []byte { return []byte("[" + string(entry) + "]") }
