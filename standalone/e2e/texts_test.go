package e2e_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/simulator"
)

// Every agreed text in every language, as a conversation in which an agent reads
// it. CALLSCOUT_TEST_SCREENSHOTS names a folder for pictures of the pages.
func TestEveryTextAsAnAgentReadsIt(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	for _, language := range []string{"en", "de", "fr", "es"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob("../../calllog/testdata/golden/*." + language + ".html")
			require.NoError(t, err)
			require.NotEmpty(t, files)
			conversation := simulator.Conversation{MailboxID: supportInbox, Subject: "Every text: " + language, Status: "active", Type: "phone"}
			var shows []string
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				body := strings.ReplaceAll(string(text), "<br>\n", "<br>")
				conversation.Threads = append(conversation.Threads, simulator.Thread{Type: "note", Body: body})
				heading, _, _ := strings.Cut(body, "<br>")
				shows = append(shows, calllog.VisibleText(heading))
			}
			helpScout := simulator.NewHelpScout(simulator.HelpScoutOptions{LimitPerMinute: -1})
			helpScout.AddMailbox(simulator.Mailbox{ID: supportInbox, Name: "Support"})
			conversation.CustomerID = helpScout.AddCustomer(simulator.Customer{FirstName: "Jane", LastName: "Doe"}).ID
			id := helpScout.AddConversation(conversation).ID
			server := httptest.NewServer(helpScout)
			t.Cleanup(server.Close)
			page := fmt.Sprintf("%s/conversation/%d", server.URL, id)
			require.Eventually(t, func() bool {
				dom := calllog.VisibleText(dump(chromium, page))
				return !slices.ContainsFunc(shows, func(text string) bool { return !strings.Contains(dom, text) })
			}, 90*time.Second, 100*time.Millisecond, "%s shows %q", page, shows)
			if folder := os.Getenv("CALLSCOUT_TEST_SCREENSHOTS"); folder != "" {
				require.NoError(t, picture(chromium, page, filepath.Join(folder, "texts-"+language+".png")))
			}
		})
	}
}
