package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"callscout/engine"
	"callscout/secret"
)

func ring(t *testing.T, keys ...string) *secret.Ring {
	t.Helper()
	text := ""
	for _, key := range keys {
		text += "," + key
	}
	if text == "" {
		text = "," + secret.NewKey()
	}
	r, err := secret.ParseRing(text[1:])
	require.NoError(t, err)
	return r
}

// configFile writes a profile file for Temporal.
func configFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temporal.toml")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// environ is an environment whose profile file is empty unless it names one.
func environ(t *testing.T, variables map[string]string) func(string) (string, bool) {
	t.Helper()
	empty := configFile(t, "")
	return func(name string) (string, bool) {
		value, given := variables[name]
		if !given && name == "TEMPORAL_CONFIG_FILE" {
			return empty, true
		}
		return value, given
	}
}

func TestTheAddressComesFromTheFirstThatNamesOne(t *testing.T) {
	t.Parallel()
	running := t.TempDir()
	require.NoError(t, engine.WriteAddress(running, engine.Address{HostPort: "127.0.0.1:4001", Namespace: "folder", PID: os.Getpid()}))
	profile := "[profile.default]\naddress = \"file:7233\"\nnamespace = \"from-file\"\n"
	for name, test := range map[string]struct {
		cfg             engine.Config
		file            string
		variables       map[string]string
		host, namespace string
	}{
		"nothing is configured": {host: client.DefaultHostPort, namespace: "default"},
		"an embedded server runs on the folder": {
			cfg: engine.Config{DataDir: running}, host: "127.0.0.1:4001", namespace: "folder",
		},
		"no embedded server runs on the folder": {
			cfg: engine.Config{DataDir: t.TempDir()}, host: client.DefaultHostPort, namespace: "default",
		},
		"a profile wins over the folder": {
			cfg: engine.Config{DataDir: running}, file: profile, host: "file:7233", namespace: "from-file",
		},
		"a variable wins over the profile": {
			file: profile, variables: map[string]string{"TEMPORAL_ADDRESS": "variable:7233"}, host: "variable:7233", namespace: "from-file",
		},
		"an empty variable is no address": {
			cfg: engine.Config{DataDir: running}, variables: map[string]string{"TEMPORAL_ADDRESS": ""}, host: "127.0.0.1:4001", namespace: "folder",
		},
		"a variable names another namespace of the embedded server": {
			cfg: engine.Config{DataDir: running}, variables: map[string]string{"TEMPORAL_NAMESPACE": "other"}, host: "127.0.0.1:4001", namespace: "other",
		},
		"what the caller says wins over everything": {
			cfg: engine.Config{HostPort: "caller:1", Namespace: "mine"}, file: profile, variables: map[string]string{"TEMPORAL_ADDRESS": "variable:7233"},
			host: "caller:1", namespace: "mine",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := map[string]string{"TEMPORAL_CONFIG_FILE": configFile(t, test.file)}
			for key, value := range test.variables {
				variables[key] = value
			}
			cfg := test.cfg
			cfg.Keys, cfg.Lookup = ring(t), environ(t, variables)
			options, err := engine.Options(cfg)
			require.NoError(t, err)
			require.Equal(t, test.host, options.HostPort)
			require.Equal(t, test.namespace, options.Namespace)
			require.NotNil(t, options.DataConverter)
			require.NotNil(t, options.FailureConverter)
			if cfg.Namespace == "" {
				require.Equal(t, test.namespace, engine.Namespace(cfg.DataDir, cfg.Lookup))
			}
		})
	}
}

func TestAWrongConfigurationIsNamed(t *testing.T) {
	t.Parallel()
	const apiKey = "eyJhbGciOiJub25l"
	for name, test := range map[string]struct {
		file      string
		variables map[string]string
		says      string
	}{
		"a profile that is not there":     {variables: map[string]string{"TEMPORAL_PROFILE": "staging"}, says: "staging"},
		"a file that is not there":        {variables: map[string]string{"TEMPORAL_CONFIG_FILE": "/nowhere/temporal.toml"}, says: "TEMPORAL_CONFIG_FILE: stat /nowhere/temporal.toml"},
		"a file that is not TOML":         {file: "\n[profile.default]\napi_key = " + apiKey + "\n", says: "line 3"},
		"an address without a port":       {variables: map[string]string{"TEMPORAL_ADDRESS": "temporal.example.com"}, says: `"temporal.example.com"`},
		"an address that is a URL":        {variables: map[string]string{"TEMPORAL_ADDRESS": "https://temporal.example.com:7233"}, says: "must be host and port"},
		"TLS that is neither on nor off":  {variables: map[string]string{"TEMPORAL_TLS": "on"}, says: `TEMPORAL_TLS is "on"`},
		"a certificate that is not there": {variables: map[string]string{"TEMPORAL_ADDRESS": "a:1", "TEMPORAL_TLS_CLIENT_CERT_PATH": "/nowhere/c.pem", "TEMPORAL_TLS_CLIENT_KEY_PATH": "/nowhere/k.pem"}, says: "/nowhere/c.pem"},
		"an API key without an address":   {variables: map[string]string{"TEMPORAL_API_KEY": apiKey}, says: "TEMPORAL_ADDRESS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := map[string]string{"TEMPORAL_CONFIG_FILE": configFile(t, test.file)}
			for key, value := range test.variables {
				variables[key] = value
			}
			_, err := engine.Options(engine.Config{Keys: ring(t), Lookup: environ(t, variables)})
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), apiKey[:4])
		})
	}
}

func TestAClientIsNotMadeWithoutAKey(t *testing.T) {
	t.Parallel()
	_, err := engine.Lazy(engine.Config{Lookup: environ(t, nil)})
	require.ErrorContains(t, err, "must be sealed")
}

func TestTLSOfTheConfigurationReachesTheConnection(t *testing.T) {
	t.Parallel()
	options, err := engine.Options(engine.Config{Keys: ring(t), Lookup: environ(t, map[string]string{
		"TEMPORAL_ADDRESS": "cloud.example.com:7233", "TEMPORAL_TLS_SERVER_NAME": "inside.example.com", "TEMPORAL_API_KEY": "k",
	})})
	require.NoError(t, err)
	require.Equal(t, "inside.example.com", options.ConnectionOptions.TLS.ServerName)
	require.NotNil(t, options.Credentials)
}

// The process's own environment gives the names of headers, so this cannot run
// beside others.
func TestHeadersOfTheConfigurationReachTheConnection(t *testing.T) {
	t.Setenv("TEMPORAL_GRPC_META_X_TEAM", "from the process")
	options, err := engine.Options(engine.Config{Keys: ring(t), Lookup: environ(t, map[string]string{"TEMPORAL_GRPC_META_X_TEAM": "support"})})
	require.NoError(t, err)
	headers, err := options.HeadersProvider.GetHeaders(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"x-team": "support"}, headers)
}

func TestAnEmbeddedServerIsWantedOnlyWithoutAnAddress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variables  map[string]string
		configured bool
	}{
		"nothing":       {nil, false},
		"an address":    {map[string]string{"TEMPORAL_ADDRESS": "a:1"}, true},
		"a namespace":   {map[string]string{"TEMPORAL_NAMESPACE": "n"}, false},
		"a wrong value": {map[string]string{"TEMPORAL_PROFILE": "missing"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.configured, engine.Configured(environ(t, test.variables)))
		})
	}
}

func TestALazyClientDoesNotNeedTemporal(t *testing.T) {
	t.Parallel()
	c, err := engine.Lazy(engine.Config{Keys: ring(t), HostPort: "127.0.0.1:1", Lookup: environ(t, nil)})
	require.NoError(t, err)
	c.Close()
}

func TestDialSaysWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	_, err := engine.Dial(t.Context(), engine.Config{Keys: ring(t), HostPort: "127.0.0.1:1", Namespace: "n", Lookup: environ(t, nil)})
	require.ErrorContains(t, err, "cannot reach 127.0.0.1:1, namespace n")
}
