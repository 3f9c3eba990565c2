package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

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
