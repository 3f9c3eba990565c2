package settings

import (
	"fmt"
	"log/slog"
	"strings"
)

type credential struct {
	path   string
	value  *string
	secret bool
	// optional is for what an installation works without.
	optional bool
}

// credentialsOf lists what the two accounts are reached with, by key path.
func credentialsOf(i *Installation) []credential {
	// Who consents in a browser gets the rest by that.
	air, desk := i.Aircall.OAuth(), i.HelpScout.OAuth()
	return []credential{
		{path: "aircall.connection", value: (*string)(&i.Aircall.Connection), optional: true},
		{path: "aircall.api_id", value: &i.Aircall.APIID, optional: air},
		{path: "aircall.api_token", value: &i.Aircall.APIToken, secret: true, optional: air},
		{path: "aircall.webhook_token", value: &i.Aircall.WebhookToken, secret: true, optional: air},
		{path: "aircall.messages_token", value: &i.Aircall.MessagesToken, secret: true, optional: true},
		{path: "helpscout.connection", value: (*string)(&i.HelpScout.Connection), optional: true},
		{path: "helpscout.app_id", value: &i.HelpScout.AppID, optional: desk},
		{path: "helpscout.app_secret", value: &i.HelpScout.AppSecret, secret: true, optional: desk},
		{path: "helpscout.webhook_secret", value: &i.HelpScout.WebhookSecret, secret: true, optional: true},
		{path: "helpscout.sidebar_secret", value: &i.HelpScout.SidebarSecret, secret: true, optional: true},
	}
}

// MissingSecrets returns the key paths of the credentials, ids included, that an
// installation still lacks. What is reached by OAuth lacks none: a person's consent
// gives it.
func (i Installation) MissingSecrets() []string {
	var missing []string
	for _, c := range credentialsOf(&i) {
		if *c.value == "" && !c.optional {
			missing = append(missing, c.path)
		}
	}
	return missing
}

// WithSecretsOf fills in the credentials that were left out from the stored
// installation. A token or secret is only taken along with the id it was issued
// with: with another id it stays missing. What webhooks are known by was issued with
// neither id, and is taken along. Where an id is given and no connection, the account
// is to be reached with that id, whatever it was reached with before.
func (i Installation) WithSecretsOf(old Installation) Installation {
	if i.Aircall.APIID != "" && i.Aircall.Connection == "" && old.Aircall.OAuth() {
		i.Aircall.Connection = ByCredentials
	}
	if i.HelpScout.AppID != "" && i.HelpScout.Connection == "" && old.HelpScout.OAuth() {
		i.HelpScout.Connection = ByCredentials
	}
	sameKey := i.Aircall.APIID == "" || i.Aircall.APIID == old.Aircall.APIID
	sameApp := i.HelpScout.AppID == "" || i.HelpScout.AppID == old.HelpScout.AppID
	if !sameKey {
		old.Aircall.APIToken = ""
	}
	if !sameApp {
		old.HelpScout.AppSecret = ""
	}
	stored := credentialsOf(&old)
	for at, c := range credentialsOf(&i) {
		if *c.value == "" {
			*c.value = *stored[at].value
		}
	}
	return i
}

// String says which credentials there are, and shows none.
func (a AircallAccount) String() string {
	return fmt.Sprintf("{api_id %s, api_token %s, webhook_token %s, messages_token %s}",
		presence(a.APIID), presence(a.APIToken), presence(a.WebhookToken), presence(a.MessagesToken))
}

// MessagesTokens are the tokens of MessagesToken, each alone.
func (a AircallAccount) MessagesTokens() []string {
	return strings.FieldsFunc(a.MessagesToken, func(r rune) bool { return r == ',' })
}

// GoString is String, so that %#v shows no secret either.
func (a AircallAccount) GoString() string { return "settings.AircallAccount" + a.String() }

// LogValue is String for slog.
func (a AircallAccount) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String says which credentials there are, and shows none.
func (h HelpScoutAccount) String() string {
	return fmt.Sprintf("{app_id %s, app_secret %s, webhook_secret %s, sidebar_secret %s}",
		presence(h.AppID), presence(h.AppSecret), presence(h.WebhookSecret), presence(h.SidebarSecret))
}

// GoString is String, so that %#v shows no secret either.
func (h HelpScoutAccount) GoString() string { return "settings.HelpScoutAccount" + h.String() }

// LogValue is String for slog.
func (h HelpScoutAccount) LogValue() slog.Value { return slog.StringValue(h.String()) }

// LogValue shows no secret: a JSON log would otherwise take the JSON form, which
// holds them.
func (i Installation) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", i.ID),
		slog.String("aircall", i.Aircall.String()),
		slog.String("helpscout", i.HelpScout.String()),
		slog.Int("numbers", len(i.Numbers)),
	)
}

// LogValue names the installations only, for the same reason.
func (f File) LogValue() slog.Value {
	ids := make([]string, 0, len(f.Installations))
	for _, i := range f.Installations {
		ids = append(ids, i.ID)
	}
	return slog.GroupValue(slog.Any("installations", ids))
}

func presence(credential string) string {
	if credential == "" {
		return "missing"
	}
	return "set"
}
