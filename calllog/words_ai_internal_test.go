package calllog

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
)

func TestNoLanguageMissesAWordAboutAircallsAI(t *testing.T) {
	t.Parallel()
	require.Len(t, aiCatalog, len(languages))
	english := reflect.ValueOf(aiCatalog[settings.English])
	for _, language := range languages {
		require.Contains(t, aiCatalog, language)
		words := reflect.ValueOf(aiCatalog[language])
		for i := range words.NumField() {
			if words.Field(i).Kind() != reflect.String {
				continue
			}
			field, text := words.Type().Field(i).Name, words.Field(i).String()
			require.NotEmpty(t, text, "%s has no %s", language, field)
			require.Equal(t, strings.Count(english.Field(i).String(), "%s"), strings.Count(text, "%s"), "%s: %s", language, field)
		}
		for _, reason := range []aircall.VoiceAgentEndReason{
			aircall.VoiceAgentAnswered, aircall.VoiceAgentEscalated, aircall.VoiceAgentDisconnected, aircall.VoiceAgentCallerHungUp,
		} {
			require.NotEmpty(t, aiCatalog[language].endReasons[string(reason)], "%s: %s", language, reason)
		}
	}
}
