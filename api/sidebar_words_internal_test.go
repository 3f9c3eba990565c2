package api

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func TestTheSidebarsTextsAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	english := reflect.ValueOf(sidebarCatalog[settings.English])
	for _, language := range []settings.Language{settings.English, settings.German, settings.French, settings.Spanish} {
		words := reflect.ValueOf(sidebarCatalog[language])
		for i := range words.NumField() {
			name := words.Type().Field(i).Name
			if words.Field(i).Kind() != reflect.String {
				continue
			}
			require.NotEmpty(t, words.Field(i).String(), "%s in %s", name, language)
			require.Equal(t, strings.Count(english.Field(i).String(), "%s"), strings.Count(words.Field(i).String(), "%s"), "%s in %s", name, language)
		}
		require.Len(t, sidebarCatalog[language].Outcomes, len(sidebarCatalog[settings.English].Outcomes), language)
		for outcome := range sidebarCatalog[settings.English].Outcomes {
			require.NotEmpty(t, sidebarCatalog[language].Outcomes[outcome], "%s in %s", outcome, language)
		}
	}
}
