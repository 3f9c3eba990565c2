package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/media"
	"callscout/simulator"
)

// linked sends a message with a file and returns the link to it, and somebody who
// may fetch it.
func (o *office) linked(file simulator.TextFile) (link string, d *media.Downloader) {
	o.t.Helper()
	o.SetMediaURL(o.url)
	o.text(simulator.TextMessage{Files: []simulator.TextFile{file}})
	all := o.hub.all()
	m, err := all[len(all)-1].Message()
	require.NoError(o.t, err)
	require.Len(o.t, m.Media, 1)
	patience := 10 * time.Second
	if file.Trouble == simulator.MediaSlow {
		patience = 300 * time.Millisecond
	}
	return m.Media[0].URL, media.New(media.Options{
		AllowHTTP: true, AllowHosts: []string{strings.TrimPrefix(o.url, "http://")},
		Timeout: patience, MaxBytes: 1 << 20,
	})
}

func TestAFileOfAMessageIsBehindASignedLinkThatExpires(t *testing.T) {
	t.Parallel()
	clock := newClock()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.Clock = clock.Now })
	link, d := o.linked(simulator.TextFile{})
	file, err := d.Fetch(t.Context(), link)
	require.NoError(t, err)
	require.Equal(t, "image/png", file.Type)
	require.Equal(t, "picture.png", file.Name)

	path := strings.TrimPrefix(link, o.url)
	refused := o.want(http.StatusBadRequest, "GET", path, "")
	require.Contains(t, refused.raw, "InvalidArgument", "two ways of signing in")
	o.authorization = ""
	o.want(200, "GET", path, "")
	o.want(403, "HEAD", path, "")
	o.want(403, "POST", path, "")
	o.want(403, "GET", strings.Replace(path, "Signature=", "Signature=0", 1), "")
	o.want(403, "GET", strings.Replace(path, "Expires=600", "Expires=6000", 1), "")
	plain, _, _ := strings.Cut(path, "?")
	o.want(403, "GET", plain, "")
	clock.Advance(10 * time.Minute)
	o.want(200, "GET", path, "")
	clock.Advance(time.Second)
	require.Contains(t, o.want(403, "GET", path, "").raw, "AccessDenied")
	statuses := []int{}
	for _, request := range o.MediaRequests() {
		require.Equal(t, plain, request.Path)
		statuses = append(statuses, request.Status)
	}
	require.Equal(t, []int{200, 400, 200, 403, 403, 403, 403, 403, 200, 403}, statuses)
	require.Empty(t, o.Requests(), "they are none of the API")
}

func TestTheStorageOfFilesMakesTrouble(t *testing.T) {
	t.Parallel()
	inner := []byte("<!doctype html><script>alert(1)</script>")
	for name, test := range map[string]struct {
		file simulator.TextFile
		want media.Reason
	}{
		"expired":  {simulator.TextFile{Trouble: simulator.MediaExpired}, media.Expired},
		"endless":  {simulator.TextFile{Trouble: simulator.MediaEndless}, media.TooLarge},
		"slow":     {simulator.TextFile{Trouble: simulator.MediaSlow}, ""},
		"cut":      {simulator.TextFile{Trouble: simulator.MediaCut}, ""},
		"inside":   {simulator.TextFile{Trouble: simulator.MediaRedirect, RedirectTo: "http://169.254.169.254/"}, media.ForbiddenAddress},
		"a page":   {simulator.TextFile{Name: "a.jpg", Type: "image/jpeg", Data: inner}, media.WrongType},
		"no bytes": {simulator.TextFile{Blank: true}, media.Empty},
	} {
		o := newOffice(t)
		link, d := o.linked(test.file)
		_, err := d.Fetch(t.Context(), link)
		if test.want == "" {
			require.True(t, media.Temporary(err), name)
			continue
		}
		var refused *media.Refused
		require.ErrorAs(t, err, &refused, name)
		require.Equal(t, test.want, refused.Reason, name)
	}
}

func TestFaultsHitTheStorageOnlyByItsPath(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	link, d := o.linked(simulator.TextFile{})
	require.NoError(t, o.Fault(simulator.Fault{Status: 500}))
	_, err := d.Fetch(t.Context(), link)
	require.NoError(t, err, "this one is for the API")
	o.ClearFaults()
	require.NoError(t, o.Fault(simulator.Fault{PathPattern: "/media/*/*", Status: 503, Times: 1}))
	require.NoError(t, o.Fault(simulator.Fault{PathPattern: "/media/*/*", Status: 502, Times: 1, Body: "down", Header: map[string]string{"X-A": "b"}}))
	require.NoError(t, o.Fault(simulator.Fault{PathPattern: "/media/*/*", Drop: simulator.DropBefore, Times: 1}))
	for range 3 {
		_, err := d.Fetch(t.Context(), link)
		require.True(t, media.Temporary(err), "%v", err)
	}
	_, err = d.Fetch(t.Context(), link)
	require.NoError(t, err)
	o.want(200, "GET", "/v1/ping", "")
	require.Equal(t, "/media/*/*", o.MediaRequests()[1].Fault)
}

func TestLinksLeadToTheAddressAtWhichSomebodyIsSeen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	host := func() string {
		o.text(simulator.TextMessage{Files: []simulator.TextFile{{Name: "../a b.png"}}})
		all := o.hub.all()
		m, err := all[len(all)-1].Message()
		require.NoError(t, err)
		link, err := url.Parse(m.Media[0].URL)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(link.Path, "/a b.png"), link.Path)
		return link.Scheme + "://" + link.Host
	}
	require.Equal(t, "https://media.example.com", host())
	o.page(200, "/")
	require.Equal(t, o.url, host())
	o.SetMediaURL("https://files.example.com/")
	require.Equal(t, "https://files.example.com", host())
}
