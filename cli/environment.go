package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Environment is the variables a process was started with.
type Environment map[string]string

// OSEnvironment reads the process's own.
func OSEnvironment() Environment {
	env := Environment{}
	for _, pair := range os.Environ() {
		if name, value, found := strings.Cut(pair, "="); found {
			env[name] = value
		}
	}
	return env
}

// Lookup gives a variable.
func (e Environment) Lookup(name string) (string, bool) {
	value, found := e[name]
	return value, found
}

// prefix marks the variables that are ours alone: one that is not known is a
// misspelt one.
const prefix = "CALLSCOUT_"

var ownVariables = []string{
	"CALLSCOUT_LISTEN", "CALLSCOUT_PUBLIC_URL", "CALLSCOUT_DATA", "CALLSCOUT_DATABASE_URL", "CALLSCOUT_ENCRYPTION_KEY",
	"CALLSCOUT_ADMIN_TOKEN", "CALLSCOUT_TEMPORAL_UI_URL", "CALLSCOUT_LOG_LEVEL", "CALLSCOUT_LOG_FORMAT",
	"CALLSCOUT_OIDC_ISSUER", "CALLSCOUT_OIDC_CLIENT_ID", "CALLSCOUT_OIDC_CLIENT_SECRET", "CALLSCOUT_OIDC_GROUPS_CLAIM",
	"CALLSCOUT_OIDC_ADMINS", "CALLSCOUT_OIDC_SUPPORT", "CALLSCOUT_OIDC_VIEWERS", "CALLSCOUT_TOKEN_SIGNIN",
}

// secretVariables may also be given as the name of a file, NAME_FILE.
var secretVariables = []string{"CALLSCOUT_ENCRYPTION_KEY", "CALLSCOUT_ADMIN_TOKEN", "CALLSCOUT_DATABASE_URL",
	"AIRCALL_CLIENT_SECRET", "HELPSCOUT_CLIENT_SECRET", "CALLSCOUT_OIDC_CLIENT_SECRET"}

// check names every variable that is ours and misspelt, and puts the content of
// files in place.
func (e Environment) check() []string {
	var problems []string
	for _, name := range secretVariables {
		path := e[name+"_FILE"]
		delete(e, name+"_FILE")
		if path == "" {
			continue
		}
		if e[name] != "" {
			problems = append(problems, fmt.Sprintf("%s and %s_FILE are both set; keep one of them", name, name))
			continue
		}
		text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s_FILE: %v", name, err))
			continue
		}
		// An empty value would count as unset, and another be generated.
		if e[name] = strings.TrimSpace(string(text)); e[name] == "" {
			problems = append(problems, fmt.Sprintf("%s_FILE: %s is empty", name, path))
		}
	}
	var unknown []string
	for name := range e {
		// CALLSCOUT_TEST_ variables belong to the tests.
		if strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, prefix+"TEST_") && !slices.Contains(ownVariables, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		problems = append(problems, fmt.Sprintf("%s is not a setting of Callscout; did you mean %s?", name, nearest(name, ownVariables)))
	}
	return problems
}

// resolver gives kong the values from this environment, so that a process and a
// test read them the same way.
func (e Environment) resolver() kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Tag.GetAll("variable") {
			if value, given := e[name]; given && value != "" {
				return value, nil
			}
		}
		return nil, nil
	})
}

func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int { return distance(name, a) - distance(name, b) })
}

// distance is how many letters differ (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
