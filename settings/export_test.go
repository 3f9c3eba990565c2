package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/settings"
)

func TestAnExportHoldsWhatWasChosenAndNoSecret(t *testing.T) {
	t.Parallel()
	i := stored()
	i.Settings = settings.Overrides{
		"tags":  keys{"names": keys{"missed": "no", "team": "a$b {name}"}},
		"calls": keys{"types": []string{"missed", "voicemail"}, "closed_after": []any{}, "post_call_delay": "45s"},
	}
	i.Numbers = []settings.Number{
		{AircallNumber: 397375, Inbox: 86, Settings: settings.Overrides{"active": false}},
		{AircallNumber: 41, Inbox: 85},
	}
	exported, err := settings.Export(settings.File{Installations: []settings.Installation{
		i, {ID: "aaa"},
	}})
	require.NoError(t, err)
	require.Equal(t, `# Callscout's settings. Left-out secrets keep their stored value.
# Settings that are not written here have their default.
version: 1
installations:
  - id: aaa
  - id: acme
    aircall:
      api_id: 1f0c7a
    helpscout:
      app_id: 9b2e41
    settings:
      calls:
        post_call_delay: 45s
        types:
          - missed
          - voicemail
        closed_after: []
      tags:
        names:
          missed: "no"
          team: "a$$b {name}"
    numbers:
      - aircall_number: 41
        inbox: 85
      - aircall_number: 397375
        inbox: 86
        settings:
          active: false
`, string(exported))
}

func TestWrongSettingsAreNotExported(t *testing.T) {
	t.Parallel()
	_, err := settings.Export(settings.File{Installations: []settings.Installation{
		{ID: "acme", Settings: settings.Overrides{"language": "xx"}},
	}})
	require.ErrorContains(t, err, "export installation acme: language:")
	_, err = settings.Export(settings.File{Installations: []settings.Installation{
		{ID: "acme", Numbers: []settings.Number{{AircallNumber: 7, Inbox: 70, Settings: settings.Overrides{"x": 1}}}},
	}})
	require.ErrorContains(t, err, "number 7:")
}

func TestAnExportIsReadBackWithTheSameMeaning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var file settings.File
		file.Version = 1
		for n, id := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,40}`), 0, 3, rapid.ID).Draw(t, "ids") {
			i := settings.Installation{ID: id, Settings: someOverrides(t)}
			i.Aircall.APIID = rapid.StringMatching(`([^\s\p{Z}\p{Cc}]{1,12})?`).Draw(t, "api id")
			i.HelpScout.AppID = rapid.StringMatching(`([0-9a-fxoe.:_+-]{1,8})?`).Draw(t, "app id")
			for number := range rapid.IntRange(0, 3).Draw(t, "numbers") {
				i.Numbers = append(i.Numbers, settings.Number{
					AircallNumber: int64(number*1000 + n + 1),
					Inbox:         rapid.Int64Min(1).Draw(t, "inbox"),
					Settings:      someOverrides(t),
				})
			}
			file.Installations = append(file.Installations, i)
		}
		exported, err := settings.Export(file)
		require.NoError(t, err)
		again, err := settings.Parse("export.yaml", exported, nothing)
		require.NoError(t, err, string(exported))
		require.Len(t, again.Installations, len(file.Installations))
		for _, want := range file.Installations {
			require.Contains(t, again.Installations, want, string(exported))
		}
		twice, err := settings.Export(again)
		require.NoError(t, err)
		require.Equal(t, string(exported), string(twice))
	})
}

func nothing(string) (string, bool) { return "", false }

// someOverrides draws settings in the form that Parse gives them.
func someOverrides(t *rapid.T) settings.Overrides {
	all := settings.Overrides{}
	maybe := func(group keys, key string, value func() any) {
		if rapid.Bool().Draw(t, key) {
			group[key] = value()
		}
	}
	calls, names := keys{}, keys{}
	maybe(all, "active", func() any { return rapid.Bool().Draw(t, "bool") })
	maybe(all, "fallback_admin", func() any {
		return rapid.StringMatching(`[1-9][0-9]{0,8}|[a-z]{1,8}@[a-z]{1,8}\.com`).Draw(t, "user")
	})
	maybe(calls, "post_call_delay", func() any {
		return settings.Duration(rapid.Int64Range(0, 600e9).Draw(t, "delay")).String()
	})
	maybe(calls, "closed_after", func() any {
		types := []any{}
		for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
			"inbound_answered", "missed", "voicemail", "outbound_answered",
		}), 0, 4, rapid.ID).Draw(t, "types") {
			types = append(types, kind)
		}
		return types
	})
	maybe(names, "missed", func() any {
		return "m" + rapid.StringMatching(`[^,{}\p{Cc}]{0,12}`).Draw(t, "tag")
	})
	maybe(names, "callback", func() any {
		return rapid.SampledFrom([]string{"no", "null", "~", "1e3", "0x1", "- a", "a: b", "#a", "a #b", "'a", "\"a", "&a", "*a", "!a", "a\\n", "$$", "$X", "$", " a ", "2001-01-01", "<<", "?", "%a", "@a", "`a", "[a]", "|", ">"}).Draw(t, "odd tag")
	})
	maybe(names, "team", func() any {
		return rapid.StringMatching(`[^,{}\p{Cc}]{0,6}\{name\}[^,{}\p{Cc}]{0,6}`).Draw(t, "team")
	})
	if len(calls) > 0 {
		all["calls"] = calls
	}
	if len(names) > 0 {
		all["tags"] = keys{"names": names}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}
