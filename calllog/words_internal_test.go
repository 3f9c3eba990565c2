package calllog

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
)

func TestNoLanguageMissesAWord(t *testing.T) {
	t.Parallel()
	english := reflect.ValueOf(catalog[settings.English])
	require.Len(t, catalog, 4)
	require.Len(t, languages, len(catalog))
	for _, language := range languages {
		require.Contains(t, catalog, language)
		require.True(t, Placeholder(catalog[language].unknownContact))
	}
	for language, w := range catalog {
		value := reflect.ValueOf(w)
		for i := range value.NumField() {
			field := value.Type().Field(i).Name
			if value.Field(i).Kind() != reflect.String {
				continue
			}
			text := value.Field(i).String()
			require.NotEmpty(t, text, "%s has no %s", language, field)
			for _, verb := range []string{"%s", "%d"} {
				require.Equal(t, strings.Count(english.Field(i).String(), verb), strings.Count(text, verb), "%s: %s", language, field)
			}
		}
		for _, reason := range []aircall.MissedCallReason{
			aircall.OutOfOpeningHours, aircall.ShortAbandoned, aircall.AbandonedInIVR,
			aircall.AbandonedInClassic, aircall.NoAvailableAgent, aircall.AgentsDidNotAnswer,
		} {
			require.NotEmpty(t, w.reasons[string(reason)], "%s: %s", language, reason)
		}
	}
}

// Help Scout refuses longer ones, and a cut text would say less than it should.
func TestEveryLanguageFitsHelpScoutsLimits(t *testing.T) {
	t.Parallel()
	for language, w := range catalog {
		for _, name := range []string{w.unknownContact, w.anonymousCaller} {
			require.LessOrEqual(t, utf8.RuneCountInString(name), maxName, "%s: %s", language, name)
		}
		require.LessOrEqual(t, utf8.RuneCountInString(w.createdByAircall), maxNotes, language)
	}
}

func TestAClockShowsEveryPartOfAMoment(t *testing.T) {
	t.Parallel()
	for language, w := range catalog {
		shown := time.Date(2026, time.November, 25, 17, 38, 49, 0, time.UTC).Format(w.clock)
		for _, part := range []string{"2026", "11", "25", "17:38:49", "UTC"} {
			require.Contains(t, shown, part, language)
		}
	}
}

func TestAnUnknownLanguageIsEnglish(t *testing.T) {
	t.Parallel()
	require.Equal(t, catalog[settings.English], wordsFor("tlh"))
}

func TestLengthsOfTimeReadShort(t *testing.T) {
	t.Parallel()
	for want, length := range map[string]time.Duration{
		"":            0,
		"1 s":         600 * time.Millisecond,
		"59 s":        59 * time.Second,
		"1 min":       59*time.Second + 700*time.Millisecond,
		"14 min 5 s":  14*time.Minute + 5*time.Second,
		"2 h 0 min":   2 * time.Hour,
		"26 h 59 min": 26*time.Hour + 59*time.Minute + 59*time.Second,
	} {
		require.Equal(t, want, seconds(length))
	}
	require.Empty(t, seconds(-time.Second), "a call does not end before it began")
}

func TestEveryProblemIsExplained(t *testing.T) {
	t.Parallel()
	all := []Problem{
		HelpScoutDown, HelpScoutRateLimited, HelpScoutUnauthorized, HelpScoutForbidden, HelpScoutNotFound,
		HelpScoutRefused, HelpScoutConflict, CustomerGone, ConversationGone, ConversationFull, AircallDown, AircallRateLimited,
		AircallUnauthorized, AircallRefused, WriteUncertain, FileUnavailable, StoreDown, Misconfigured, Internal,
		WebhookGone, WebhookOff, WebhookIncomplete, NumberGone, InboxGone, InboxForbidden, HelpScoutEnding,
	}
	require.Len(t, explanations, len(all))
	seen := map[string]bool{}
	for _, problem := range all {
		require.Contains(t, explanations, problem)
		for _, text := range []string{problem.Explain(), problem.Remedy()} {
			require.Regexp(t, `^[A-Z].*\.$`, text, "a sentence for people")
		}
		require.False(t, seen[problem.Explain()], "%s is explained like another", problem)
		seen[problem.Explain()] = true
	}
	require.Equal(t, Internal.Explain(), Problem("of a newer version").Explain())
	require.Equal(t, Internal.Remedy(), Problem("of a newer version").Remedy())
}
