package media_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/x509"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"callscout/media"
)

// downloader trusts the servers, and lets them live on this machine over http.
func downloader(servers []*httptest.Server, change ...func(*media.Options)) *media.Downloader {
	options := media.Options{AllowHTTP: true, RootCAs: x509.NewCertPool(), Timeout: 10 * time.Second}
	for _, server := range servers {
		options.AllowHosts = append(options.AllowHosts, server.Listener.Addr().String())
		if server.Certificate() != nil {
			options.RootCAs.AddCert(server.Certificate())
		}
	}
	for _, apply := range change {
		apply(&options)
	}
	return media.New(options)
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func serveTLS(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return server
}

func answering(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }
}

// refused is why the file was not taken.
func refused(t *testing.T, err error) media.Reason {
	t.Helper()
	var reason *media.Refused
	require.ErrorAs(t, err, &reason)
	require.False(t, media.Temporary(err))
	return reason.Reason
}

// names is a resolver that answers every name with the given addresses.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply, ok := dnsReply(buffer[:n], addresses); ok {
				_, _ = socket.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func dnsReply(question []byte, addresses []string) ([]byte, bool) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil, false
	}
	m.Response, m.Authoritative, m.RecursionAvailable, m.Additionals = true, true, true, nil
	for _, address := range addresses {
		ip := netip.MustParseAddr(address)
		header := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: m.Questions[0].Type, Class: dnsmessage.ClassINET}
		switch {
		case ip.Is4() && header.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case ip.Is6() && header.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	packed, err := m.Pack()
	return packed, err == nil
}

func picture(t *testing.T, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, encode(&out, image.NewGray(image.Rect(0, 0, 8, 8))))
	return out.Bytes()
}

func aJPEG(t *testing.T) []byte {
	t.Helper()
	return picture(t, func(out *bytes.Buffer, i image.Image) error { return jpeg.Encode(out, i, nil) })
}

func aPNG(t *testing.T) []byte {
	t.Helper()
	return picture(t, func(out *bytes.Buffer, i image.Image) error { return png.Encode(out, i) })
}

func aGIF(t *testing.T) []byte {
	t.Helper()
	return picture(t, func(out *bytes.Buffer, i image.Image) error { return gif.Encode(out, i, nil) })
}

// zipped makes an archive of "name" or "name=content" entries, in that order.
func zipped(t *testing.T, entries ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, entry := range entries {
		name, content, _ := strings.Cut(entry, "=")
		method := zip.Deflate
		if name == "mimetype" {
			method = zip.Store
		}
		file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		require.NoError(t, err)
		_, err = file.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return out.Bytes()
}

// boxes begins a file of the MP4 family.
func boxes(brand string) []byte {
	return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00" + brand + "mp42\x00\x00\x00\x08free")
}
