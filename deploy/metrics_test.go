package deploy_test

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	gotypes "go/types"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

var metricName = regexp.MustCompile(`\b(callscout|temporal)_[a-z0-9_]+`)

// histogramParts are what one histogram is in Prometheus.
var histogramParts = []string{"_bucket", "_sum", "_count"}

func TestEveryMetricThatIsWatchedIsExported(t *testing.T) {
	t.Parallel()
	known := append(ownMetrics(t), temporalMetrics(t)...)
	watched := map[string][]string{"rules.yml": nil, "callscout.json": nil}
	for _, rule := range rules(t) {
		watched["rules.yml"] = append(watched["rules.yml"], rule.Expr)
	}
	watched["callscout.json"] = dashboardExpressions(t)
	for file, expressions := range watched {
		require.NotEmpty(t, expressions, file)
		for _, expression := range expressions {
			names := metricName.FindAllString(strings.ReplaceAll(expression, `"callscout"`, ""), -1)
			require.True(t, len(names) > 0 || strings.Contains(expression, `{job="callscout"}`), "%s: %s watches nothing of ours", file, expression)
			for _, name := range names {
				require.Contains(t, known, name, "%s: %s", file, expression)
			}
		}
	}
}

// What is exported is told in docs/operations.md, and looked at in the dashboard.
func TestEveryMetricOfOursIsDocumentedAndShown(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	shown := strings.Join(dashboardExpressions(t), "\n")
	// These say more as a number in an alert than as a picture.
	untold := []string{"callscout_helpscout_webhooks_total"}
	for _, name := range ownMetrics(t) {
		if strings.HasSuffix(name, "_bucket") || strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") {
			continue
		}
		require.Contains(t, string(text), "`"+name, "%s is not documented", name)
		if !slices.Contains(untold, name) {
			require.Contains(t, shown, name, "%s is not in the dashboard", name)
		}
	}
}

func TestEveryAlertWaitsAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	var sections []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(string(text), -1) {
		sections = append(sections, strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-"))
	}
	for _, rule := range rules(t) {
		t.Run(rule.Alert, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, rule.For)
			require.Contains(t, []string{"page", "ticket"}, rule.Labels["severity"])
			require.NotEmpty(t, rule.Annotations["summary"])
			section, found := strings.CutPrefix(rule.Annotations["runbook_url"], "docs/operations.md#")
			require.True(t, found, "the runbook is in docs/operations.md")
			require.Contains(t, sections, section)
			require.Equal(t, strings.ToLower(rule.Alert), section)
		})
	}
}

type rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	text, err := os.ReadFile("prometheus/rules.yml")
	require.NoError(t, err)
	var file struct{ Groups []struct{ Rules []rule } }
	require.NoError(t, yaml.Unmarshal(text, &file))
	var found []rule
	for _, group := range file.Groups {
		found = append(found, group.Rules...)
	}
	require.NotEmpty(t, found)
	return found
}

func dashboardExpressions(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("grafana/dashboards/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var dashboard struct {
			Panels []struct{ Targets []struct{ Expr string } }
		}
		require.NoError(t, json.Unmarshal(text, &dashboard))
		for _, panel := range dashboard.Panels {
			for _, target := range panel.Targets {
				found = append(found, target.Expr)
			}
		}
	}
	return found
}

// ownMetrics are the names that are registered in our sources, outside tests.
func ownMetrics(t *testing.T) []string {
	t.Helper()
	name := regexp.MustCompile(`(?:Name: |NewDesc\()"(callscout_[a-z0-9_]+)"`)
	var found []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range name.FindAllStringSubmatch(string(text), -1) {
			found = append(found, match[1])
			for _, part := range histogramParts {
				found = append(found, match[1]+part)
			}
		}
		return err
	})
	require.NoError(t, err)
	require.Contains(t, found, "callscout_webhooks_total")
	return found
}

// temporalMetrics are the SDK's names as the exporter writes them. The SDK keeps
// its names in an internal package, so they are read from its source.
func temporalMetrics(t *testing.T) []string {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "go.temporal.io/sdk").Output()
	require.NoError(t, err)
	files := token.NewFileSet()
	source := filepath.Join(strings.TrimSpace(string(folder)), "internal/common/metrics/constants.go")
	file, err := parser.ParseFile(files, source, nil, 0)
	require.NoError(t, err)
	checked, err := (&gotypes.Config{}).Check("metrics", files, []*ast.File{file}, nil)
	require.NoError(t, err)
	var found []string
	for _, name := range checked.Scope().Names() {
		value, isConstant := checked.Scope().Lookup(name).(*gotypes.Const)
		if !isConstant || !strings.HasPrefix(constant.StringVal(value.Val()), "temporal_") {
			continue
		}
		// A gauge keeps its name, a counter gets _total, a timer is a histogram.
		base := constant.StringVal(value.Val())
		found = append(found, base, base+"_total")
		for _, part := range histogramParts {
			found = append(found, base+"_seconds"+part)
		}
	}
	require.True(t, slices.Contains(found, "temporal_num_pollers"), source)
	return found
}
