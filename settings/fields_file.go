package settings

import (
	"regexp"
	"strings"
	"unicode"
)

var fileShape = group{fields: []field{
	{key: "version", doc: "The version of this file's form: 1.", shape: version{}, required: true},
	{key: "installations", doc: "The companies, each with its two accounts.", required: true,
		shape: several{item: installationShape}},
}}

var installationShape = group{fields: []field{
	{key: "id", doc: "The company's name in ids and addresses. It cannot be changed later.", required: true,
		shape: words{
			rule:    "write 1 to 41 lower-case letters, digits and hyphens, not beginning with a hyphen",
			pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`),
		}},
	{key: "aircall", doc: "The Aircall account. A key left out keeps its stored value.",
		shape: group{private: true, fields: []field{
			{key: "connection", doc: "How the account is reached: with an API key, or by OAuth with what a person consented to in the browser.", shape: connections},
			{key: "api_id", doc: "The API ID of the API key.", shape: unspaced},
			{key: "api_token", doc: "The API token of the API key.", shape: unspaced},
			{key: "webhook_token", doc: "The token that Aircall's webhooks carry.", shape: unspaced},
			{key: "messages_token", doc: "The token that the callbacks of numbers in proxy mode carry, if it is another one; several are separated by commas.",
				shape: unspaced},
		}}},
	{key: "helpscout", doc: "The Help Scout account. A key left out keeps its stored value.",
		shape: group{private: true, fields: []field{
			{key: "connection", doc: "How the account is reached: with an application of one's own, or by OAuth with what a person consented to in the browser.", shape: connections},
			{key: "app_id", doc: "The App ID of the OAuth2 application.", shape: unspaced},
			{key: "app_secret", doc: "The App Secret of the OAuth2 application.", shape: unspaced},
			{key: "webhook_secret", doc: "The secret that Help Scout's webhooks are signed with, where there are any.", shape: signingSecret},
			{key: "sidebar_secret", doc: "The secret of the app in Help Scout's sidebar, where there is one.", shape: signingSecret},
		}}},
	{key: "settings", doc: "What the company chose.", shape: settingsShape},
	{key: "numbers", doc: "The Aircall numbers whose calls are logged.", shape: several{item: numberShape}},
}}

// connections are the ways in which either account is reached.
var connections = choices(ByCredentials, ByOAuth)

var numberShape = group{fields: []field{
	{key: "aircall_number", doc: "The number's id at Aircall.", shape: count{}, required: true},
	{key: "inbox", doc: "The id of the Help Scout inbox that its calls are logged in.", shape: count{}, required: true},
	{key: "settings", doc: "What differs for this number.", shape: settingsShape},
}}

// unspaced has no spaces: one at an end is a slip in copying, and no vendor
// issues one inside.
var unspaced = words{
	rule:    "write it without spaces, or leave the key out to keep the stored value",
	pattern: regexp.MustCompile(`^\S+$`),
	also:    func(text string) bool { return !strings.ContainsFunc(text, unicode.IsSpace) },
}

// signingSecret is at most as long as Help Scout takes one (its reference, "Create
// Webhook" and "Legacy Dynamic Apps").
var signingSecret = words{
	rule:    "write 1 to 40 characters without spaces, or leave the key out to keep the stored value",
	pattern: regexp.MustCompile(`^\S{1,40}$`),
	also:    unspaced.also,
}

// version is the only form of the file there is so far.
type version struct{}

func (version) check(r *report, path string, n node) any {
	if n.kind == integer && n.scalar == "1" {
		return 1
	}
	refuse(r, path, n, "write version: 1")
	return nil
}

func (version) schema() map[string]any { return map[string]any{"const": 1} }
