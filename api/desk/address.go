package desk

import (
	"net"
	"net/url"
	"strings"
	"unicode"
)

// localPath keeps a redirect on this site. Browsers read a backslash as a slash
// and leave out control characters, such as the tab in "/\t/evil.example".
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.Contains(path, `\`) || strings.ContainsFunc(path, unicode.IsControl) {
		return "/"
	}
	return path
}

// loopback tells whether a host, with a port or without, is this machine itself.
func loopback(host string) bool {
	name := host
	if only, _, err := net.SplitHostPort(host); err == nil {
		name = only
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// originOf is an address as a browser names where a page comes from.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
