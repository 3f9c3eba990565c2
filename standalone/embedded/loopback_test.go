package embedded_test

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/standalone/embedded/embeddedtest"
)

func TestEverythingListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	server := embeddedtest.Start(t)
	for name, service := range server.ServerConfig().Services {
		require.Equal(t, "127.0.0.1", service.RPC.BindOnIP, name)
		require.False(t, service.RPC.BindOnLocalHost, name) // it would win over the address
		require.Zero(t, service.RPC.MembershipPort, name)
		require.Zero(t, service.RPC.HTTPPort, name)
	}
	require.Equal(t, "127.0.0.1", server.ServerConfig().Global.Membership.BroadcastAddress)

	outside := outsideAddresses(t)
	for _, port := range server.Ports() {
		require.NoError(t, knock("127.0.0.1", port))
		for _, address := range outside {
			require.Error(t, knock(address, port), "%s:%d answers", address, port)
		}
	}
}

// outsideAddresses are how other machines reach this one.
func outsideAddresses(t *testing.T) []string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	var outside []string
	for _, address := range addresses {
		network, ok := address.(*net.IPNet)
		// One of a single link cannot be asked without naming the link.
		if ok && !network.IP.IsLoopback() && !network.IP.IsLinkLocalUnicast() {
			outside = append(outside, network.IP.String())
		}
	}
	if len(outside) == 0 {
		t.Log("this machine has no address but loopback: only the configuration was checked")
	}
	return outside
}

func knock(host string, port int) error {
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(host, strconv.Itoa(port)), 2*time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

func TestNoOtherPortIsOpened(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("what a process listens on is read from /proc: Linux only")
	}
	other, address := serving(t)
	found := listeners(t, other.command.Process.Pid)
	require.Len(t, found, 5, "Temporal's four services and its Web UI: %v", found)
	for _, listener := range found {
		require.True(t, strings.HasPrefix(listener, "127.0.0.1:"), listener)
	}
	require.Contains(t, found, address.HostPort)
	require.Contains(t, found, strings.TrimPrefix(address.UIURL, "http://"))
}

// listeners are the TCP addresses that a process listens on, as the kernel has
// them.
func listeners(t *testing.T, pid int) []string {
	t.Helper()
	process := filepath.Join("/proc", strconv.Itoa(pid))
	files, err := filepath.Glob(filepath.Join(process, "fd", "*"))
	require.NoError(t, err)
	var sockets []string
	for _, file := range files {
		if to, err := os.Readlink(file); err == nil && strings.HasPrefix(to, "socket:[") {
			sockets = append(sockets, strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]"))
		}
	}
	var found []string
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(filepath.Join(process, "net", table))
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			// The local address, the state (0A listens) and the socket.
			fields := strings.Fields(line)
			if len(fields) > 9 && fields[3] == "0A" && slices.Contains(sockets, fields[9]) {
				found = append(found, readable(t, fields[1]))
			}
		}
	}
	return found
}

// readable turns 0100007F:1C41 into 127.0.0.1:7233. What is not of IPv4 stays as
// it is.
func readable(t *testing.T, address string) string {
	t.Helper()
	host, port, _ := strings.Cut(address, ":")
	ip, err := hex.DecodeString(host)
	require.NoError(t, err)
	if len(ip) != net.IPv4len {
		return address
	}
	slices.Reverse(ip) // in the order of the machine
	number, err := strconv.ParseUint(port, 16, 16)
	require.NoError(t, err)
	return fmt.Sprintf("%s:%d", net.IP(ip), number)
}
