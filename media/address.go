package media

import (
	"net/netip"
	"syscall"
)

// insideNetworks are those of IANA's special-purpose registries in which nothing
// public lives, and those through which an address of them can be reached.
var insideNetworks = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

var (
	// publicIPv6 is all that was ever given out of IPv6.
	publicIPv6 = netip.MustParsePrefix("2000::/3")
	// nat64 holds an IPv4 address in its last four bytes (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(all ...string) []netip.Prefix {
	list := make([]netip.Prefix, 0, len(all))
	for _, one := range all {
		list = append(list, netip.MustParsePrefix(one))
	}
	return list
}

// inside tells whether an address is anything but a public one.
func inside(address netip.Addr) bool {
	address = address.WithZone("").Unmap()
	if nat64.Contains(address) {
		raw := address.As16()
		address = netip.AddrFrom4([4]byte(raw[12:]))
	}
	if !address.IsValid() || address.Is6() && !publicIPv6.Contains(address) {
		return true
	}
	for _, network := range insideNetworks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// publicOnly is asked with the very address that is being dialled, after the name
// was resolved, so a name cannot be checked as one address and used as another.
func publicOnly(_, address string, _ syscall.RawConn) error {
	dialled, err := netip.ParseAddrPort(address)
	if err != nil || inside(dialled.Addr()) {
		return &Refused{Reason: ForbiddenAddress}
	}
	return nil
}
