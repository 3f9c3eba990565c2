package settings_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

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
