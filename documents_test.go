package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// commands are the lines of the shell blocks in a text.
func commands(text string) []string {
	var found []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return found
}

func TestTheReadmeBeginsWithTwoCommands(t *testing.T) {
	t.Parallel()
	first, _, found := strings.Cut(read(t, "README.md"), "\n## ")
	require.True(t, found)
	require.Equal(t, []string{"go run ./standalone demo", "go test ./... ./standalone/..."}, commands(first))
}

// What newcomers are told to run is what has to pass.
func TestContinuousIntegrationRunsTheReadmesTests(t *testing.T) {
	t.Parallel()
	first, _, _ := strings.Cut(read(t, "README.md"), "\n## ")
	tests := commands(first)[1]
	require.Contains(t, read(t, ".ci/run"), "\t"+tests+"\n")
	require.Contains(t, read(t, "Taskfile.yml"), "cmd: "+tests+"\n")
	require.Contains(t, commands(read(t, "CONTRIBUTING.md")), tests)
}

// deadLinks names the relative links of a document that lead nowhere.
func deadLinks(t *testing.T, folder, text string) []string {
	t.Helper()
	var dead []string
	for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
		if strings.Contains(link[1], "://") || strings.HasPrefix(link[1], "mailto:") {
			continue
		}
		path, section, _ := strings.Cut(link[1], "#")
		target, names := filepath.Join(folder, filepath.FromSlash(path)), sections(text)
		if _, err := os.Stat(target); err != nil {
			dead = append(dead, link[1])
			continue
		}
		if path != "" && section != "" {
			names = sections(read(t, target))
		}
		if section != "" && !slices.Contains(names, section) {
			dead = append(dead, link[1])
		}
	}
	return dead
}

// sections are the headings of a document as links name them.
func sections(text string) []string {
	var found []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		found = append(found, strings.ReplaceAll(plain, " ", "-"))
	}
	return found
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	documents := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		documents++
		require.Empty(t, deadLinks(t, filepath.Dir(path), read(t, path)), path)
		return nil
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, documents, 8)
}

func TestADeadLinkIsFound(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"docs/nowhere.md", "docs/operations.md#nothing"},
		deadLinks(t, ".", "[a](docs/nowhere.md) [b](docs/operations.md#health) [c](docs/operations.md#nothing) [d](https://example.com/x)"))
}

// The rooms of the table and those of the documentation are the same.
func TestEveryRoomHasItsParagraph(t *testing.T) {
	t.Parallel()
	text := read(t, "docs/architecture.md")
	for name := range house {
		if name != "." {
			require.Contains(t, text, "`"+name+"`")
		}
	}
}

// Whoever makes the webhook by hand subscribes to what Callscout uses: with fewer
// events the guard would complain, with more there is traffic for nothing.
func TestTheReadmeSubscribesToTheEventsThatAreUsed(t *testing.T) {
	t.Parallel()
	list := regexp.MustCompile(`(?s)"events": \[(.*?)\]`).FindStringSubmatch(read(t, "README.md"))
	require.NotNil(t, list)
	var named []string
	for _, event := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(list[1], -1) {
		named = append(named, event[1])
	}
	require.Equal(t, calllog.WebhookEvents(), named)
}
