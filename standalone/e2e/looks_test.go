package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// unnamed are the controls that somebody who does not see them would not know: whatever
// can be used needs a name.
const unnamed = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((control) => {
  if (!control.checkVisibility()) return false;
  const named = (control.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)).filter(Boolean).map((e) => e.textContent);
  const labels = [...(control.labels || [])].map((label) => label.textContent);
  return ![control.getAttribute("aria-label"), control.textContent, ...named, ...labels].some((text) => (text || "").trim());
}).map((control) => control.outerHTML)`

// tooWide are what reaches beyond the page's edge, apart from what scrolls by itself.
const tooWide = `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.outerHTML.slice(0, 200))`

// faint are the texts whose contrast is below what WCAG 2.2, 1.4.3 asks of AA: 4.5, or 3
// for large ones.
const faint = `(() => {
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
  const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? { r: 18, g: 18, b: 18, a: 1 } : { r: 255, g: 255, b: 255, a: 1 };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a > 0.99) return c; } return canvas; };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || e.closest("[disabled], fieldset:disabled, .quiet, .skip, option")) continue;
    if (![...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim())) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    const [one, two] = [light(parse(style.color)), light(behind(e))], ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(ratio.toFixed(2) + " " + style.color + " " + e.outerHTML.slice(0, 120));
  }
  return found;
})()`

// Every page, on a screen by day and by night and on the narrowest phone: it fits, can be
// read, has one heading and names for its controls, and its console says nothing.
func TestEveryPageFitsAndCanBeRead(t *testing.T) {
	t.Parallel()
	browser(t)
	o := newCompany(t)
	b := o.newTab()
	pages := []struct{ name, path string }{
		{"start", "/"}, {"audit-all", "/audit"}, {"overview", "/i/acme"}, {"connect", "/i/acme/connect"}, {"numbers", "/i/acme/numbers"},
		{"settings", "/i/acme/settings"}, {"number-settings", fmt.Sprintf("/i/acme/numbers/%d/settings", inboundLine)},
		{"test-call", "/i/acme/test"}, {"health", "/i/acme/health"}, {"calls", "/i/acme/calls"}, {"calls-all", "/i/acme/calls?status=all"},
		{"audit", "/i/acme/audit"}, {"uninstall", "/i/acme/uninstall"}, {"missing", "/i/none"},
	}
	b.refuses("/i/none", 404)
	b.refuses("/signin", 401)
	check := func(name string) {
		for _, l := range looks {
			b.as(l)
			for what, script := range map[string]string{"has controls without a name": unnamed, "is too wide": tooWide, "has texts that are hard to read": faint} {
				found, err := ask[[]string](b, script)
				require.NoError(t, err, name)
				require.Empty(t, found, "%s, %s %s", name, l.name, what)
			}
			headings, err := ask[int](b, "document.querySelectorAll('h1').length")
			require.NoError(t, err)
			require.Equal(t, 1, headings, name)
			b.picture(name + "-" + l.name)
		}
	}
	b.open("/signin")
	check("signin")
	b.fill("#token", "wrong")
	b.click("#signin")
	b.reads("This token does not sign in here.")
	check("signin-wrong")
	b.signIn("Maria Lopez")
	check("start-empty")
	b.begin("acme")
	b.mapBoth("acme")
	check("numbers-saved")
	call := o.ring(inboundLine, 10)
	o.awaitSynced(call)
	b.awaitCalm("acme")
	o.aircall.PutCall(lostCall(time.Now().Add(-time.Hour)))
	b.open("/i/acme/backfill")
	b.click("#count")
	b.awaitBackfill("done")
	counted, err := ask[string](b, "location.pathname")
	require.NoError(t, err)
	pages = append(pages, []struct{ name, path string }{
		{"call", fmt.Sprintf("/i/acme/calls/%d", call)}, {"backfill", "/i/acme/backfill"}, {"backfill-count", counted},
	}...)
	for _, page := range pages {
		b.open(page.path)
		check(page.name)
	}
	b.open("/i/acme/settings")
	b.fill("#calls-post_call_delay", "soon")
	b.click("#save")
	b.has("#problems")
	b.refuses("/i/acme/settings", 422)
	check("settings-wrong")
	b.open("/i/acme/settings")
	b.fill("#calls-post_call_delay", "1s")
	b.click("#save")
	b.has("#confirm")
	check("settings-check")
	b.isQuiet()

	// The language is the page's own, and its texts are longer.
	b.choose("#language", "de")
	b.click(".language button")
	b.await(pageWithin, "document.documentElement.lang === 'de'", "the page speaks German")
	for _, page := range pages {
		b.open(page.path)
		check(strings.Join([]string{page.name, "de"}, "-"))
	}
	b.isQuiet()
}
