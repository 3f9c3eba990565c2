package api_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

const evil = "evil.example"

// tricks are addresses that lead, or have led, to another site where a program takes
// them for one of its own.
func tricks(own string) []string {
	host := strings.TrimPrefix(own, "http://")
	return []string{
		"https://evil.example", "HTTPS://evil.example/x", "//evil.example", "///evil.example", "////evil.example/..",
		`/\evil.example`, `\\evil.example`, `\/evil.example`, `/\/evil.example`, `\evil.example`,
		"/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r/evil.example", "\n//evil.example", " //evil.example", "\x00//evil.example",
		"https:evil.example", "http:evil.example", "https:/evil.example", `https:\\evil.example`, "https:///evil.example",
		"/%09/evil.example", "/%2f/evil.example", "%2f%2fevil.example", "/%5cevil.example", "%5c%5cevil.example", "%09//evil.example",
		"/.//evil.example", "/..//evil.example", "/x/../..//evil.example", "/./\\evil.example",
		own + "@evil.example", own + ".evil.example", "http://" + host + "%2f@evil.example", "//" + host + "@evil.example",
		"//evil%E3%80%82example", "／／evil.example", "/\u200b/evil.example", "/\u00a0/evil.example", "//evil.example:80#@" + host,
		"javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,evil", "vbscript:evil", "blob:https://evil.example/x", "evil.example", "@evil.example", ".evil.example",
	}
}

// whereTo is the host that a browser goes to from an address of this site: it leaves
// out tabs and ends of lines, and takes a backslash for a slash (WHATWG, URL standard).
func whereTo(own, location string) string {
	location = strings.TrimFunc(location, func(r rune) bool { return r <= ' ' })
	location = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(location)
	if rest, ours := strings.CutPrefix(location, own); ours && (rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
		return ""
	}
	if found := anyScheme.FindStringSubmatch(location); found != nil {
		if u, err := url.Parse(location); err == nil && u.Host != "" {
			return u.Host
		}
		return "something with " + found[1]
	}
	if rest, absolute := strings.CutPrefix(location, "//"); absolute {
		return strings.TrimLeft(rest, "/")
	}
	return ""
}

var anyScheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)

func TestTheTricksAreSeenThrough(t *testing.T) {
	t.Parallel()
	const own = "http://127.0.0.1:80"
	for _, address := range []string{"", "/", "/x//evil.example", "x/y", "?x=https://evil.example", "#//evil.example", own, own + "/x", "/.//evil.example"} {
		require.Empty(t, whereTo(own, address), address)
	}
	for _, address := range []string{
		"//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)",
		own + ".evil.example", own + "@evil.example", own + "8/x",
	} {
		require.NotEmpty(t, whereTo(own, address), address)
	}
}

// Names under which a program may take an address to go on to.
var nextLike = []string{
	"next", "return", "return_to", "returnTo", "return_url", "back", "redirect", "redirect_to", "redirect_uri", "redirect_url",
	"url", "uri", "to", "goto", "continue", "dest", "destination", "target", "callback", "from", "page", "path", "where", "ref", "relaystate", "RelayState",
}

func TestNoRouteLeadsToAnotherSite(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	for name, who := range map[string]*person{"signed in": n.person(t, adminToken, "boss"), "one installation": n.of(mine), "nobody": n.nobody()} {
		for _, route := range routes {
			if route.path == "/signout" || route.path == "/signin" && route.method == http.MethodPost {
				continue // below, where they cannot change who asks
			}
			for i, trick := range tricks(n.url) {
				// What leads on does so for everybody, and htmx matters to those who have to
				// sign in: the rest is tried now and then.
				plain, fragment := i%8 == 0 || name == "signed in" && (i%4 == 0 || route.access != one), i%8 == 0 || name == "nobody" && !strings.HasPrefix(route.path, "/i/:id/")
				if !plain && !fragment {
					continue
				}
				parameters := url.Values{}
				for _, parameter := range nextLike {
					parameters.Set(parameter, trick)
				}
				address := n.addressOf(route.path, mine, mine) + "?" + parameters.Encode() + "&installation=" + mine
				form := formOf(gently(route.form), mine) + "&" + parameters.Encode()
				for _, headers := range [][]string{nil, {"HX-Request", "true", "HX-Current-URL", headerOf(n.url + "/" + trick), "Referer", headerOf(trick)}} {
					if headers == nil && !plain || headers != nil && !fragment {
						continue
					}
					n.requireStaysHere(route.access, who.ask(route.method, address, form, headers...), "%s: %s %s with %q", name, route.method, route.path, trick)
				}
			}
		}
	}
}

// A header takes no control characters, in no browser.
func headerOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, text)
}

// requireStaysHere looks at all by which an answer can lead a browser on.
func (n *neighbours) requireStaysHere(kind access, answer reply, format string, args ...any) {
	n.t.Helper()
	for _, header := range []string{"Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh", "Content-Location"} {
		host := whereTo(n.url, answer.header.Get(header))
		if kind == consent && (host == strings.TrimPrefix(n.airURL, "http://") || host == strings.TrimPrefix(n.deskURL, "http://")) {
			to, err := url.Parse(answer.header.Get(header))
			require.NoError(n.t, err)
			for _, values := range to.Query() {
				require.NotContains(n.t, strings.Join(values, " "), evil)
			}
			continue
		}
		require.Empty(n.t, host, append([]any{header + " after " + format}, args...)...)
	}
	if !strings.Contains(answer.header.Get("Content-Type"), "html") {
		return
	}
	tokens := html.NewTokenizer(strings.NewReader(answer.body))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			require.ErrorIs(n.t, tokens.Err(), io.EOF)
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := tokens.Token()
			for _, attribute := range tag.Attr {
				leads := attribute.Key == "href" || attribute.Key == "src" || strings.HasSuffix(attribute.Key, "action") || strings.HasPrefix(attribute.Key, "hx-") ||
					attribute.Key == "value" && tag.Data == "input" && nameIsNext(tag)
				if leads && strings.Contains(attribute.Val, evil) {
					require.Empty(n.t, whereTo(n.url, attribute.Val), append([]any{tag.String() + " after " + format}, args...)...)
				}
				require.False(n.t, tag.Data == "meta" && attribute.Key == "content" && strings.Contains(attribute.Val, evil), tag.String())
			}
		default:
		}
	}
}

func nameIsNext(tag html.Token) bool {
	for _, attribute := range tag.Attr {
		if attribute.Key == "name" && attribute.Val == "next" {
			return true
		}
	}
	return false
}

// The two forms whose whole purpose is to lead on: as a browser fills them in, from the
// page that was asked for with a trick, and with the trick itself.
func TestAFormLeadsOnWithinThisSite(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	nobody := n.nobody()
	for _, trick := range tricks(n.url) {
		n.requireStaysHere(open, nobody.get("/signin?next="+url.QueryEscape(trick)), "%q", trick)
		answer := n.nobody().post("/signin", url.Values{"token": {adminToken}, "next": {trick}})
		require.Equal(t, http.StatusSeeOther, answer.status)
		n.requireStaysHere(open, answer, "%q", trick)
		n.requireStaysHere(open, nobody.post("/language", url.Values{"language": {"de"}, "next": {trick}}), "%q", trick)
		n.requireStaysHere(open, nobody.post("/signout", url.Values{"next": {trick}}), "%q", trick)
	}
	for _, trick := range tricks(n.url)[:12] { // the last ones have to wait, which is another page
		n.requireStaysHere(open, nobody.post("/signin", url.Values{"token": {"wrong"}, "next": {trick}}), "%q", trick)
	}
	for _, headers := range [][]string{{"X-Forwarded-Host", evil}, {"Forwarded", "host=" + evil}, {"X-Original-URL", "//" + evil}, {"X-Rewrite-Url", "//" + evil}} {
		for _, path := range []string{"/", "/i/" + mine, "//evil.example/", `/\evil.example`, "/install/aircall", "/i/" + mine + "/numbers/"} {
			answer := nobody.ask(http.MethodGet, path, "", headers...)
			n.requireStaysHere(consent, answer, "%s with %v", path, headers)
		}
	}
}
