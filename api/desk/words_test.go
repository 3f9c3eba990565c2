package desk

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

var placeholder = regexp.MustCompile(`\{[0-9a-z]+\}`)

// holes are what a text leaves open, each once: languages may repeat one.
func holes(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(text, -1))))
}

func TestNoLanguageMissesAWord(t *testing.T) {
	t.Parallel()
	for key, texts := range catalog {
		for i, lang := range languages {
			require.NotEmpty(t, strings.TrimSpace(texts[i]), "%s in %s", key, lang)
			require.Equal(t, holes(texts[0]), holes(texts[i]), "%s in %s", key, lang)
		}
		if one, is := strings.CutSuffix(key, ".one"); is {
			require.Contains(t, catalog, one+".many")
		}
	}
	for _, f := range settings.Fields() {
		require.Contains(t, settingWords, "setting."+f.Path, "a new setting needs its words")
		for _, word := range f.Choices {
			require.Contains(t, catalog, "choice."+word)
		}
	}
	for key := range settingWords {
		if path, is := strings.CutPrefix(key, "setting."); is {
			require.True(t, slices.ContainsFunc(settings.Fields(), func(f settings.Field) bool { return f.Path == path }), "%s is no setting", key)
		}
	}
}

var (
	used     = regexp.MustCompile(`\b(?:t|tn|Same|same) "([a-z_.]+)"`)
	assigned = regexp.MustCompile(`\$same :?= "([a-z_.]+)"`)
	built    = regexp.MustCompile(`\(print "([a-z_.]*)" `)
)

// Every text that a page asks for is there, and every text is asked for.
func TestThePagesAndTheCatalogKnowTheSameTexts(t *testing.T) {
	t.Parallel()
	asked, prefixes := map[string]bool{}, []string{"problem.", "signin.", "error.", "connect.problem.", "connect.", "new.", "ago.", "health.", "in.", "calls.search.",
		"call.what.", "call.how.", "call.why.", "call.fact.", "call.copy.", "call.failed", "call.not.", "call.unknown", "part.", "how.", "because.", "story.", "fault.", "backfill.says.", "backfill.problem."}
	require.NoError(t, fs.WalkDir(pageFiles, "pages", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := pageFiles.ReadFile(path)
		require.NoError(t, err)
		for _, found := range append(used.FindAllStringSubmatch(string(text), -1), assigned.FindAllStringSubmatch(string(text), -1)...) {
			asked[found[1]] = true
			_, plain := catalog[found[1]]
			_, counted := catalog[found[1]+".many"]
			require.True(t, plain || counted, "%s asks for %s", path, found[1])
		}
		for _, found := range built.FindAllStringSubmatch(string(text), -1) {
			prefixes = append(prefixes, found[1])
		}
		return nil
	}))
	for _, key := range slices.Sorted(maps.Keys(catalog)) {
		plain := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".many")
		title := strings.HasSuffix(key, ".title")
		require.True(t, asked[plain] || title || slices.ContainsFunc(prefixes, func(p string) bool { return p != "" && strings.HasPrefix(key, p) }),
			"nothing asks for %s", key)
	}
}

func TestTimesAreToldInWords(t *testing.T) {
	t.Parallel()
	for since, want := range map[time.Duration][4]string{
		-time.Minute:     {"just now", "gerade eben", "à l’instant", "ahora mismo"},
		time.Second:      {"just now", "gerade eben", "à l’instant", "ahora mismo"},
		time.Minute:      {"1 minute ago", "vor 1 Minute", "il y a 1 minute", "hace 1 minuto"},
		90 * time.Minute: {"1 hour ago", "vor 1 Stunde", "il y a 1 heure", "hace 1 hora"},
		72 * time.Hour:   {"3 days ago", "vor 3 Tagen", "il y a 3 jours", "hace 3 días"},
	} {
		for i, lang := range languages {
			require.Equal(t, want[i], sayAgo(lang, since))
		}
	}
	require.Equal(t, "0 numéro", sayMany("fr", "start.numbers", 0), "French counts nothing as one")
	require.Equal(t, "0 numbers", sayMany("en", "start.numbers", 0))
}

func TestHtmxIsTheOneThatWasChosen(t *testing.T) {
	t.Parallel()
	script, err := assetFiles.ReadFile("assets/htmx-2.0.10.min.js")
	require.NoError(t, err)
	require.Contains(t, string(script), `version:"2.0.10"`)
}
