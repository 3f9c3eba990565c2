package media_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/media"
)

const signature = "X-Amz-Signature=hush"

func TestAFileIsFetchedWithoutAnythingOfOurs(t *testing.T) {
	t.Parallel()
	seen := make(chan *http.Request, 1)
	server := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		w.Header().Set("Set-Cookie", "a=b")
		answering(aJPEG(t))(w, r)
	})
	d := downloader([]*httptest.Server{server})
	link := strings.Replace(server.URL, "https://", "https://user:secret@", 1)
	for range 2 {
		file, err := d.Fetch(t.Context(), link+"/files/Holiday%20photo.JPEG?"+signature)
		require.NoError(t, err)
		require.Equal(t, media.File{Data: aJPEG(t), Type: "image/jpeg", Name: "Holiday photo.jpeg"}, file)
		r := <-seen
		require.Equal(t, signature, r.URL.RawQuery)
		require.Equal(t, "identity", r.Header.Get("Accept-Encoding"))
		for _, header := range []string{"Authorization", "Cookie", "Referer"} {
			require.NotContains(t, r.Header, header)
		}
	}
}

func TestTheNameIsTheAnswersOrElseTheLinks(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                                       "a b.jpg",
		`attachment; filename="../../etc/x.exe"`: "x.jpg",
		`attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.jpg`: "Grüße.jpg",
		"attachment":   "a b.jpg",
		`;;; broken="`: "a b.jpg",
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", header)
			_, _ = w.Write(aJPEG(t))
		})
		file, err := downloader([]*httptest.Server{server}).Fetch(t.Context(), server.URL+"/x/a%20b")
		require.NoError(t, err)
		require.Equal(t, want, file.Name, header)
	}
}

func TestAnEndlessStreamIsCutOff(t *testing.T) {
	t.Parallel()
	const huge, limit, most = 2 << 30, 1 << 20, 64 << 20
	var wrote atomic.Int64
	done := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(done)
		chunk := make([]byte, 64<<10)
		copy(chunk, aJPEG(t))
		for wrote.Load() < huge {
			n, err := w.Write(chunk)
			if wrote.Add(int64(n)); err != nil {
				return
			}
		}
	})
	_, err := downloader([]*httptest.Server{server}, func(o *media.Options) { o.MaxBytes = limit }).Fetch(t.Context(), server.URL)
	require.Equal(t, media.TooLarge, refused(t, err))
	<-done
	require.Less(t, wrote.Load(), int64(most), "the rest was never sent")
}

func TestTheLimitIsExact(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Repeat("text ", 200))
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for part := range len(body) / 100 {
			_, _ = w.Write(body[part*100 : part*100+100])
			_ = http.NewResponseController(w).Flush()
		}
	})
	of := func(limit int64) error {
		_, err := downloader([]*httptest.Server{server}, func(o *media.Options) { o.MaxBytes = limit }).Fetch(t.Context(), server.URL)
		return err
	}
	require.NoError(t, of(1000))
	require.Equal(t, media.TooLarge, refused(t, of(999)))
}

// raw answers with bytes that net/http would not send.
func raw(t *testing.T, answer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			buffer := make([]byte, 4096)
			_, _ = connection.Read(buffer)
			_, _ = connection.Write([]byte(answer))
			_ = connection.Close()
		}
	}()
	return listener.Addr().String()
}

func TestALyingContentLengthIsNotTrusted(t *testing.T) {
	t.Parallel()
	fetch := func(answer string) (media.File, error) {
		address := raw(t, answer)
		d := downloader(nil, func(o *media.Options) { o.AllowHosts, o.MaxBytes = []string{address}, 1<<20 })
		return d.Fetch(t.Context(), "http://"+address+"/a")
	}
	_, err := fetch("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nHello")
	require.Equal(t, media.TooLarge, refused(t, err))
	_, err = fetch("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHello")
	require.True(t, media.Temporary(err), "the rest may come another time: %v", err)
	_, err = fetch("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nHello")
	require.True(t, media.Temporary(err), "%v", err)
	file, err := fetch("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello and more")
	require.NoError(t, err)
	require.Equal(t, "Hello", string(file.Data))
	_, err = fetch("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\nHello")
	require.True(t, media.Temporary(err), "%v", err)
	_, err = fetch("SSH-2.0-OpenSSH\r\n")
	require.True(t, media.Temporary(err), "%v", err)
}

func TestASlowDripAndSilenceEnd(t *testing.T) {
	t.Parallel()
	drip := func(pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for {
				_, _ = w.Write([]byte("x"))
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(pause):
				case <-r.Context().Done():
					return
				}
			}
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		change  func(*media.Options)
		want    string
	}{
		"a drip":              {drip(5 * time.Millisecond), func(o *media.Options) { o.Timeout = 300 * time.Millisecond }, "too long"},
		"silence after bytes": {drip(time.Hour), func(o *media.Options) { o.IdleTimeout = 100 * time.Millisecond }, "no bytes"},
		"silence from the start": {
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			func(o *media.Options) { o.IdleTimeout = 100 * time.Millisecond }, "timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, test.handler)
			begin := time.Now()
			_, err := downloader([]*httptest.Server{server}, test.change).Fetch(t.Context(), server.URL+"/?"+signature)
			require.True(t, media.Temporary(err))
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "hush")
			require.Less(t, time.Since(begin), 8*time.Second)
		})
	}
}

func TestACancelledFetchMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := downloader([]*httptest.Server{server}).Fetch(ctx, server.URL)
	require.True(t, media.Temporary(err))
	require.ErrorIs(t, err, context.Canceled)
}

func TestOnlyHTTPS(t *testing.T) {
	t.Parallel()
	server := serve(t, answering(aJPEG(t)))
	strict := func(o *media.Options) { o.AllowHTTP = false }
	d := downloader([]*httptest.Server{server}, strict)
	_, err := d.Fetch(t.Context(), server.URL)
	require.Equal(t, media.NotHTTPS, refused(t, err))
	for link, want := range map[string]media.Reason{
		"file:///etc/passwd": media.NotHTTPS, "ftp://example.com/a": media.NotHTTPS, "gopher://example.com": media.NotHTTPS,
		"data:image/png;base64,AA": media.NotHTTPS, "//example.com/a": media.NotHTTPS, "": media.NotHTTPS,
		"https://": media.BadLink, "https:///a": media.BadLink, "https://:443/a": media.BadLink,
		"https://a b/?" + signature: media.BadLink, "https://example.com/%zz?" + signature: media.BadLink, "https://example.com/\x00": media.BadLink,
	} {
		_, err := d.Fetch(t.Context(), link)
		require.Equal(t, want, refused(t, err), "%q", link)
		require.NotContains(t, err.Error(), "hush")
	}

	down := serveTLS(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, server.URL, http.StatusFound) })
	_, err = downloader([]*httptest.Server{server, down}, strict).Fetch(t.Context(), down.URL)
	require.Equal(t, media.NotHTTPS, refused(t, err), "nor after a redirect")
}

func TestRedirectsAreFollowedAFewTimesAndTellNothing(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		left, _ := strconv.Atoi(r.URL.Query().Get("left"))
		if r.Header.Get("Referer") != "" || r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			http.Error(w, "told", http.StatusTeapot)
			return
		}
		if left == 0 {
			_, _ = w.Write(aJPEG(t))
			return
		}
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Location", fmt.Sprintf("http://user:secret@%s/?left=%d&%s", r.Host, left-1, signature))
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	d := downloader([]*httptest.Server{server})
	_, err := d.Fetch(t.Context(), server.URL+"/?left=3")
	require.NoError(t, err)
	asked.Store(0)
	_, err = d.Fetch(t.Context(), server.URL+"/?left=1000000")
	require.Equal(t, media.BadLink, refused(t, err))
	require.Equal(t, int64(4), asked.Load())
	require.NotContains(t, err.Error(), "hush")

	none := downloader([]*httptest.Server{server}, func(o *media.Options) { o.MaxRedirects = -1 })
	_, err = none.Fetch(t.Context(), server.URL+"/?left=1")
	require.Equal(t, media.BadLink, refused(t, err))
}

func TestARedirectInsideTheNetworkIsRefused(t *testing.T) {
	t.Parallel()
	var touched atomic.Bool
	inner := serve(t, func(w http.ResponseWriter, r *http.Request) {
		touched.Store(true)
		answering(aJPEG(t))(w, r)
	})
	innerURL, err := url.Parse(inner.URL)
	require.NoError(t, err)
	for _, to := range []string{
		inner.URL, "http://localhost:" + innerURL.Port(), "http://[::ffff:127.0.0.1]:" + innerURL.Port(),
		"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/", "http://0.0.0.0:" + innerURL.Port(),
	} {
		outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		_, err := downloader([]*httptest.Server{outer}).Fetch(t.Context(), outer.URL)
		require.Equal(t, media.ForbiddenAddress, refused(t, err), to)
	}
	require.False(t, touched.Load())
}

func TestANameThatLeadsInsideTheNetworkIsRefused(t *testing.T) {
	t.Parallel()
	var touched atomic.Bool
	server := serve(t, func(http.ResponseWriter, *http.Request) { touched.Store(true) })
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	for _, address := range []string{"127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"} {
		d := downloader(nil, func(o *media.Options) { o.Resolver = names(t, address) })
		_, err := d.Fetch(t.Context(), "http://files.example.com:"+port+"/a.jpg?"+signature)
		require.Equal(t, media.ForbiddenAddress, refused(t, err), address)
		require.NotContains(t, err.Error(), "hush")
	}
	require.False(t, touched.Load())

	d := downloader(nil, func(o *media.Options) {
		o.Resolver, o.AllowHosts = names(t, "127.0.0.1"), []string{"files.example.com:" + port}
	})
	_, err = d.Fetch(t.Context(), "http://files.example.com:"+port+"/a.jpg")
	require.Equal(t, media.Empty, refused(t, err), "unless the host is named")
	require.True(t, touched.Load())
}

func TestTheStatusTellsWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.WriteHeader(status)
	})
	d := downloader([]*httptest.Server{server})
	for status, want := range map[int]media.Reason{
		400: media.Expired, 401: media.Expired, 403: media.Expired, 404: media.Expired, 410: media.Expired, 451: media.Expired,
		204: media.Empty, 200: media.Empty, 304: media.BadLink, 302: media.BadLink,
		408: "", 425: "", 429: "", 500: "", 502: "", 503: "", 504: "", 206: "",
	} {
		_, err := d.Fetch(t.Context(), fmt.Sprintf("%s/%d?%s", server.URL, status, signature))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hush", status)
		if want == "" {
			require.True(t, media.Temporary(err), "%d: %v", status, err)
			continue
		}
		require.Equal(t, want, refused(t, err), status)
	}
	require.False(t, media.Temporary(nil))
}

func TestNoConnectionMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	d := downloader([]*httptest.Server{server})
	server.Close()
	_, err := d.Fetch(t.Context(), server.URL+"/a?"+signature)
	require.True(t, media.Temporary(err))
	require.NotContains(t, err.Error(), "hush")

	secure := serveTLS(t, answering(aJPEG(t)))
	distrusting := media.New(media.Options{AllowHosts: []string{secure.Listener.Addr().String()}})
	_, err = distrusting.Fetch(t.Context(), secure.URL+"/a?"+signature)
	require.True(t, media.Temporary(err))
	require.NotContains(t, err.Error(), "hush")
}

func TestACompressedBombIsNotUnpacked(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "image/jpeg")
		packed := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 4 {
			_, _ = packed.Write(zeros)
		}
		_ = packed.Close()
	})
	_, err := downloader([]*httptest.Server{server}, func(o *media.Options) { o.MaxBytes = 1 << 20 }).Fetch(t.Context(), server.URL)
	require.Equal(t, media.WrongType, refused(t, err), "what came is small, what is in it would not be")
	require.ErrorContains(t, err, "application/gzip")
}

func TestADownloaderIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	server := serve(t, answering(aJPEG(t)))
	d := downloader([]*httptest.Server{server})
	failures := make(chan error, 20)
	for range cap(failures) {
		go func() {
			_, err := d.Fetch(context.WithoutCancel(t.Context()), server.URL)
			failures <- err
		}()
	}
	for range cap(failures) {
		require.NoError(t, <-failures)
	}
}
