package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/engine"
)

// What people look at, in a browser: the log as an agent sees it, the sign-in,
// and Temporal's Web UI, whose pages are nothing without their scripts.
func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	o := newOffice(t)
	o.open(stories[0])
	o.play(stories[0], func(int) {})
	o.awaitStory(stories[0])
	address, found, err := engine.ReadAddress(o.data)
	require.NoError(t, err)
	require.True(t, found)
	for name, page := range map[string]struct {
		url   string
		shows []string
	}{
		"the log in Help Scout": {
			fmt.Sprintf("%s/conversation/%d", o.hsURL, o.helpScout.Conversations()[0].ID),
			[]string{"Inbound call, answered by Mia Berg", "Aircall call 4186780376 / end", "phone-number-support us"},
		},
		"the sign-in": {"http://" + o.address() + "/", []string{"Sign in", `type="password"`}},
		"the run in Temporal's Web UI": {
			address.UIURL + "/namespaces/default/workflows", []string{workflowID, "Completed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Eventually(t, func() bool {
				dom := dump(chromium, page.url)
				return !slices.ContainsFunc(page.shows, func(text string) bool { return !strings.Contains(dom, text) })
			}, 90*time.Second, 100*time.Millisecond, "%s shows %q", page.url, page.shows)
		})
	}
}

// browser is where Chromium is.
func browser(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.Empty(t, os.Getenv("CI"), "Chromium is missing; on Debian: apt-get install chromium")
	t.Skip("Chromium is missing, so pages are not looked at; on Debian: apt-get install chromium")
	return ""
}

// dump is what a page has become once its scripts have run; empty where the
// browser failed.
func dump(chromium, url string) string {
	dom, err := browse(chromium, url, "--virtual-time-budget=10000", "--dump-dom")
	if err != nil {
		return ""
	}
	return string(dom)
}

// picture writes what a page looks like, from its top.
func picture(chromium, url, file string) error {
	_, err := browse(chromium, url, "--window-size=1000,9000", "--hide-scrollbars", "--screenshot="+file)
	return err
}

func browse(chromium, url string, do ...string) ([]byte, error) {
	// Not the test's own folder: what the browser leaves running may still write.
	profile, err := os.MkdirTemp("", "callscout-browser-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(profile) }() // a folder for temporary files is swept anyway
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	args := append([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile}, do...)
	return exec.CommandContext(ctx, chromium, append(args, url)...).Output() //nolint:gosec // the browser that was found
}
