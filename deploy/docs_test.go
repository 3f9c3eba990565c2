package deploy_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/cli"
	"callscout/settings"
)

// keyRow is a row of a table in docs/settings.md whose first cell is a name.
type keyRow struct{ values, preset string }

// keyRows reads the rows whose first cell the pattern describes.
func keyRows(t *testing.T, name *regexp.Regexp) map[string]keyRow {
	t.Helper()
	text, err := os.ReadFile("../docs/settings.md")
	require.NoError(t, err)
	rows := map[string]keyRow{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		key := strings.Trim(strings.TrimSpace(cells[0]), "`")
		if len(cells) < 3 || !name.MatchString(key) {
			continue
		}
		require.NotContains(t, rows, key, "it stands there twice")
		rows[key] = keyRow{values: strings.TrimSpace(cells[1]), preset: strings.TrimSpace(cells[2])}
		if len(cells) == 3 {
			rows[key] = keyRow{preset: strings.TrimSpace(cells[1])}
		}
	}
	return rows
}

// schema is as much of a JSON Schema as this test reads.
type schema struct {
	Ref        string `json:"$ref"`
	Properties map[string]*schema
	Items      *schema
	AnyOf      []*schema
	Enum       []string
	Default    any
	Defs       map[string]*schema `json:"$defs"`
}

// leaves names every key that has a value of its own.
func (s *schema) leaves(path string, found map[string]*schema) {
	switch {
	case s.Items != nil && s.Items.Properties != nil:
		s.Items.leaves(path+"[]", found)
	case s.Properties == nil:
		found[path] = s
	default:
		for key, inner := range s.Properties {
			inner.leaves(strings.TrimPrefix(path+"."+key, "."), found)
		}
	}
}

// words are the values that are named in the schema.
func (s *schema) words() []string {
	named := slices.Clone(s.Enum)
	for _, inner := range append(slices.Clone(s.AnyOf), s.Items) {
		if inner != nil {
			named = append(named, inner.words()...)
		}
	}
	return named
}

func TestEveryKeyOfTheSettingsFileIsDocumented(t *testing.T) {
	t.Parallel()
	var file schema
	require.NoError(t, json.Unmarshal(settings.Schema(), &file))
	keys := map[string]*schema{}
	file.leaves("", keys)
	file.Defs["settings"].leaves("", keys)

	rows := keyRows(t, regexp.MustCompile(`^[a-z_]+(\[\])?(\.[a-z_]+(\[\])?)*$`))
	require.ElementsMatch(t, slices.Collect(maps.Keys(keys)), slices.Collect(maps.Keys(rows)))
	for key, row := range rows {
		for _, word := range keys[key].words() {
			require.Contains(t, row.values, "`"+word+"`", key)
		}
		switch preset := keys[key].Default.(type) {
		case bool, string:
			written, err := json.Marshal(preset)
			require.NoError(t, err)
			require.Equal(t, "`"+strings.Trim(string(written), `"`)+"`", row.preset, key)
		}
	}
}

func TestEveryTagHasItsDocumentedName(t *testing.T) {
	t.Parallel()
	rows := keyRows(t, regexp.MustCompile(`^tags\.names\.`))
	require.NotEmpty(t, rows)
	for key, row := range rows {
		name := settings.TagName(strings.TrimPrefix(key, "tags.names."))
		require.Equal(t, "`"+settings.Defaults().TagText(name, "{name}")+"`", row.preset, key)
	}
}

func TestEveryVariableIsDocumented(t *testing.T) {
	t.Parallel()
	rows := keyRows(t, regexp.MustCompile(`^[A-Z_]+$`))
	var known []string
	fields := reflect.VisibleFields(reflect.TypeFor[cli.Config]())
	for len(fields) > 0 {
		field := fields[0]
		fields = fields[1:]
		if field.Type.Kind() == reflect.Struct {
			fields = append(fields, reflect.VisibleFields(field.Type)...) // a group of flags
			continue
		}
		name := field.Tag.Get("variable")
		known = append(known, name)
		if preset := field.Tag.Get("default"); preset != "" {
			require.Equal(t, "`"+preset+"`", rows[name].preset, name)
		}
	}
	require.ElementsMatch(t, known, slices.Collect(maps.Keys(rows)))
}

func TestEveryExampleOfASettingsFileIsOne(t *testing.T) {
	t.Parallel()
	anything := func(string) (string, bool) { return "value", true }
	for _, name := range []string{"../README.md", "../docs/settings.md"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		blocks := regexp.MustCompile("(?s)( *)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, blocks, name)
		for _, block := range blocks {
			file, err := settings.Parse(name, []byte(strings.ReplaceAll("\n"+block[2], "\n"+block[1], "\n")), anything)
			require.NoError(t, err)
			require.NotEmpty(t, file.Installations)
			require.Empty(t, file.Installations[0].MissingSecrets())
		}
	}
}

func TestOperatorsFindEveryMetricAndEveryProblem(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	for _, name := range ownMetrics(t) {
		if !slices.ContainsFunc(histogramParts, func(part string) bool { return strings.HasSuffix(name, part) }) {
			require.Regexp(t, "`"+name+"[`{]", string(text))
		}
	}
	source, err := os.ReadFile("../calllog/problem.go")
	require.NoError(t, err)
	problems := regexp.MustCompile(`Problem += "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(t, problems)
	for _, problem := range problems {
		require.Contains(t, string(text), "`"+problem[1]+"`")
	}
}
