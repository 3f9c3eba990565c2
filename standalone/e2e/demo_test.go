package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowStore is what Temporal says where its store takes long, on a busy machine, before
// it tries again. It is no complaint of ours.
var slowStore = regexp.MustCompile(`(?m)^time=\S+ level=(?:ERROR|WARN) msg=.*(?:context canceled|context deadline exceeded|exceeded threshold|shard closed).*\n`)

// The README's first command: everything starts, three calls are placed and
// logged, it says where to look, and it leaves nothing behind.
func TestTheDemoLogsItsCallsAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	said, complaints := &output{}, &output{}
	demo := exec.Command(self, "demo", "--speed", "20")
	demo.Env = append(cleanEnvironment(), runAs+"=1")
	demo.Stdout, demo.Stderr = said, complaints
	require.NoError(t, demo.Start())
	ended := make(chan error, 1)
	go func() { ended <- demo.Wait() }()
	t.Cleanup(func() { _ = demo.Process.Kill() }) // it has ended where the test went well

	within := time.After(90 * time.Second)
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for strings.Count(said.String(), "is logged after") < 3 {
		select {
		case err := <-ended:
			require.FailNow(t, "the demo ended by itself", "%v\n%s\n%s", err, said, complaints)
		case <-within:
			require.FailNow(t, "not all calls are logged after 90 s", "%s\n%s", said, complaints)
		case <-every.C:
		}
	}
	addresses := regexp.MustCompile(`(?m)^  \S.*?(http://127\.0\.0\.1:\d+)`).FindAllStringSubmatch(said.String(), -1)
	require.Len(t, addresses, 4, said.String())
	for _, address := range addresses {
		response, err := http.Get(address[1])
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Less(t, response.StatusCode, http.StatusInternalServerError, address[0])
	}
	require.NoError(t, demo.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(time.Minute):
		require.FailNow(t, "the demo does not stop")
	}
	require.Empty(t, slowStore.ReplaceAllString(complaints.String(), ""))
	folder := regexp.MustCompile(`CALLSCOUT_DATA=(\S+)`).FindStringSubmatch(said.String())
	require.Len(t, folder, 2, said.String())
	require.NoDirExists(t, folder[1])
}
