package media

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// Options configure a Downloader. The zero value is the one for production.
type Options struct {
	// MaxBytes is the largest file. Default 10 MiB.
	MaxBytes int64
	// Timeout is for the whole download with its redirects. Default 20 s.
	Timeout time.Duration
	// IdleTimeout is the longest wait for the next bytes. Default 10 s.
	IdleTimeout time.Duration
	// MaxRedirects are followed, each checked like the link. Default 3; negative:
	// none.
	MaxRedirects int
	// AllowHTTP takes links that are not https. Only tests and simulators need it.
	AllowHTTP bool
	// AllowHosts are "host:port" of servers that may live inside the network, as
	// the link names them. Only tests and simulators need it.
	AllowHosts []string
	// Resolver looks names up. Default: the system's.
	Resolver *net.Resolver
	// RootCAs are whom to trust. Default: the system's.
	RootCAs *x509.CertPool
}

// File is a file that was downloaded.
type File struct {
	Data []byte
	// Type is what the content shows, for example "image/jpeg", without parameters.
	Type string
	// Name is from the answer or the link, made safe by CleanName.
	Name string
}

// Downloader fetches files. It is safe for concurrent use, keeps no connections and
// uses no proxy, since behind one it could not see what it connects to.
type Downloader struct {
	options Options
	client  *http.Client
}

// New makes a Downloader.
func New(o Options) *Downloader {
	o.MaxBytes = cmp.Or(o.MaxBytes, 10<<20)
	o.Timeout = cmp.Or(o.Timeout, 20*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 10*time.Second)
	o.MaxRedirects = cmp.Or(o.MaxRedirects, 3)
	d := &Downloader{options: o}
	d.client = &http.Client{
		CheckRedirect: d.checkRedirect,
		Transport: &http.Transport{
			DialContext:            d.dial,
			TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    o.IdleTimeout,
			ResponseHeaderTimeout:  o.IdleTimeout,
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true,
			DisableKeepAlives:      true,
		},
	}
	return d
}

func (d *Downloader) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: d.options.IdleTimeout, Resolver: d.options.Resolver}
	if !slices.Contains(d.options.AllowHosts, address) {
		dialer.Control = publicOnly
	}
	return dialer.DialContext(ctx, network, address)
}

// checkLink takes the sign-in out as well: net/http would make an Authorization
// header of it, which breaks signed links.
func (d *Downloader) checkLink(link *url.URL) error {
	switch {
	case link.Scheme != "https" && (link.Scheme != "http" || !d.options.AllowHTTP):
		return &Refused{Reason: NotHTTPS}
	case link.Hostname() == "":
		return &Refused{Reason: BadLink}
	}
	link.User = nil
	return nil
}

func (d *Downloader) checkRedirect(next *http.Request, before []*http.Request) error {
	if len(before) > d.options.MaxRedirects {
		return &Refused{Reason: BadLink}
	}
	// net/http would tell the next host the whole signed link.
	next.Header.Del("Referer")
	return d.checkLink(next.URL)
}

var (
	errTooSlow = errors.New("the download took too long")
	errIdle    = errors.New("no bytes came for too long")
)

// Fetch downloads the file behind a link. It sends no credential, no cookie and no
// referer. It fails with *Refused if the file will never be taken, and otherwise
// with an error for which Temporary is true. No error shows the link's query.
func (d *Downloader) Fetch(ctx context.Context, link string) (File, error) {
	parsed, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return File{}, &Refused{Reason: BadLink}
	}
	if err := d.checkLink(parsed); err != nil {
		return File{}, err
	}
	ctx, end := context.WithTimeoutCause(ctx, d.options.Timeout, errTooSlow)
	defer end()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, parsed.String(), nil)
	if err != nil {
		return File{}, &Refused{Reason: BadLink}
	}
	// A compressed answer could be small on the way and huge in memory.
	request.Header.Set("Accept-Encoding", "identity")
	request.Header.Set("User-Agent", "callscout")
	response, err := d.client.Do(request)
	if err != nil {
		return File{}, failure(ctx, err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written, and all that counts was read
	if err := checkStatus(response.StatusCode); err != nil {
		return File{}, err
	}
	data, err := d.read(ctx, cancel, response)
	if err != nil {
		return File{}, err
	}
	kind := sniff(data)
	if _, taken := extensions[kind]; !taken {
		return File{}, &Refused{Reason: WrongType, Type: kind}
	}
	return File{Data: data, Type: kind, Name: CleanName(nameOf(response), kind)}, nil
}

// failure takes the link off a cause: net/http puts it in front.
func failure(ctx context.Context, err error) error {
	if refused, ok := errors.AsType[*Refused](err); ok {
		return refused
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return &Unavailable{Err: cause}
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return &Unavailable{Err: err}
}

func checkStatus(status int) error {
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusNoContent || status == http.StatusResetContent:
		return &Refused{Reason: Empty, Status: status}
	case status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests:
		return &Unavailable{Status: status}
	case status >= 400 && status < 500:
		return &Refused{Reason: Expired, Status: status}
	case status >= 300 && status < 400:
		return &Refused{Reason: BadLink, Status: status}
	default:
		return &Unavailable{Status: status}
	}
}

// read grows with what came, whatever length was announced, and gives up at the
// first byte too many.
func (d *Downloader) read(ctx context.Context, cancel context.CancelCauseFunc, response *http.Response) ([]byte, error) {
	if response.ContentLength > d.options.MaxBytes {
		return nil, &Refused{Reason: TooLarge}
	}
	idle := d.options.IdleTimeout
	body := &watched{Reader: response.Body, idle: idle, timer: time.AfterFunc(idle, func() { cancel(errIdle) })}
	defer body.timer.Stop()
	var data bytes.Buffer
	n, err := data.ReadFrom(io.LimitReader(body, d.options.MaxBytes+1))
	switch {
	case n > d.options.MaxBytes:
		return nil, &Refused{Reason: TooLarge}
	case err != nil:
		return nil, failure(ctx, err)
	case n == 0:
		return nil, &Refused{Reason: Empty}
	}
	return data.Bytes(), nil
}

// nameOf is what the answer calls its file, or else how the link ends.
func nameOf(response *http.Response) string {
	if _, fields, err := mime.ParseMediaType(response.Header.Get("Content-Disposition")); err == nil && fields["filename"] != "" {
		return fields["filename"]
	}
	return path.Base(response.Request.URL.Path)
}
