package helpscout_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs with HMAC-SHA1
	"encoding/base64"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

func appSignatureOf(secret, message string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAnAppsRequestIsReadIfItIsSigned(t *testing.T) {
	t.Parallel()
	const (
		query   = "conversation-id=3382942562&customer-id=501&mailbox-id=85&user-id=612&application-slug=a%2Fb-%C3%A9%F0%9F%93%9E"
		plain   = `{"conversation-id":"3382942562","customer-id":"501","mailbox-id":"85","user-id":"612","application-slug":"a/b-é📞"}`
		written = `{"conversation-id":"3382942562","customer-id":"501","mailbox-id":"85","user-id":"612","application-slug":"a\/b-\u00e9\ud83d\udcde"}`
	)
	want := helpscout.AppContext{Conversation: 3382942562, Customer: 501, Mailbox: 85, User: 612}
	for name, message := range map[string]string{"as most languages write it": plain, "as PHP writes it": written} {
		signed := url.QueryEscape(appSignatureOf("hush", message))
		got, ok := helpscout.SignedApp(query+"&X-HelpScout-Signature="+signed, "hush")
		require.True(t, ok, name)
		require.Equal(t, want, got)
		got, ok = helpscout.SignedApp("tenant=7&X-HelpScout-Signature="+signed+"&"+query, "hush", "tenant")
		require.True(t, ok, "%s, with a parameter of our own", name)
		require.Equal(t, want, got)

		for what, wrong := range map[string]string{
			"no signature":        query,
			"another customer":    "customer-id=502&" + query + "&X-HelpScout-Signature=" + signed,
			"a parameter twice":   query + "&user-id=612&X-HelpScout-Signature=" + signed,
			"another order":       "user-id=612&conversation-id=3382942562&X-HelpScout-Signature=" + signed,
			"the signature alone": "X-HelpScout-Signature=" + signed,
			"no Base64":           query + "&X-HelpScout-Signature=%21",
			"a broken escape":     query + "&x=%zz&X-HelpScout-Signature=" + signed,
		} {
			_, ok := helpscout.SignedApp(wrong, "hush")
			require.False(t, ok, what)
		}
		_, ok = helpscout.SignedApp(query+"&X-HelpScout-Signature="+signed, "other")
		require.False(t, ok)
		_, ok = helpscout.SignedApp(query+"&X-HelpScout-Signature="+url.QueryEscape(appSignatureOf("", message)), "")
		require.False(t, ok, "nothing is signed with an empty secret")
	}
	_, ok := helpscout.SignedApp("X-HelpScout-Signature="+url.QueryEscape(appSignatureOf("hush", "{}")), "hush")
	require.False(t, ok, "nothing was signed")
}

func TestALegacyAppsBodyIsRead(t *testing.T) {
	t.Parallel()
	got, err := helpscout.ParseLegacyApp([]byte(`{"ticket":false,"customer":{"id":"501","fname":"Ada"},"user":{"id":612},"mailbox":{"id":-1}}`))
	require.NoError(t, err)
	require.Equal(t, helpscout.AppContext{Customer: 501, User: 612}, got)
	_, err = helpscout.ParseLegacyApp([]byte("no JSON"))
	require.ErrorIs(t, err, helpscout.ErrWebhookBody)
}
