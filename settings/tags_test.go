package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func TestTagsAreEnglishInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, language := range []settings.Language{
		settings.English, settings.German, settings.French, settings.Spanish,
	} {
		s, err := settings.Resolve(settings.Overrides{"language": language})
		require.NoError(t, err)
		for name, want := range map[settings.TagName]string{
			settings.TagMissed:     "missed call",
			settings.TagCallback:   "callback",
			settings.TagVoicemail:  "voicemail",
			settings.TagInProgress: "call in progress",
			settings.TagInbound:    "inbound",
			settings.TagOutbound:   "outbound",
			settings.TagNumber:     "phone-number-front desk",
			settings.TagTeam:       "team-front desk",
			settings.TagVoiceAgent: "voice virtual agent",
			"another":              "",
		} {
			require.Equal(t, want, s.TagText(name, "Front Desk"), "%s in %s", name, language)
		}
	}
}

func TestTheNameInATagIsTrimmedLowerCasedAndLosesCommas(t *testing.T) {
	t.Parallel()
	s := settings.Defaults()
	for name, want := range map[string]string{
		"Front Desk":       "team-front desk",
		" Sales,  Berlin ": "team-sales  berlin",
		"Sales ,":          "team-sales",
		"ÄRZTE":            "team-ärzte",
		"{name}":           "team-{name}",
	} {
		require.Equal(t, want, s.TagText(settings.TagTeam, name))
	}
}

func TestACompanysTagNameWins(t *testing.T) {
	t.Parallel()
	s, err := settings.Resolve(settings.Overrides{"tags": keys{"names": keys{
		"missed": " Verpasst ", "number": "Leitung {name} (Aircall)",
	}}})
	require.NoError(t, err)
	require.Equal(t, "verpasst", s.TagText(settings.TagMissed, "ignored"))
	require.Equal(t, "leitung front desk (aircall)", s.TagText(settings.TagNumber, "Front Desk"))
	require.Equal(t, "callback", s.TagText(settings.TagCallback, ""))
}
