package deploy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// instruction is one line of a Dockerfile, continued lines joined.
type instruction struct{ name, rest string }

// stages reads the Dockerfile as far as this test needs it: without here-documents
// and escapes, which it does not use.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	text, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	joined := strings.ReplaceAll(string(text), "\\\n", " ")
	var found [][]instruction
	for line := range strings.Lines(joined) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if strings.EqualFold(name, "FROM") {
			found = append(found, nil)
		}
		require.NotEmpty(t, found, "an instruction before FROM")
		last := &found[len(found)-1]
		*last = append(*last, instruction{strings.ToUpper(name), strings.TrimSpace(rest)})
	}
	return found
}

// all gives what follows one kind of instruction.
func all(stage []instruction, name string) []string {
	var found []string
	for _, i := range stage {
		if i.name == name {
			found = append(found, i.rest)
		}
	}
	return found
}

func TestTheImageHoldsTheProgramAndLittleElse(t *testing.T) {
	t.Parallel()
	found := stages(t)
	require.Len(t, found, 2)
	last := found[1]

	require.Regexp(t, `^gcr\.io/distroless/static-debian[0-9]+:nonroot$`, all(last, "FROM")[0])
	require.Empty(t, all(last, "RUN"), "there is no shell to run anything")
	require.Equal(t, []string{"65532:65532"}, all(last, "USER"), "a number: an orchestrator must see that it is not root")
	require.Equal(t, []string{`["/callscout"]`}, all(last, "ENTRYPOINT"), "the exec form passes signals on")
	require.Equal(t, []string{`["serve"]`}, all(last, "CMD"))
	for _, copied := range all(last, "COPY") {
		require.Contains(t, copied, "--from=build ")
	}
	require.Contains(t, all(last, "COPY"), "--from=build --chown=65532:65532 /out/data /data", "the data folder can be written")
	require.NotRegexp(t, `(?i)(password|token|secret|key)=`, strings.Join(all(last, "ENV"), " "))

	labels := strings.Join(all(last, "LABEL"), " ")
	for _, label := range []string{"title", "description", "licenses", "version"} {
		require.Contains(t, labels, "org.opencontainers.image."+label+"=")
	}
}

func TestTheImageIsBuiltFromTheRootModuleAlone(t *testing.T) {
	t.Parallel()
	build := stages(t)[0]
	module, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(module))
	require.NotNil(t, version)
	require.Contains(t, all(build, "FROM")[0], "golang:"+version[1]+"-")
	require.Equal(t, []string{"GOWORK=off CGO_ENABLED=0 GOCACHE=/go/build"}, all(build, "ENV"))
	require.Contains(t, strings.Join(all(build, "RUN"), "\n"), "go build -trimpath -ldflags=-s -o /out/callscout .")
}

func TestNoSecretGetsIntoTheBuild(t *testing.T) {
	t.Parallel()
	ignored, err := os.ReadFile("../.dockerignore")
	require.NoError(t, err)
	for _, name := range []string{".env", "data"} {
		require.Contains(t, strings.Split(string(ignored), "\n"), name)
	}
}
