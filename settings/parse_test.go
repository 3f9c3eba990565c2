package settings_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

var environment = map[string]string{
	"AIRCALL_API_TOKEN":     "tok-ocean-7",
	"AIRCALL_WEBHOOK_TOKEN": "hook-river-8",
	"HELPSCOUT_APP_SECRET":  "sec-mountain-9",
	"INBOX":                 "85",
	"ACTIVE":                "false",
	"EMPTY":                 "",
	"TRICKY":                "x, api_id: y }\n- *a",
}

func lookup(name string) (string, bool) {
	value, found := environment[name]
	return value, found
}

func acme(tb testing.TB) []byte {
	tb.Helper()
	source, err := os.ReadFile("testdata/acme.yaml")
	require.NoError(tb, err)
	return source
}

// problemsOf parses a source that must be refused and gives the error's lines.
func problemsOf(t *testing.T, source string) []string {
	t.Helper()
	_, err := settings.Parse("acme.yaml", []byte(source), lookup)
	require.Error(t, err)
	return strings.Split(err.Error(), "\n")
}

// withSettings is a file whose only installation has these lines as settings;
// the first of them is line 5.
func withSettings(lines string) string {
	return "version: 1\ninstallations:\n  - id: acme\n    settings:\n      " +
		strings.ReplaceAll(lines, "\n", "\n      ") + "\n"
}

func TestTheExampleIsReadAsWritten(t *testing.T) {
	t.Parallel()
	file, err := settings.Parse("acme.yaml", acme(t), lookup)
	require.NoError(t, err)
	require.Equal(t, settings.File{Version: 1, Installations: []settings.Installation{{
		ID: "acme",
		Aircall: settings.AircallAccount{
			APIID: "1f0c7a", APIToken: "tok-ocean-7", WebhookToken: "hook-river-8",
		},
		HelpScout: settings.HelpScoutAccount{AppID: "9b2e41", AppSecret: "sec-mountain-9"},
		Settings: settings.Overrides{
			"language": "de",
			"calls":    map[string]any{"assign_conversation": true, "post_call_delay": "30s"},
			"tags": map[string]any{"names": map[string]any{
				"missed": "Verpasst", "team": "gruppe {name}",
			}},
			"fallback_admin": "support@example.com",
		},
		Numbers: []settings.Number{
			{AircallNumber: 1389850, Inbox: 85},
			{AircallNumber: 397375, Inbox: 86, Settings: settings.Overrides{
				"calls": map[string]any{"log_to": "new_conversation"},
			}},
		},
	}}}, file)
}

func TestAValueFromTheEnvironmentStaysOneValue(t *testing.T) {
	t.Parallel()
	file, err := settings.Parse("acme.yaml", []byte(`version: 1
installations:
  - id: acme
    aircall: { api_id: "a$$b$c", api_token: "pre-${AIRCALL_API_TOKEN}$${X}" }
    settings: { active: "${ACTIVE}" }
    numbers: [ { aircall_number: 7, inbox: "${INBOX}" } ]
`), lookup)
	require.NoError(t, err)
	i := file.Installations[0]
	require.Equal(t, "a$b$c", i.Aircall.APIID)
	require.Equal(t, "pre-tok-ocean-7${X}", i.Aircall.APIToken)
	require.Equal(t, settings.Overrides{"active": false}, i.Settings)
	require.Equal(t, int64(85), i.Numbers[0].Inbox)

	require.Equal(t, []string{
		"acme.yaml:5:17: installations[0].settings.language: the value of ${TRICKY} is not allowed; write one of en, de, fr, es",
	}, problemsOf(t, withSettings(`language: "${TRICKY}"`)))
}

func TestSectionsWhoseContentIsCommentedOutCountAsLeftOut(t *testing.T) {
	t.Parallel()
	file, err := settings.Parse("acme.yaml", []byte(`version: 1
installations:
  - id: acme
    aircall:
    settings:
      calls:
      tags: { names: }
    numbers:
`), lookup)
	require.NoError(t, err)
	require.Equal(t, []settings.Installation{{ID: "acme"}}, file.Installations)
}

func FuzzParse(f *testing.F) {
	f.Add(acme(f))
	for _, seed := range []string{
		"", "version: 1", "version: 1\ninstallations: []", "[[[[", "a: &x *x", "? a\n: b", "\ufeffversion: 1",
		"version: 1\r\ninstallations:\r\n- id: a\r\n", "a: |\n  ${X}\n", "<<: {a: 1}", "%YAML 1.2\n---\n", "- - -\n-",
		withSettings(`language: "${TRICKY}"`), withSettings("calls: { types: [missed, missed] }"),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		file, err := settings.Parse("acme.yaml", source, lookup)
		if err != nil {
			joined, ok := errors.AsType[interface {
				error
				Unwrap() []error
			}](err)
			require.True(t, ok)
			for _, one := range joined.Unwrap() {
				problem, ok := errors.AsType[*settings.Problem](one)
				require.True(t, ok)
				require.Positive(t, problem.Line)
				require.Positive(t, problem.Column)
			}
			return
		}
		exported, err := settings.Export(file)
		require.NoError(t, err)
		again, err := settings.Parse("export.yaml", exported, lookup)
		require.NoError(t, err, string(exported))
		twice, err := settings.Export(again)
		require.NoError(t, err)
		require.Equal(t, string(exported), string(twice))
	})
}
