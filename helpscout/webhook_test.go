package helpscout_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

// The signature was made by
// printf '%s' '{"id": 901}' | openssl dgst -sha1 -hmac hush-secret -binary | base64
const (
	signedBody = `{"id": 901}`
	signature  = "CJiXCn0Xg8Sgt8RmnhfBpNr1/Hc="
)

func webhookHeader(event, signature string) http.Header {
	header := http.Header{}
	header.Set("X-HelpScout-Event", event)
	header.Set("X-HelpScout-Signature", signature)
	return header
}

func TestOnlyTheRightSignatureOfTheWholeBodyCounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signature, body, secret string
		right                   bool
	}{
		"right":                      {signature, signedBody, "hush-secret", true},
		"white space around it":      {" " + signature + " ", signedBody, "hush-secret", true},
		"another secret":             {signature, signedBody, "hush-secret2", false},
		"no secret":                  {"", signedBody, "", false},
		"signed with no secret":      {"dTcwwioJggTUdMcwC35kRtngZws=", signedBody, "", false},
		"another body":               {signature, `{"id": 902}`, "hush-secret", false},
		"the same body, other bytes": {signature, `{"id":901}`, "hush-secret", false},
		"no body":                    {signature, "", "hush-secret", false},
		"no signature":               {"", signedBody, "hush-secret", false},
		"part of a signature":        {signature[:8], signedBody, "hush-secret", false},
		"more than a signature":      {signature + "AAAA", signedBody, "hush-secret", false},
		"no Base64":                  {"sha1=" + signature, signedBody, "hush-secret", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := webhookHeader("convo.deleted", test.signature)
			require.Equal(t, test.right, helpscout.SignedWebhook(header, []byte(test.body), test.secret))
		})
	}
	require.False(t, helpscout.SignedWebhook(nil, []byte(signedBody), "hush-secret"))
}

func TestAWebhookIsReadAsFarAsItCanBe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body    string
		want    helpscout.Webhook
		refused bool
	}{
		"a conversation": {
			body: fullConversation,
			want: helpscout.Webhook{
				ID: 4123456789, Status: helpscout.StatusPending, MailboxID: 85,
				Tags: []helpscout.Tag{{ID: 5, Name: "inbound", Color: "#aabbcc"}},
			},
		},
		"an id alone":                  {body: `{"id": 901}`, want: helpscout.Webhook{ID: 901}},
		"an id over 32 bits":           {body: `{"id": 3100000001}`, want: helpscout.Webhook{ID: 3100000001}},
		"an id as text":                {body: `{"id": "901"}`, want: helpscout.Webhook{ID: 901}},
		"a customer":                   {body: `{"id": 501, "firstName": "Ada", "_embedded": {"phones": []}}`, want: helpscout.Webhook{ID: 501}},
		"fields in another form":       {body: `{"id": 901, "status": 3, "mailboxId": "x", "tags": {"a": 1}}`, want: helpscout.Webhook{ID: 901}},
		"one good field among bad":     {body: `{"id": 901, "status": "closed", "tags": [1]}`, want: helpscout.Webhook{ID: 901, Status: "closed"}},
		"null for everything else":     {body: `{"id": 901, "status": null, "mailboxId": null, "tags": null}`, want: helpscout.Webhook{ID: 901}},
		"a status that nobody knows":   {body: `{"id": 901, "status": "asleep"}`, want: helpscout.Webhook{ID: 901, Status: "asleep"}},
		"no id":                        {body: `{"status": "closed"}`, refused: true},
		"id zero":                      {body: `{"id": 0}`, refused: true},
		"a negative id":                {body: `{"id": -901}`, refused: true},
		"an id with a fraction":        {body: `{"id": 901.5}`, refused: true},
		"an id that is no number":      {body: `{"id": "x"}`, refused: true},
		"null":                         {body: `null`, refused: true},
		"a list":                       {body: `[{"id": 901}]`, refused: true},
		"nothing":                      {refused: true},
		"an address instead of a body": {body: `https://api.helpscout.net/v2/conversations/901`, refused: true},
		"JSON that breaks off":         {body: `{"id": 901, "status": "clo`, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Event = "convo.status"
			hook, err := helpscout.ParseWebhook(webhookHeader(" convo.status ", ""), []byte(test.body))
			if test.refused {
				require.ErrorIs(t, err, helpscout.ErrWebhookBody)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, test.want, hook)
		})
	}
}

func TestDocumentedWebhooksAreUnderstood(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(samples); err != nil {
		t.Skipf("the documented samples are not in %s", samples)
	}
	for name, want := range map[string]helpscout.Webhook{
		"webhook-convo-deleted-body.json": {ID: 123},
		"conversation-get-v2-docs.json": {
			ID: 123, Status: helpscout.StatusClosed, MailboxID: 13,
			Tags: []helpscout.Tag{{ID: 9150, Name: "vip", Color: "#929499"}},
		},
		"customer-get-sdk.json": {ID: 1},
	} {
		hook, err := helpscout.ParseWebhook(nil, sample(t, name))
		require.NoError(t, err, name)
		require.Equal(t, want, hook, name)
	}
}

func TestAnEventsNameIsFitForLogs(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		" convo.status ": "convo.status", "beacon.chat.customer.replied": "beacon.chat.customer.replied",
		"convo.ai-answers.created": "convo.ai-answers.created", "": "", "ada@example.com": "", "+1 202-555-0143": "", "a b": "",
	} {
		hook, err := helpscout.ParseWebhook(webhookHeader(given, ""), []byte(signedBody))
		require.NoError(t, err)
		require.Equal(t, want, hook.Event, given)
	}
}

func TestAnErrorQuotesNothingOfTheBody(t *testing.T) {
	t.Parallel()
	_, err := helpscout.ParseWebhook(nil, []byte(`{"id": "ada@example.com", +1 202-555-0143`))
	require.Error(t, err)
	for _, private := range []string{"ada", "202", "0143"} {
		require.NotContains(t, err.Error(), private)
	}
}

func FuzzParseWebhook(f *testing.F) {
	f.Add("convo.status", signature, "hush-secret", fullConversation)
	f.Add("convo.deleted", signature, "hush-secret", signedBody)
	f.Add("customer.updated", "", "", `{"id": "501", "tags": [{"id": 1, "tag": "x"}]}`)
	f.Add("", "=", "s", `{"id": 1e3, "status": {}, "id": null}`)
	f.Fuzz(func(t *testing.T, event, signature, secret, body string) {
		header := webhookHeader(event, signature)
		hook, err := helpscout.ParseWebhook(header, []byte(body))
		require.Contains(t, event, hook.Event)
		if err != nil {
			require.ErrorIs(t, err, helpscout.ErrWebhookBody)
			require.Equal(t, helpscout.Webhook{Event: hook.Event}, hook)
		} else {
			require.Positive(t, hook.ID)
		}
		if helpscout.SignedWebhook(header, []byte(body), secret) {
			require.NotEmpty(t, secret)
			require.False(t, helpscout.SignedWebhook(header, []byte(body+" "), secret))
		}
	})
}
