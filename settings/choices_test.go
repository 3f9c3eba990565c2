package settings_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/settings"
)

func TestAnUndoLeavesAloneWhatElseChangedSince(t *testing.T) {
	t.Parallel()
	before := settings.Choices{Numbers: []settings.Number{{AircallNumber: 7, Inbox: 1}}}
	after := settings.Choices{
		Settings: settings.Overrides{"calls": map[string]any{"log_to": "new_conversation"}},
		Numbers:  []settings.Number{{AircallNumber: 7, Inbox: 2}, {AircallNumber: 8, Inbox: 2}},
	}
	now := settings.Choices{
		Settings: settings.Overrides{"language": "de", "calls": map[string]any{"log_to": "new_conversation", "reopen_closed": true}},
		Numbers:  []settings.Number{{AircallNumber: 7, Inbox: 2, Settings: settings.Overrides{"active": false}}, {AircallNumber: 8, Inbox: 2}},
	}
	undone, err := settings.Undone(now, before, after)
	require.NoError(t, err)
	require.Equal(t, settings.Choices{
		Settings: settings.Overrides{"language": "de", "calls": map[string]any{"reopen_closed": true}},
		Numbers:  []settings.Number{{AircallNumber: 7, Inbox: 1, Settings: settings.Overrides{"active": false}}},
	}, undone)

	now.Numbers[0].Inbox = 3
	_, err = settings.Undone(now, before, after)
	require.ErrorIs(t, err, settings.ErrChangedSince)
	require.ErrorContains(t, err, "numbers.7.inbox")

	now.Numbers = []settings.Number{{AircallNumber: 8, Inbox: 2, Settings: settings.Overrides{"active": false}}}
	_, err = settings.Undone(now, settings.Choices{}, settings.Choices{Numbers: []settings.Number{{AircallNumber: 8, Inbox: 2}}})
	require.ErrorIs(t, err, settings.ErrChangedSince, "a number without its inbox is none")
}

func TestAnUndoOfTheNewestChangeIsWhatWasBefore(t *testing.T) {
	t.Parallel()
	drawn := rapid.Custom(func(t *rapid.T) settings.Choices {
		draw := func(label string) settings.Overrides {
			layer := settings.Overrides{}
			if rapid.Bool().Draw(t, label+" active?") {
				layer["active"] = rapid.Bool().Draw(t, label)
			}
			if rapid.Bool().Draw(t, label+" types?") {
				layer["calls"] = map[string]any{"types": []any{"missed", rapid.SampledFrom([]string{"voicemail", "inbound_answered"}).Draw(t, label)}}
			}
			if len(layer) == 0 {
				return nil
			}
			return layer
		}
		c := settings.Choices{Settings: draw("all")}
		for _, id := range []int64{7, 8} {
			if rapid.Bool().Draw(t, "number?") {
				c.Numbers = append(c.Numbers, settings.Number{AircallNumber: id, Inbox: rapid.Int64Range(1, 3).Draw(t, "inbox"), Settings: draw("one")})
			}
		}
		return c
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawn.Draw(t, "before"), drawn.Draw(t, "after")
		undone, err := settings.Undone(after, before, after)
		require.NoError(t, err)
		require.Equal(t, before, undone)
		require.Equal(t, before.Version(), undone.Version())
	})
}

func TestEverySettingIsAFieldThatTakesItsDefault(t *testing.T) {
	t.Parallel()
	fields := settings.Fields()
	values := settings.Defaults().Values()
	given := map[string][]string{}
	for _, f := range fields {
		require.NotEmpty(t, f.Doc, f.Path)
		require.Contains(t, []settings.FieldKind{
			settings.FieldFlag, settings.FieldChoice, settings.FieldSeveral, settings.FieldDuration, settings.FieldText,
		}, f.Kind)
		value, has := values[f.Path]
		if !has {
			require.Contains(t, []string{"voice_agent.knowledge_base_url", "fallback_admin", "calls.closed_after"}, f.Path)
			continue
		}
		if f.Kind == settings.FieldSeveral {
			require.Equal(t, value, joined(f.Choices))
			given[f.Path] = f.Choices
		} else {
			given[f.Path] = []string{" " + value + " "}
		}
		if f.Kind == settings.FieldChoice {
			require.Contains(t, f.Choices, value)
		}
	}
	layer, err := settings.OverridesOf(given)
	require.NoError(t, err)
	resolved, err := settings.Resolve(layer)
	require.NoError(t, err)
	require.Equal(t, values, resolved.Values())
	require.ElementsMatch(t, slices.Collect(maps.Keys(given)), slices.Collect(maps.Keys(layer.Values())))
}

func joined(words []string) string {
	text := ""
	for i, word := range words {
		if i > 0 {
			text += ", "
		}
		text += word
	}
	return text
}

func TestWhatAPageGivesIsCheckedLikeAFile(t *testing.T) {
	t.Parallel()
	_, err := settings.OverridesOf(map[string][]string{
		"calls.post_call_delay": {"20m"}, "calls.types": {}, "language": {"xx"}, "active": {"maybe"}, "fallback_admin": {"somebody"},
	})
	var paths []string
	for _, problem := range settings.Problems(err) {
		paths = append(paths, problem.Path)
	}
	require.ElementsMatch(t, []string{"calls.post_call_delay", "calls.types", "language", "active", "fallback_admin"}, paths)

	_, err = settings.OverridesOf(map[string][]string{"calls.speed": {"1"}})
	require.Equal(t, "calls.speed", settings.Problems(err)[0].Path)

	layer, err := settings.OverridesOf(map[string][]string{"calls.closed_after": {}, "settle": {"1 h"}})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"calls.closed_after": "", "settle": "1h"}, layer.Values())
}

func TestAnIDIsCheckedLikeInAFile(t *testing.T) {
	t.Parallel()
	for id, valid := range map[string]bool{"acme": true, "a-1": true, "": false, "Acme": false, "a/b": false, "-a": false} {
		require.Equal(t, valid, settings.ValidID(id), id)
	}
}
