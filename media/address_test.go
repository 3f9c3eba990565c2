package media

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyPublicAddressesAreOutside(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
		"169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1",
		"198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:0",
		"64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::100.64.0.1", "64:ff9b:1::8.8.8.8",
		"fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001::1", "100::1",
	} {
		require.True(t, inside(netip.MustParseAddr(address)), address)
		parsed := netip.MustParseAddr(address)
		var reason *Refused
		require.ErrorAs(t, publicOnly("tcp", netip.AddrPortFrom(parsed, 443).String(), nil), &reason, address)
		require.Equal(t, ForbiddenAddress, reason.Reason)
	}
	for _, address := range []string{
		"8.8.8.8", "1.1.1.1", "52.95.110.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "11.0.0.1", "223.255.255.255",
		"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2600:1f18::1", "2a00:1450:4001::1", "2001:4860:4860::8888",
	} {
		require.False(t, inside(netip.MustParseAddr(address)), address)
		require.NoError(t, publicOnly("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil), address)
	}
	require.True(t, inside(netip.Addr{}))
	require.Error(t, publicOnly("tcp", "files.example.com:443", nil), "a name was not resolved")
}
