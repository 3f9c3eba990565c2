package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func TestNoErrorShowsASecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3tvalue"
	for name, lines := range map[string]string{
		"dotted key":          "aircall: { api_token.s3cr3tvalue: x }",
		"key with a variable": "aircall: { s3cr3tvalue: \"${NOBODY}\" }",
		"unknown key":         "aircall: { api_tokn: s3cr3tvalue }",
		"value as key":        "aircall: { s3cr3tvalue: x }",
		"value without key":   "aircall: { s3cr3tvalue }",
		"space forgotten":     "aircall:\n      api_token:s3cr3tvalue",
		"key in one word":     "aircall:\n      api_token-s3cr3tvalue: x",
		"list":                "aircall: [ s3cr3tvalue ]",
		"text":                "helpscout: s3cr3tvalue",
		"value with a space":  "helpscout: { app_secret: \"s3cr3tvalue \" }",
		"list as value":       "helpscout: { app_secret: [ s3cr3tvalue ] }",
		"mapping as value":    "helpscout: { app_secret: { s3cr3tvalue: 1 } }",
		"too long":            "helpscout: { webhook_secret: s3cr3tvalue-of-forty-one-characters-is-long }",
		"long sidebar secret": "helpscout: { sidebar_secret: s3cr3tvalue-of-forty-one-characters-is-long }",
		"twice":               "helpscout: { app_secret: s3cr3tvalue, app_secret: s3cr3tvalue }",
		"wrong indent":        "aircall:\n      api_id: x\n     api_token: s3cr3tvalue",
		"open quote":          "aircall: { api_token: \"s3cr3tvalue }",
		"bad escape":          "aircall: { api_token: \"s3cr3tvalue\\q\" }",
		"tab":                 "aircall:\n\tapi_token: s3cr3tvalue",
		"alias":               "aircall: { api_token: *s3cr3tvalue }",
		"anchor":              "aircall: { api_token: &s3cr3tvalue x }",
		"tag":                 "aircall: { api_token: !s3cr3tvalue x }",
		"variable":            "aircall: { api_token: \"${s3cr3tvalue-1}\" }",
		"reserved":            "aircall: { api_token: @s3cr3tvalue }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := "version: 1\ninstallations:\n  - id: acme\n    " + lines + "\n"
			require.NotContains(t, strings.Join(problemsOf(t, source), "\n"), secret)
		})
	}
}

func TestAnEmptySecretIsRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"acme.yaml:4:27: installations[0].aircall.api_token: an empty text is not allowed; write it without spaces, or leave the key out to keep the stored value",
		"acme.yaml:5:30: installations[0].helpscout.app_secret: an empty text is not allowed; write it without spaces, or leave the key out to keep the stored value",
	}, problemsOf(t, `version: 1
installations:
  - id: acme
    aircall: { api_token: "" }
    helpscout: { app_secret: "${EMPTY}" }
`))
}

func TestAWebhookSecretIsAtMostAsLongAsHelpScoutTakesIt(t *testing.T) {
	t.Parallel()
	const source = "version: 1\ninstallations: [ { id: acme, helpscout: { webhook_secret: \"%s\" } } ]"
	file, err := settings.Parse("acme.yaml", fmt.Appendf(nil, source, "${WEBHOOK_SECRET}"), func(string) (string, bool) {
		return strings.Repeat("ä", 40), true
	})
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("ä", 40), file.Installations[0].HelpScout.WebhookSecret)
	for name, wrong := range map[string]string{
		"41 characters": strings.Repeat("x", 41), "a space": "a b", "a space at its end": "ab ",
	} {
		require.Equal(t, []string{
			"acme.yaml:2:59: installations[0].helpscout.webhook_secret: this text is not allowed; " +
				"write 1 to 40 characters without spaces, or leave the key out to keep the stored value",
		}, problemsOf(t, fmt.Sprintf(source, wrong)), name)
	}
}
