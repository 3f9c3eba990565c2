package deploy_test

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// Prometheus itself plays what the alerts are to take for wrong, and what not.
func TestAlertsFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "promtool is missing; on Debian: apt-get install prometheus")
		t.Skip("promtool is missing, so alerts are not played; on Debian: apt-get install prometheus")
	}
	for _, arguments := range [][]string{
		{"check", "config", "--syntax-only", "prometheus.yml"}, {"check", "rules", "rules.yml"}, {"test", "rules", "rules_test.yml"},
	} {
		command := exec.CommandContext(t.Context(), promtool, arguments...)
		command.Dir = "prometheus"
		out, err := command.CombinedOutput()
		require.NoError(t, err, "promtool %v: %s", arguments, out)
	}
}

// An alert that nobody has seen fire, or that fires while all is well, is none.
func TestEveryAlertIsPlayed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("prometheus/rules_test.yml")
	require.NoError(t, err)
	var file struct {
		Tests []struct {
			Name  string
			Cases []struct {
				Alert    string           `yaml:"alertname"`
				Expected []map[string]any `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	var fires, quiet []string
	for _, test := range file.Tests {
		for _, one := range test.Cases {
			switch {
			case len(one.Expected) > 0:
				fires = append(fires, one.Alert)
			case test.Name == "all is well":
				quiet = append(quiet, one.Alert)
			}
		}
	}
	for _, rule := range rules(t) {
		require.Contains(t, fires, rule.Alert, "no case in which it fires")
		require.Contains(t, quiet, rule.Alert, "it is not played while all is well")
	}
	for _, name := range append(fires, quiet...) {
		require.True(t, slices.ContainsFunc(rules(t), func(r rule) bool { return r.Alert == name }), "there is no alert %s", name)
	}
}
