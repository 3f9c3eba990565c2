package api_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs its webhooks with HMAC-SHA1
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
	"callscout/store"
)

const (
	helpScoutPath    = "/webhooks/helpscout/acme"
	helpScoutCounter = "callscout_helpscout_webhooks_total"
)

// sign gives the signature of a body. It is written out here, so that the edge is
// not measured by itself.
func sign(secret, body string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = io.WriteString(mac, body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (e *edge) helpScout(t testing.TB, path, event, signature string, body io.Reader) reply {
	t.Helper()
	request := e.request(t, http.MethodPost, path, body)
	request.Header.Set("X-HelpScout-Event", event)
	request.Header.Set("X-HelpScout-Signature", signature)
	return e.do(t, request)
}

// knows makes the store remember two numbers and a conversation.
func (e *edge) knows(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, e.store.Remember(ctx, "acme", store.CustomerByNumber, "ada", "501"))
	require.NoError(t, e.store.Remember(ctx, "acme", store.CustomerByNumber, "bo", "502 newest 501"))
	require.NoError(t, e.store.Remember(ctx, "acme", store.ConversationByCustomer, "85/501", "901"))
}

// known lists what is still remembered of that.
func (e *edge) known(t testing.TB) []string {
	t.Helper()
	left := []string{}
	for _, one := range [][2]string{
		{store.CustomerByNumber, "ada"}, {store.CustomerByNumber, "bo"}, {store.ConversationByCustomer, "85/501"},
	} {
		_, _, ok, err := e.store.Recall(t.Context(), "acme", one[0], one[1])
		require.NoError(t, err)
		if ok {
			left = append(left, one[1])
		}
	}
	return left
}

func TestHelpScoutsWordCorrectsWhatIsRemembered(t *testing.T) {
	t.Parallel()
	const all, customers, conversation = "ada bo 85/501", "ada bo", "85/501"
	for name, test := range map[string]struct {
		event, body, result string
		// left is what is remembered afterwards.
		left string
	}{
		"a conversation was deleted":      {"convo.deleted", `{"id": 901}`, "forgotten", customers},
		"a conversation was merged":       {"convo.merged", `{"id": 901, "status": "active"}`, "forgotten", customers},
		"a conversation was moved":        {"convo.moved", `{"id": 901, "mailboxId": 86}`, "forgotten", customers},
		"a conversation was closed":       {"convo.status", `{"id": 901, "status": "closed"}`, "forgotten", customers},
		"a conversation is spam":          {"convo.status", `{"id": "901", "status": "spam"}`, "forgotten", customers},
		"a conversation waits":            {"convo.status", `{"id": 901, "status": "pending"}`, "not_needed", all},
		"a conversation is active":        {"convo.status", `{"id": 901, "status": "active"}`, "not_needed", all},
		"a conversation without a status": {"convo.status", `{"id": 901}`, "not_needed", all},
		"another conversation":            {"convo.deleted", `{"id": 9011}`, "nothing_known", all},
		"tags":                            {"convo.tags", `{"id": 901, "tags": []}`, "nothing_lost", all},
		"a customer was deleted":          {"customer.deleted", `{"id": 501}`, "forgotten", conversation},
		"another customer was deleted":    {"customer.deleted", `{"id": 50}`, "nothing_known", all},
		"a customer changed just now":     {"customer.updated", `{"id": 501}`, "nothing_known", all},
		"a customer was made":             {"customer.created", `{"id": 501}`, "not_needed", all},
		"a test":                          {"helpscout.test", ``, "not_needed", all},
		"an event that is not ours":       {"satisfaction.ratings", `[]`, "not_needed", all},
		"an event that nobody knows":      {"moon.landed", `{"id": 901}`, "not_needed", all},
		"no event":                        {"", `{"id": 901}`, "not_needed", all},
		"no id":                           {"convo.deleted", `{"email": "ada@example.com"}`, "not_understood", all},
		"no JSON":                         {"customer.deleted", `id=501&phone=` + callerNumber, "not_understood", all},
		"no body":                         {"customer.updated", ``, "not_understood", all},
		"a status that cannot be read":    {"convo.status", `{"status": "` + callerName + `"`, "not_understood", all},
		"personal data in the event":      {"ada@example.com", `{"id": 901}`, "not_needed", all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.knows(t)
			answer := e.helpScout(t, helpScoutPath, test.event, sign(webhookSecret, test.body), strings.NewReader(test.body))
			require.Equal(t, 200, answer.status, answer.body)
			require.JSONEq(t, `{"status": "`+test.result+`"}`, answer.body)
			require.Equal(t, 1, e.countedBy(t, helpScoutCounter, test.result))
			require.Equal(t, strings.Fields(test.left), e.known(t))
			require.Zero(t, e.temporal.count())
			for _, private := range []string{"hush", "202-555", "Testwell", "example.com", sign(webhookSecret, test.body)} {
				require.NotContains(t, e.log.String(), private)
			}
			require.Equal(t, test.result == "not_understood", strings.Contains(e.log.String(), `"WARN"`))
		})
	}
}

func TestAChangedCustomerIsForgottenUnlessLearntJustNow(t *testing.T) {
	t.Parallel()
	var asked time.Time
	e := newEdge(t)
	e.sick.onForgetCustomer = func(learntBefore time.Time) { asked = learntBefore }
	e.knows(t)
	const body = `{"id": 501}`
	begin := time.Now()
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "customer.updated", sign(webhookSecret, body), strings.NewReader(body)).status)
	require.WithinRange(t, asked, begin.Add(-time.Minute), time.Now().Add(-time.Minute))
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "customer.deleted", sign(webhookSecret, body), strings.NewReader(body)).status)
	require.Zero(t, asked, "deleted means whenever it was learnt")
}

func TestWithoutTheRightSignatureNothingChanges(t *testing.T) {
	t.Parallel()
	const body, other = `{"id": 901}`, `{"id": 902}`
	right := sign(webhookSecret, body)
	for name, test := range map[string]struct {
		path, signature, result string
		status                  int
	}{
		"another secret":           {helpScoutPath, sign("wrong", body), "wrong_signature", 401},
		"another body's":           {helpScoutPath, sign(webhookSecret, other), "wrong_signature", 401},
		"none":                     {helpScoutPath, "", "wrong_signature", 401},
		"the secret itself":        {helpScoutPath, webhookSecret, "wrong_signature", 401},
		"no secret, right for one": {"/webhooks/helpscout/silent", right, "wrong_signature", 401},
		"no secret, signed so":     {"/webhooks/helpscout/silent", sign("", body), "wrong_signature", 401},
		"unknown installation":     {"/webhooks/helpscout/nobody", right, "unknown_installation", 404},
		"another installation's":   {"/webhooks/helpscout/globex", right, "wrong_signature", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.knows(t)
			require.NoError(t, e.store.PutInstallation(t.Context(), settings.Installation{ID: "silent"}))
			require.NoError(t, e.store.PutInstallation(t.Context(), settings.Installation{
				ID: "globex", HelpScout: settings.HelpScoutAccount{WebhookSecret: "hush-other"},
			}))
			answer := e.helpScout(t, test.path, "convo.deleted", test.signature, strings.NewReader(body))
			require.Equal(t, test.status, answer.status)
			require.Contains(t, answer.body, "helpscout.webhook_secret", "it says what to do")
			require.Equal(t, e.helpScout(t, helpScoutPath, "convo.deleted", "x", strings.NewReader(body)).body, answer.body,
				"the answer does not tell what is wrong")
			require.GreaterOrEqual(t, e.countedBy(t, helpScoutCounter, test.result), 1)
			require.Equal(t, []string{"ada", "bo", "85/501"}, e.known(t))
			require.NotContains(t, e.log.String(), "hush")
		})
	}
}

func TestAWebhookOfHelpScoutOverEightMebibytesIsTooLarge(t *testing.T) {
	t.Parallel()
	const most = 8 << 20
	e := newEdge(t)
	e.knows(t)
	body := `{"id": 901}` + strings.Repeat(" ", most-len(`{"id": 901}`))
	larger := body + " "
	require.Equal(t, 413, e.helpScout(t, helpScoutPath, "convo.deleted", sign(webhookSecret, larger), strings.NewReader(larger)).status)
	require.Equal(t, 413, e.helpScout(t, helpScoutPath, "convo.deleted", sign(webhookSecret, larger), endless{strings.NewReader(larger)}).status)
	require.Equal(t, 2, e.countedBy(t, helpScoutCounter, "too_large"))
	require.Equal(t, []string{"ada", "bo", "85/501"}, e.known(t))
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "convo.deleted", sign(webhookSecret, body), strings.NewReader(body)).status, "8 MiB exactly")
	require.Equal(t, []string{"ada", "bo"}, e.known(t))
}

func TestAWebhookOfHelpScoutIsToComeAgainWhenTheStoreIsAway(t *testing.T) {
	t.Parallel()
	const body = `{"id": 901}`
	for name, sick := range map[string][2]error{
		"it does not answer": {errors.New("disk is gone"), nil}, "it does not write": {nil, errors.New("disk is full")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.knows(t)
			e.sick.fall(sick[0], sick[1])
			require.Equal(t, 503, e.helpScout(t, helpScoutPath, "convo.deleted", sign(webhookSecret, body), strings.NewReader(body)).status)
			require.Equal(t, 1, e.countedBy(t, helpScoutCounter, "not_taken"))
			e.sick.fall(nil, nil)
			require.Equal(t, 200, e.helpScout(t, helpScoutPath, "convo.deleted", sign(webhookSecret, body), strings.NewReader(body)).status)
			require.Equal(t, []string{"ada", "bo"}, e.known(t))
		})
	}
}

func TestOnlyAPostIsAWebhookOfHelpScout(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		require.Equal(t, http.StatusMethodNotAllowed, e.do(t, e.request(t, method, helpScoutPath, nil)).status, method)
	}
	require.Equal(t, http.StatusNotFound, e.do(t, e.request(t, http.MethodPost, "/webhooks/helpscout", nil)).status)
	require.Equal(t, http.StatusNotFound, e.do(t, e.request(t, http.MethodPost, "/webhooks/helpscout/acme/x", nil)).status)
	require.Equal(t, http.StatusNotFound, e.do(t, e.request(t, http.MethodPost, "/webhooks/helpscout/", nil)).status)
}

func TestTheSecretOfWebhooksIsReadAnewForEach(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	const body = `{"id": 7}`
	old := sign(webhookSecret, body)
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "convo.deleted", old, strings.NewReader(body)).status)
	changed := acme()
	changed.HelpScout.WebhookSecret = "hush-another"
	require.NoError(t, e.store.PutInstallation(t.Context(), changed))
	require.Equal(t, 401, e.helpScout(t, helpScoutPath, "convo.deleted", old, strings.NewReader(body)).status)
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "convo.deleted", sign("hush-another", body), strings.NewReader(body)).status)
}
