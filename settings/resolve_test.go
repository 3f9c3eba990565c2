package settings_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

type keys = map[string]any

func TestWithoutLayersTheDefaultsHold(t *testing.T) {
	t.Parallel()
	s, err := settings.Resolve()
	require.NoError(t, err)
	require.Equal(t, settings.Defaults(), s)
	s, err = settings.Resolve(nil, settings.Overrides{}, settings.Overrides{"calls": keys{}})
	require.NoError(t, err)
	require.Equal(t, settings.Defaults(), s)
}

func TestLaterLayersWinKeyByKey(t *testing.T) {
	t.Parallel()
	s, err := settings.Resolve(
		settings.Overrides{
			"language": "de",
			"calls":    keys{"post_call_delay": "10s", "types": []string{"missed", "voicemail"}, "closed_after": []any{"missed"}},
			"tags":     keys{"names": keys{"missed": "verpasst", "voicemail": "nachricht"}},
		},
		settings.Overrides{
			"calls": keys{"log_to": "new_conversation", "types": []any{"inbound_answered"}, "closed_after": []any{}},
			"tags":  keys{"names": keys{"missed": "entgangen"}},
		},
	)
	require.NoError(t, err)
	want := settings.Defaults()
	want.Language = settings.German
	want.Calls.LogTo = settings.NewConversation
	want.Calls.PostCallDelay = settings.Duration(10 * time.Second)
	want.Calls.Types = []settings.CallType{settings.InboundAnswered}
	want.Calls.ClosedAfter = []settings.CallType{}
	want.Tags.Names = map[settings.TagName]string{
		settings.TagMissed: "entgangen", settings.TagVoicemail: "nachricht",
	}
	require.Equal(t, want, s)
}

func TestLayersMayHoldTypedValues(t *testing.T) {
	t.Parallel()
	s, err := settings.Resolve(settings.Overrides{
		"language":       settings.French,
		"settle":         settings.Duration(time.Minute),
		"calls":          settings.Overrides{"types": []settings.CallType{settings.Missed}},
		"fallback_admin": 4711,
	})
	require.NoError(t, err)
	require.Equal(t, settings.French, s.Language)
	require.Equal(t, time.Minute, s.Settle.Std())
	require.Equal(t, []settings.CallType{settings.Missed}, s.Calls.Types)
	require.Equal(t, "4711", s.FallbackAdmin)
}

func TestResolvingLeavesTheLayersAndTheDefaultsAlone(t *testing.T) {
	t.Parallel()
	layer := settings.Overrides{"calls": keys{"types": []any{"missed"}}}
	s, err := settings.Resolve(layer)
	require.NoError(t, err)
	s.Calls.Types[0] = settings.Voicemail
	require.Equal(t, settings.Overrides{"calls": keys{"types": []any{"missed"}}}, layer)
	require.Len(t, settings.Defaults().Calls.Types, 5)
	require.Equal(t, settings.InboundAnswered, settings.Defaults().Calls.Types[0])
}

func TestMessagesReopenAsCallsDoUnlessChosen(t *testing.T) {
	t.Parallel()
	reopenCalls := settings.Overrides{"calls": keys{"reopen_closed": true}}
	leaveMessages := settings.Overrides{"messages": keys{"reopen_closed": false}}
	leaveCalls := settings.Overrides{"calls": keys{"reopen_closed": false}}
	for name, test := range map[string]struct {
		layers []settings.Overrides
		want   bool
	}{
		"nothing chosen":            {nil, false},
		"calls reopen":              {[]settings.Overrides{reopenCalls}, true},
		"messages chosen before":    {[]settings.Overrides{leaveMessages, reopenCalls}, false},
		"messages chosen after":     {[]settings.Overrides{reopenCalls, leaveMessages}, false},
		"the number's calls do not": {[]settings.Overrides{reopenCalls, leaveCalls}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := settings.Resolve(test.layers...)
			require.NoError(t, err)
			require.Equal(t, test.want, s.Messages.ReopenClosed)
		})
	}
}

func TestWrongLayersAreRefusedWithEveryKeyPath(t *testing.T) {
	t.Parallel()
	_, err := settings.Resolve(
		settings.Overrides{"calls": keys{"post_call_delay": "11m", "log": true}},
		settings.Overrides{"language": 3, "matching": "oldest", "settle": nil},
	)
	require.Error(t, err)
	var paths []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		path, _, _ := strings.Cut(line, ": ")
		paths = append(paths, path)
	}
	require.Equal(t, []string{"calls", "calls.post_call_delay", "language", "matching", "settle"}, paths)

	_, err = settings.Resolve(settings.Overrides{"tags": keys{"names": keys{"in_progress": "callback"}}})
	require.ErrorContains(t, err, "tags.names.in_progress: the tag callback has the same name")
}

func TestANumberHasItsInboxAndItsSettings(t *testing.T) {
	t.Parallel()
	file, err := settings.Parse("acme.yaml", acme(t), lookup)
	require.NoError(t, err)
	i := file.Installations[0]

	inbox, s, mapped, err := i.ForNumber(397375)
	require.NoError(t, err)
	require.True(t, mapped)
	require.Equal(t, int64(86), inbox)
	require.Equal(t, settings.NewConversation, s.Calls.LogTo)
	require.True(t, s.Calls.AssignConversation)

	inbox, s, mapped, err = i.ForNumber(1389850)
	require.NoError(t, err)
	require.True(t, mapped)
	require.Equal(t, int64(85), inbox)
	require.Equal(t, settings.ExistingConversation, s.Calls.LogTo)

	inbox, s, mapped, err = i.ForNumber(1)
	require.NoError(t, err)
	require.False(t, mapped)
	require.Zero(t, inbox)
	require.Equal(t, settings.German, s.Language)

	i.Numbers[0].Settings = settings.Overrides{"language": "xx"}
	_, _, _, err = i.ForNumber(1389850)
	require.ErrorContains(t, err, "language")
}

func TestSettingsSurviveJSON(t *testing.T) {
	t.Parallel()
	s, err := settings.Resolve(settings.Overrides{
		"tags":  keys{"names": keys{"missed": "verpasst"}},
		"calls": keys{"closed_after": []any{"missed"}, "closed_window": "36h30m"},
	})
	require.NoError(t, err)
	encoded, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(encoded), `"closed_window":"36h30m","assign_conversation":false`)
	var decoded settings.Settings
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	require.Equal(t, s, decoded)
}

func TestADurationIsWrittenWithoutEmptyParts(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"48h0m0s": "48h", "2m0s": "2m", "90s": "1m30s", "0": "0s", "1h0m5s": "1h0m5s", "1500ms": "1.5s", "45s": "45s", "10m": "10m", "20h10m": "20h10m",
	} {
		var d settings.Duration
		require.NoError(t, d.UnmarshalText([]byte(given)))
		require.Equal(t, want, d.String())
		text, err := d.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	var d settings.Duration
	require.EqualError(t, d.UnmarshalText([]byte("45")),
		`"45" is not a duration; write a number and a unit, such as 45s, 2m or 48h`)
}
