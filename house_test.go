// Package main_test holds the rules of the house: which room may import which,
// what must not get into the binary, that every room says what it is for, and
// that the documents lead somewhere.
package main_test

import (
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "callscout"

// house is the table of the rooms: what each may import of ours, outside its
// tests. docs/architecture.md says why.
var house = map[string][]string{
	".": {"cli"},
	"cli": {
		"accounts", "activities", "activities/contract", "aircall", "api", "api/desk", "api/openid", "calllog", "engine", "engine/attribute", "explain", "health", "helpscout", "media", "phone", "secret",
		"settings", "starter", "store", "worker", "workflows",
	},
	"accounts":                         {"aircall", "helpscout", "settings", "store"},
	"api":                              {"accounts", "aircall", "api/desk", "calllog", "engine", "health", "helpscout", "phone", "secret", "settings", "starter", "store", "story"},
	"health":                           {"calllog", "settings", "store"},
	"api/desk":                         {"calllog", "health", "secret", "settings", "store", "story"},
	"api/openid":                       {},
	"explain":                          {"accounts", "activities", "activities/contract", "aircall", "calllog", "helpscout", "phone", "settings", "store", "workflows"},
	"starter":                          {"activities/contract", "calllog", "engine/attribute", "phone", "secret", "settings", "story", "workflows"},
	"story":                            {"activities/contract", "calllog", "settings", "workflows"},
	"worker":                           {"activities", "workflows"},
	"workflows":                        {"activities/contract", "calllog", "engine/attribute", "settings"},
	"activities":                       {"accounts", "activities/contract", "aircall", "calllog", "helpscout", "media", "phone", "secret", "settings", "store"},
	"activities/contract":              {"calllog", "settings"},
	"calllog":                          {"aircall", "helpscout", "phone", "settings"},
	"settings":                         {"phone"},
	"store":                            {"secret", "settings"},
	"store/storetest":                  {"secret", "store"},
	"engine":                           {"engine/attribute", "secret"},
	"engine/attribute":                 {},
	"aircall":                          {"redact"},
	"helpscout":                        {"redact"},
	"redact":                           {},
	"media":                            {},
	"phone":                            {},
	"secret":                           {},
	"simulator":                        {},
	"deploy":                           {},
	"standalone":                       {"cli", "standalone/allinone"},
	"standalone/allinone":              {"cli", "engine/attribute", "settings", "simulator", "standalone/embedded"},
	"standalone/embedded":              {"engine"},
	"standalone/embedded/embeddedtest": {"engine", "engine/attribute", "secret", "standalone/embedded"},
	"standalone/e2e":                   {},
}

// room is what was found in one folder.
type room struct {
	name    string
	imports []string
	doc     string
}

// breaches names everything in which the rooms differ from the table.
func breaches(table map[string][]string, rooms []room) []string {
	var found []string
	for _, r := range rooms {
		if strings.TrimSpace(r.doc) == "" {
			found = append(found, fmt.Sprintf("%s has no package comment: say what it is for and what it must not import", r.name))
		}
		allowed, known := table[r.name]
		if !known {
			found = append(found, fmt.Sprintf("%s is not in the table of the house: add it there and to docs/architecture.md", r.name))
			continue
		}
		for _, imported := range r.imports {
			if !slices.Contains(allowed, imported) {
				found = append(found, fmt.Sprintf("%s must not import %s", r.name, imported))
			}
		}
	}
	return found
}

func TestEveryRoomKeepsToTheTableOfTheHouse(t *testing.T) {
	t.Parallel()
	rooms := readRooms(t)
	require.Empty(t, breaches(house, rooms))

	names := []string{}
	for _, r := range rooms {
		names = append(names, r.name)
	}
	for name := range house {
		require.Contains(t, names, name, "the table names a room that is not there")
	}
}

func TestABrokenRuleIsFound(t *testing.T) {
	t.Parallel()
	table := map[string][]string{"rules": {}, "edge": {"rules"}}
	for name, test := range map[string]struct {
		rooms []room
		want  []string
	}{
		"all is well": {
			rooms: []room{{"rules", nil, "doc"}, {"edge", []string{"rules"}, "doc"}},
		},
		"a forbidden import": {
			rooms: []room{{"rules", []string{"edge"}, "doc"}},
			want:  []string{"rules must not import edge"},
		},
		"one part of what is allowed": {
			rooms: []room{{"edge", []string{"rules/inner"}, "doc"}},
			want:  []string{"edge must not import rules/inner"},
		},
		"a room that nobody entered": {
			rooms: []room{{"attic", nil, "doc"}},
			want:  []string{"attic is not in the table of the house: add it there and to docs/architecture.md"},
		},
		"a room that does not say what it is for": {
			rooms: []room{{"rules", nil, " "}},
			want:  []string{"rules has no package comment: say what it is for and what it must not import"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, breaches(table, test.rooms))
		})
	}
}

// readRooms reads the folders themselves and not the answer of the go command,
// so that go test knows which files this result rests on, and does not repeat an
// old one.
func readRooms(t *testing.T) []room {
	t.Helper()
	var rooms []room
	err := filepath.WalkDir(".", func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if base := entry.Name(); dir != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
			return fs.SkipDir
		}
		found, err := build.ImportDir(dir, 0)
		var empty *build.NoGoError
		if errors.As(err, &empty) {
			return nil
		}
		if err != nil {
			return err
		}
		r := room{name: filepath.ToSlash(dir), doc: found.Doc}
		if len(found.GoFiles) == 0 {
			r.doc = testDoc(t, dir, append(found.TestGoFiles, found.XTestGoFiles...))
		}
		for _, imported := range found.Imports {
			if imported == module {
				r.imports = append(r.imports, ".")
			} else if ours, is := strings.CutPrefix(imported, module+"/"); is {
				r.imports = append(r.imports, ours)
			}
		}
		rooms = append(rooms, r)
		return nil
	})
	require.NoError(t, err)
	return rooms
}

// testDoc is the package comment of a room that holds tests only.
func testDoc(t *testing.T, dir string, files []string) string {
	t.Helper()
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		if file.Doc != nil {
			return file.Doc.Text()
		}
	}
	return ""
}

func TestTheBinaryHoldsNoTestCode(t *testing.T) {
	t.Parallel()
	require.Empty(t, below(listed(t, "-deps", "."),
		"pgregory.net/rapid", "github.com/compose-spec/compose-go", "github.com/chromedp/chromedp",
		module+"/simulator", module+"/store/storetest", module+"/standalone"))

	// Temporal's SDK brings testify along, since its test suite is part of its
	// main package: what counts is that nothing of ours asks for it.
	for _, pair := range listed(t, "-deps", "-f", "{{range .Imports}}{{$.ImportPath}}>{{.}} {{end}}", ".") {
		importer, imported, _ := strings.Cut(pair, ">")
		if len(below([]string{importer}, module)) > 0 {
			require.Empty(t, below([]string{imported}, "github.com/stretchr/testify", "go.temporal.io/sdk/testsuite"), importer)
		}
	}
}

// Production images stay small, and builds of the root module quick.
func TestTheRootModuleDoesNotDependOnTemporalsServer(t *testing.T) {
	t.Parallel()
	dependencies := listed(t, "-deps", "-test", "./...")
	require.Contains(t, dependencies, "go.temporal.io/sdk/client")
	require.Empty(t, below(dependencies, "go.temporal.io/server"))
}

// below are the packages that belong to one of the roots.
func below(packages []string, roots ...string) []string {
	var found []string
	for _, name := range packages {
		for _, root := range roots {
			if name == root || strings.HasPrefix(name, root+"/") {
				found = append(found, name)
			}
		}
	}
	return found
}

// listed asks the go command, as for a root module that stands alone.
func listed(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Env = append(os.Environ(), "GOWORK=off")
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, stderr.String())
	return strings.Fields(string(out))
}
