// Package deploy_test holds docker-compose.yml, the Dockerfile, the alerts and
// the dashboard to what the documentation promises of them. It needs no Docker:
// what only a running engine can show is not tested here.
package deploy_test

import (
	"maps"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	composecli "github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"

	"callscout/cli"
	"callscout/worker"
)

const composeFile = "../docker-compose.yml"

// secrets are what an operator must choose.
var secrets = []string{
	"POSTGRES_PASSWORD", "TEMPORAL_DB_PASSWORD", "CALLSCOUT_DB_PASSWORD", "CALLSCOUT_ENCRYPTION_KEY", "CALLSCOUT_ADMIN_TOKEN",
}

// oneShots end by themselves; what runs on has a health check.
var oneShots = []string{"temporal-schema", "temporal-namespace"}

func allSecrets() []string {
	var env []string
	for _, name := range secrets {
		env = append(env, name+"=chosen")
	}
	return env
}

func load(t *testing.T, env []string) (*types.Project, error) {
	t.Helper()
	options, err := composecli.NewProjectOptions([]string{composeFile}, composecli.WithEnv(env), composecli.WithProfiles([]string{"*"}))
	require.NoError(t, err)
	return options.LoadProject(t.Context())
}

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load(t, allSecrets())
	require.NoError(t, err)
	return p
}

// each runs a test for each service, those of all profiles included.
func each(t *testing.T, do func(t *testing.T, name string, service types.ServiceConfig)) {
	t.Helper()
	services := project(t).Services
	require.ElementsMatch(t, []string{
		"api", "grafana", "postgres", "prometheus", "temporal", "temporal-namespace", "temporal-schema", "temporal-ui", "worker",
	}, slices.Collect(maps.Keys(services)))
	for name, service := range services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			do(t, name, service)
		})
	}
}

func TestEverySecretMustBeChosen(t *testing.T) {
	t.Parallel()
	for _, name := range secrets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, slices.DeleteFunc(allSecrets(), func(pair string) bool { return strings.HasPrefix(pair, name+"=") }))
			require.ErrorContains(t, err, "set "+name+" in .env")
		})
	}
}

func TestNoPasswordStandsInTheFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(composeFile)
	require.NoError(t, err)
	written := regexp.MustCompile(`(?im)^\s*\S*(password|passwd|_pwd|token|secret|encryption_key)\S*:\s*[^\s$].*$`)
	require.Empty(t, written.FindAllString(string(text), -1))
}

func TestEveryImageIsPinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^[a-z0-9./-]+:v?[0-9]+\.[0-9]+\.?[0-9]*(-[a-z0-9.]+)?$`)
	each(t, func(t *testing.T, _ string, service types.ServiceConfig) {
		if service.Build != nil {
			require.Equal(t, "deploy/Dockerfile", service.Build.Dockerfile)
			require.Equal(t, "callscout:local", service.Image)
			return
		}
		require.Regexp(t, pinned, service.Image)
	})
}

func TestEveryContainerHasNoRightThatItDoesNotNeed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, service types.ServiceConfig) {
		require.Regexp(t, `^[1-9][0-9]*:[1-9][0-9]*$`, service.User, "a number, and not root")
		require.True(t, service.ReadOnly)
		require.Equal(t, []string{"ALL"}, service.CapDrop)
		require.Empty(t, service.CapAdd)
		require.Contains(t, service.SecurityOpt, "no-new-privileges:true")
		require.False(t, service.Privileged)
		require.Empty(t, service.Devices)
		require.Empty(t, service.NetworkMode)
		require.Empty(t, service.Pid)
		require.NotEmpty(t, service.Tmpfs, "a place for temporary files")
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				require.True(t, volume.ReadOnly, volume.Target)
				require.Contains(t, volume.Source, "/deploy/")
				_, err := os.Stat(volume.Source)
				require.NoError(t, err)
				continue
			}
			require.Equal(t, types.VolumeTypeVolume, volume.Type, volume.Target)
			require.NotEmpty(t, volume.Source, "a volume without a name is lost")
		}
	})
}

func TestOnlyThisMachineReachesAPort(t *testing.T) {
	t.Parallel()
	published := map[string][]string{}
	p := project(t)
	for name, service := range p.Services {
		for _, port := range service.Ports {
			address, err := netip.ParseAddr(port.HostIP)
			require.NoError(t, err, "%s publishes %s everywhere", name, port.Published)
			require.True(t, address.IsLoopback(), name)
			published[name] = append(published[name], port.Published)
		}
	}
	require.Equal(t, map[string][]string{
		"api": {"8080"}, "temporal-ui": {"8233"}, "prometheus": {"9090"}, "grafana": {"3000"},
	}, published)
	require.True(t, p.Networks["inside"].Internal)
	for _, name := range []string{"postgres", "temporal", "temporal-schema", "temporal-namespace"} {
		require.Equal(t, []string{"inside"}, slices.Collect(maps.Keys(p.Services[name].Networks)), name)
	}
}

func TestWhatRunsOnIsCheckedForMoreThanAnOpenPort(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, name string, service types.ServiceConfig) {
		if slices.Contains(oneShots, name) {
			require.Nil(t, service.HealthCheck)
			require.True(t, strings.HasPrefix(service.Restart, "on-failure:"), service.Restart)
			return
		}
		require.Equal(t, "unless-stopped", service.Restart)
		check := service.HealthCheck
		require.NotNil(t, check)
		require.False(t, check.Disable)
		require.Equal(t, "CMD", check.Test[0], "there may be no shell")
		require.NotContains(t, []string{"nc", "true", "echo"}, check.Test[1])
		require.NotNil(t, check.Interval)
		require.NotNil(t, check.Timeout)
		require.NotNil(t, check.Retries)
		require.NotNil(t, check.StartPeriod)
	})
}

func TestPartsStartInOrder(t *testing.T) {
	t.Parallel()
	const healthy, done = types.ServiceConditionHealthy, types.ServiceConditionCompletedSuccessfully
	want := map[string]map[string]string{
		"postgres":           {},
		"temporal-schema":    {"postgres": healthy},
		"temporal":           {"temporal-schema": done},
		"temporal-namespace": {"temporal": healthy},
		"temporal-ui":        {"temporal": healthy},
		"api":                {"postgres": healthy, "temporal-namespace": done},
		"worker":             {"postgres": healthy, "temporal-namespace": done},
		"prometheus":         {"api": healthy},
		"grafana":            {"prometheus": healthy},
	}
	each(t, func(t *testing.T, name string, service types.ServiceConfig) {
		got := map[string]string{}
		for on, dependency := range service.DependsOn {
			got[on] = dependency.Condition
		}
		require.Equal(t, want[name], got)
	})
}

func TestAWorkerMayFinishWhatItWrites(t *testing.T) {
	t.Parallel()
	grace := project(t).Services["worker"].StopGracePeriod
	require.NotNil(t, grace)
	// Five seconds more, for what is closed after the worker.
	require.GreaterOrEqual(t, time.Duration(*grace), worker.StopTimeout+5*time.Second)
}

func TestCallscoutKnowsEveryVariableItIsGiven(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"api", "worker"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := project(t).Services[name]
			env := cli.Environment{}
			for key, value := range service.Environment {
				require.NotNil(t, value, key)
				env[key] = *value
			}
			require.NotEmpty(t, env["TEMPORAL_ADDRESS"])
			var out, problems strings.Builder
			require.Zero(t, cli.Run(t.Context(), []string{"version"}, env, &out, &problems, cli.Extension{}), problems.String())
		})
	}
}
