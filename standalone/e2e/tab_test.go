package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const (
	// pageWithin is how long a page may take on a machine that does much else.
	pageWithin = 60 * time.Second
	// workWithin is how long a call may take to be logged, by the calls' own clocks.
	workWithin = 120 * time.Second
)

// tab is one tab of a browser in which a person works.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu sync.Mutex
	// said is what the console shows that it should not.
	said []string
	// refusals are answers that this tab asks for: the address and the status.
	refusals []string
}

// newTab opens a browser of its own, on the desk.
func (o *office) newTab() *tab {
	o.t.Helper()
	// Not the test's own folder: what the browser leaves running may still write.
	profile, err := os.MkdirTemp("", "callscout-browser-")
	require.NoError(o.t, err)
	o.t.Cleanup(func() { _ = os.RemoveAll(profile) })
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser(o.t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile))...)
	o.t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	o.t.Cleanup(func() {
		closing, cancelClosing := context.WithTimeout(ctx, 10*time.Second)
		defer cancelClosing()
		_ = chromedp.Cancel(closing) // a browser that does not close is killed with its allocator
		cancel()
	})
	return watched(ctx, o.t, "http://"+o.address())
}

// watched has all that a tab's console says kept.
func watched(ctx context.Context, t testing.TB, base string) *tab {
	t.Helper()
	b := &tab{t: t, ctx: ctx, base: base}
	messages := chromedp.Console(ctx)
	require.NoError(t, chromedp.Do(ctx))
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning || m.IsException() {
				b.keep(fmt.Sprintf("%s %s: %s", m.Source, m.URL, m.String()))
			}
		}
	}()
	return b
}

func (b *tab) keep(said string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, said)
}

// refuses says that the page at a path answers with a status of failure, which the
// console tells of.
func (b *tab) refuses(path string, status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refusals = append(b.refusals, fmt.Sprintf("network %s%s: error: Failed to load resource: the server responded with a status of %d", b.base, path, status))
}

// isQuiet holds that no script failed and that nothing was kept from loading or from
// being sent.
func (b *tab) isQuiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	bad := slices.DeleteFunc(slices.Clone(b.said), func(said string) bool {
		return slices.ContainsFunc(b.refusals, func(refusal string) bool { return strings.HasPrefix(said, refusal) })
	})
	require.Empty(b.t, bad, "the console says nothing bad")
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageWithin)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...), "at %s", b.where())
}

// ask evaluates a script that may fail while a page is being changed for another.
func ask[T any](b *tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script))
}

func (b *tab) where() string {
	location, err := ask[string](b, "location.href")
	if err != nil {
		return err.Error()
	}
	return location
}

// open goes to an address, or to a path of the desk.
func (b *tab) open(address string) {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.base + address
	}
	b.do(chromedp.Navigate(address))
}

// await waits until a condition holds on whatever page there is by then.
func (b *tab) await(within time.Duration, condition, what string) {
	b.t.Helper()
	deadline := time.Now().Add(within)
	for {
		holds, err := ask[bool](b, "document.readyState === 'complete' && Boolean("+condition+")")
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			text, textErr := ask[string](b, "document.body.innerText")
			require.FailNow(b.t, what, "not within %s at %s (%v)\n%s", within, b.where(), errors.Join(err, textErr), text)
		}
		select {
		case <-b.ctx.Done():
			require.FailNow(b.t, what, "the browser is gone: %v", context.Cause(b.ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// reads waits for a text on the page.
func (b *tab) reads(text string) {
	b.t.Helper()
	b.await(pageWithin, "document.body.innerText.includes("+quoted(text)+")", "the page reads "+text)
}

// arrives waits for the page of a path.
func (b *tab) arrives(path string) {
	b.t.Helper()
	b.await(pageWithin, "location.pathname === "+quoted(path), "the page is "+path)
}

func (b *tab) has(selector string) {
	b.t.Helper()
	b.await(pageWithin, "document.querySelector("+quoted(selector)+")", "there is "+selector)
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(selector), value))
	b.await(pageWithin, "document.querySelector("+quoted(selector)+").value === "+quoted(value), "chosen: "+value)
}

func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

func (b *tab) tabs(times int) {
	b.t.Helper()
	b.keys(strings.Repeat(kb.Tab, times))
}

// focused waits until a control has the focus.
func (b *tab) focused(selector string) {
	b.t.Helper()
	b.await(pageWithin, "document.activeElement && document.activeElement.matches("+quoted(selector)+")", "the focus is on "+selector)
}

// another opens another tab of the same browser.
func (b *tab) another(address string) *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	opened := watched(ctx, b.t, b.base)
	opened.open(address)
	return opened
}

// popup waits for the window that a script or a page opens.
func (b *tab) popup(open string) *tab {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(*target.Info) bool { return true })
	b.do(chromedp.Evaluate[chromedp.Void]("void (" + open + ")"))
	select {
	case id, ok := <-opened:
		require.True(b.t, ok)
		ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
		b.t.Cleanup(cancel)
		return watched(ctx, b.t, b.base)
	case <-time.After(pageWithin):
		require.FailNow(b.t, "no window opens")
		return nil
	}
}

// look is how a page is looked at.
type look struct {
	name   string
	width  int64
	scheme string
}

// looks are a screen by day and by night, and the narrowest phone of WCAG 2.2, 1.4.10.
var looks = []look{{"light", 1100, "light"}, {"dark", 1100, "dark"}, {"phone", 320, "light"}}

func (b *tab) as(l look) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(l.width, 900))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
	})
	require.NoError(b.t, err)
}

// picture is kept in the folder that CALLSCOUT_TEST_SCREENSHOTS names, if it does.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("CALLSCOUT_TEST_SCREENSHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, pageWithin)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(folder, name+".png"), image, 0o600))
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text always encodes
	}
	return string(out)
}
