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

func acme(t testing.TB) []byte {
	t.Helper()
	source, err := os.ReadFile("testdata/acme.yaml")
	require.NoError(t, err)
	return source
}

// problemsOf parses a source that must be refused and gives the error's lines.
func problemsOf(t testing.TB, source string) []string {
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

func TestEveryWrongSettingIsNamedWithItsPlaceAndTheWayOut(t *testing.T) {
	t.Parallel()
	const settingsKeys = "active, language, matching, contacts, insight_card, calls, ai, voice_agent, messages, tags, fallback_admin, settle"
	for name, test := range map[string]struct{ lines, problem string }{
		"misspelt group": {
			"cals: { log_to: new_conversation }",
			`5:7: installations[0].settings: the key "cals" is not known; the keys here are ` + settingsKeys + ` (did you mean "calls"?)`,
		},
		"key of another group": {
			"log_to: new_conversation",
			`5:7: installations[0].settings: the key "log_to" is not known; the keys here are ` + settingsKeys,
		},
		"dotted key": {
			"messages.sms: false",
			`5:7: installations[0].settings: the key "messages.sms" is not known; the keys here are ` + settingsKeys + ` (write sms under messages)`,
		},
		"misspelt inner key": {
			"voice_agent:\n  knowledge_base: https://help.example.com",
			`6:9: installations[0].settings.voice_agent: the key "knowledge_base" is not known; the keys here are knowledge_base_url (did you mean "knowledge_base_url"?)`,
		},
		"duplicate key": {
			"active: true\nlanguage: de\nactive: false",
			`7:7: installations[0].settings.active: this key stands here twice, first in line 5; remove one`,
		},
		"misspelt choice": {
			"matching: { rule: oldst }",
			`5:25: installations[0].settings.matching.rule: "oldst" is not allowed; write one of most_recently_updated, newest, oldest, with_open_conversation (did you mean "oldest"?)`,
		},
		"unknown choice": {
			"language: deutsch",
			`5:17: installations[0].settings.language: "deutsch" is not allowed; write one of en, de, fr, es`,
		},
		"yes for true": {
			"active: yes",
			`5:15: installations[0].settings.active: "yes" is not allowed; write true or false`,
		},
		"quoted bool": {
			`insight_card: "true"`,
			`5:21: installations[0].settings.insight_card: "true" is not allowed; write true or false`,
		},
		"no value": {
			"language:",
			`5:7: installations[0].settings.language: there is no value; write one of en, de, fr, es, or remove the key`,
		},
		"group as text": {
			"calls: all",
			`5:14: installations[0].settings.calls: a text is not allowed; write keys and values; the keys here are log_to, reopen_closed, closed_window, assign_conversation, reassign_owned, post_call_delay, end_timeout, silence_timeout, recording_links, types, closed_after`,
		},
		"duration without unit": {
			"calls: { post_call_delay: 45 }",
			`5:33: installations[0].settings.calls.post_call_delay: 45 is not allowed; write a duration from 0s to 10m, such as 45s, 2m or 48h`,
		},
		"duration too long": {
			"calls: { post_call_delay: 11m }",
			`5:33: installations[0].settings.calls.post_call_delay: "11m" is not allowed; write a duration from 0s to 10m, such as 45s, 2m or 48h`,
		},
		"duration below zero": {
			"settle: -1s",
			`5:15: installations[0].settings.settle: "-1s" is not allowed; write a duration from 0s to 24h, such as 45s, 2m or 48h`,
		},
		"one kind for a list": {
			"calls: { types: missed }",
			`5:23: installations[0].settings.calls.types: a text is not allowed; write a list`,
		},
		"empty kinds": {
			"calls: { types: [] }",
			`5:23: installations[0].settings.calls.types: an empty list is not allowed; to log nothing, write active: false`,
		},
		"kind twice": {
			"calls: { types: [missed, voicemail, missed] }",
			`5:43: installations[0].settings.calls.types[2]: missed stands in the list twice; remove one`,
		},
		"plain http": {
			"voice_agent: { knowledge_base_url: http://help.example.com }",
			`5:42: installations[0].settings.voice_agent.knowledge_base_url: this text is not allowed; write an address that begins with https://, without a user name or password`,
		},
		"password in an address": {
			"voice_agent: { knowledge_base_url: https://me:tok-ocean-7@help.example.com }",
			`5:42: installations[0].settings.voice_agent.knowledge_base_url: this text is not allowed; write an address that begins with https://, without a user name or password`,
		},
		"tag with comma": {
			`tags: { names: { missed: "missed, call" } }`,
			`5:32: installations[0].settings.tags.names.missed: this text is not allowed; write a tag without commas and braces`,
		},
		"blank tag": {
			`tags: { names: { voicemail: "  " } }`,
			`5:35: installations[0].settings.tags.names.voicemail: this text is not allowed; write a tag without commas and braces`,
		},
		"empty tag": {
			`tags: { names: { voicemail: "" } }`,
			`5:35: installations[0].settings.tags.names.voicemail: an empty text is not allowed; write a tag without commas and braces`,
		},
		"number's tag without the name": {
			"tags: { names: { number: line } }",
			`5:32: installations[0].settings.tags.names.number: this text is not allowed; write a tag without commas that holds {name} once`,
		},
		"name in a tag without one": {
			`tags: { names: { inbound: "in {name}" } }`,
			`5:33: installations[0].settings.tags.names.inbound: this text is not allowed; write a tag without commas and braces`,
		},
		"number as tag": {
			"tags: { names: { inbound: 404 } }",
			`5:33: installations[0].settings.tags.names.inbound: a number is not allowed; put it in quotes`,
		},
		"in-progress tag with another tag's name": {
			`tags: { names: { in_progress: Missed Call } }`,
			`5:7: installations[0].settings.tags.names.in_progress: the tag missed has the same name and would be removed with it when the call ends; write another one`,
		},
		"no e-mail": {
			"fallback_admin: somebody",
			`5:23: installations[0].settings.fallback_admin: this text is not allowed; write a Help Scout user's id or e-mail address`,
		},
		"user zero": {
			"fallback_admin: 0",
			`5:23: installations[0].settings.fallback_admin: this number is not allowed; write a Help Scout user's id or e-mail address`,
		},
		"variable that is not set": {
			`fallback_admin: "${NOBODY}"`,
			`5:23: installations[0].settings.fallback_admin: the environment variable NOBODY is not set; set it, or write $$ for a dollar sign`,
		},
		"broken variable": {
			`fallback_admin: "${NO BODY}"`,
			`5:23: installations[0].settings.fallback_admin: this is not a variable; write ${NAME}, or $$ for a dollar sign`,
		},
		"open variable": {
			`fallback_admin: "${NOBODY"`,
			`5:23: installations[0].settings.fallback_admin: this is not a variable; write ${NAME}, or $$ for a dollar sign`,
		},
		"secret in a wrong place": {
			`language: "${AIRCALL_API_TOKEN}"`,
			`5:17: installations[0].settings.language: the value of ${AIRCALL_API_TOKEN} is not allowed; write one of en, de, fr, es`,
		},
		"alias": {
			"calls: &base { log_to: new_conversation }",
			`5:14: anchors (&) and aliases (*) are not allowed; write the value out, in quotes if it is a text`,
		},
		"merge key": {
			"calls: { <<: { log_to: new_conversation } }",
			`5:16: this kind of key is not allowed; write a plain key`,
		},
		"type tag": {
			"language: !!str de",
			`5:17: type tags (!) are not allowed; write the value alone, in quotes if it is a text`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, []string{"acme.yaml:" + test.problem}, problemsOf(t, withSettings(test.lines)))
		})
	}
}

func TestEveryWrongInstallationIsNamedWithItsPlaceAndTheWayOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source   string
		problems []string
	}{
		"empty": {"", []string{
			"acme.yaml:1:1: the file is empty; write version: 1 and installations",
		}},
		"no mapping": {"- acme", []string{
			"acme.yaml:1:1: a list is not allowed; write keys and values; the keys here are version, installations",
		}},
		"nothing in it": {"{}", []string{
			"acme.yaml:1:1: version: this key is missing. The version of this file's form: 1.",
			"acme.yaml:1:1: installations: this key is missing. The companies, each with its two accounts.",
		}},
		"another version": {"version: 2\ninstallations: []", []string{
			"acme.yaml:1:10: version: 2 is not allowed; write version: 1",
		}},
		"two documents": {"version: 1\ninstallations: []\n---\nversion: 1\n", []string{
			"acme.yaml:4:1: a second document; write one document without ---",
		}},
		"no id": {"version: 1\ninstallations:\n  - numbers: []", []string{
			"acme.yaml:3:5: installations[0].id: this key is missing. The company's name in ids and addresses. It cannot be changed later.",
		}},
		"nothing after a dash": {"version: 1\ninstallations:\n  -", []string{
			"acme.yaml:3:5: installations[0]: there is no value; write one or remove the item",
		}},
		"capitals in the id": {"version: 1\ninstallations: [ { id: Acme } ]", []string{
			"acme.yaml:2:24: installations[0].id: this text is not allowed; write 1 to 41 lower-case letters, digits and hyphens, not beginning with a hyphen",
		}},
		"id twice": {"version: 1\ninstallations: [ { id: acme }, { id: acme } ]", []string{
			"acme.yaml:2:38: installations[1].id: installations[0] has the same id; give each installation its own",
		}},
		"webhook token twice": {
			"version: 1\ninstallations:\n" +
				"  - { id: a, aircall: { webhook_token: hook-river-8 } }\n" +
				"  - { id: b, aircall: { webhook_token: \"${AIRCALL_WEBHOOK_TOKEN}\" } }",
			[]string{
				"acme.yaml:4:40: installations[1].aircall.webhook_token: installations[0] has the same token, so that its webhooks could not be told apart; make one webhook for each installation",
			},
		},
		"number twice": {
			"version: 1\ninstallations:\n  - id: a\n    numbers:\n" +
				"      - { aircall_number: 5, inbox: 85 }\n      - { aircall_number: 5, inbox: 86 }",
			[]string{
				"acme.yaml:6:27: installations[0].numbers[1].aircall_number: installations[0].numbers[0] maps this number already; remove one",
			},
		},
		"number without inbox": {"version: 1\ninstallations: [ { id: a, numbers: [ { aircall_number: -5 } ] } ]", []string{
			"acme.yaml:2:38: installations[0].numbers[0].inbox: this key is missing. The id of the Help Scout inbox that its calls are logged in.",
			"acme.yaml:2:56: installations[0].numbers[0].aircall_number: -5 is not allowed; write a whole number from 1, without quotes",
		}},
		"octal number": {"version: 1\ninstallations: [ { id: a, numbers: [ { aircall_number: 010, inbox: \"85\" } ] } ]", []string{
			"acme.yaml:2:56: installations[0].numbers[0].aircall_number: 010 is not allowed; write a whole number from 1, without quotes",
			"acme.yaml:2:68: installations[0].numbers[0].inbox: \"85\" is not allowed; write a whole number from 1, without quotes",
		}},
		"variable without quotes": {"version: 1\ninstallations: [ { id: a, aircall: { api_token: ${AIRCALL_API_TOKEN} } } ]", []string{
			"acme.yaml:2:50: not YAML: ',' or '}' must be specified; put a value with ${NAME} in quotes",
		}},
		"no YAML": {"version: 1\n  installations: []", []string{
			"acme.yaml:1:10: not YAML: mapping value is not allowed in this context",
		}},
		"no text": {"version: 1\nid: \xff", []string{
			"acme.yaml:2:5: this is not UTF-8 text",
		}},
		"deep nesting": {strings.Repeat("[", 100_000), []string{
			"acme.yaml:1:33: too many brackets or dashes inside each other",
		}},
		"deep dashes": {strings.Repeat("- ", 100_000), []string{
			"acme.yaml:1:65: too many brackets or dashes inside each other",
		}},
		"too large": {strings.Repeat("#", 256<<10+1), []string{
			"acme.yaml:1:1: the file is larger than 256 KiB",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.problems, problemsOf(t, test.source))
		})
	}
}

func TestAllProblemsAreToldAtOnceInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	_, err := settings.Parse("acme.yaml", []byte(`version: 3
installations:
  - id: acme
    aircall: { api_tokn: x, webhook_token: "${NOBODY}" }
    settings: { language: xx, calls: { closed_window: 1s }, tags: { names: { team: x } } }
    numbers:
      - { aircall_number: 0, inbox: 85, settings: { activ: true } }
`), lookup)
	var places [][2]int
	joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err)
	require.True(t, ok)
	for _, one := range joined.Unwrap() {
		problem, ok := errors.AsType[*settings.Problem](one)
		require.True(t, ok)
		require.Equal(t, "acme.yaml", problem.File)
		places = append(places, [2]int{problem.Line, problem.Column})
	}
	require.Equal(t, [][2]int{{1, 10}, {4, 16}, {4, 44}, {5, 27}, {5, 55}, {5, 84}, {7, 27}, {7, 53}}, places)
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

func TestNoErrorShowsASecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3tvalue"
	for name, accounts := range map[string]string{
		"unknown key":         "aircall: { api_tokn: s3cr3tvalue }",
		"secret as key":       "aircall: { s3cr3tvalue: x }",
		"secret without key":  "aircall: { s3cr3tvalue }",
		"space forgotten":     "aircall:\n      api_token:s3cr3tvalue",
		"key in one word":     "aircall:\n      api_token-s3cr3tvalue: x",
		"list":                "aircall: [ s3cr3tvalue ]",
		"text":                "helpscout: s3cr3tvalue",
		"secret with a space": "helpscout: { app_secret: \"s3cr3tvalue \" }",
		"list as secret":      "helpscout: { app_secret: [ s3cr3tvalue ] }",
		"mapping as secret":   "helpscout: { app_secret: { s3cr3tvalue: 1 } }",
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
			source := "version: 1\ninstallations:\n  - id: acme\n    " + accounts + "\n"
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
