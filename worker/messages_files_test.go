package worker_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/media"
	"callscout/simulator"
	"callscout/workflows"
)

// photo is what a message says of its files.
func photo(links ...string) map[string]any {
	var list []any
	for i, link := range links {
		list = append(list, map[string]any{"file_name": fmt.Sprintf("photo-%d.jpg", i+1), "file_type": "image/jpeg", "presigned_url": link})
	}
	return map[string]any{"media_details": list}
}

// attached counts the files in a conversation.
func attached(c simulator.Conversation) (n int) {
	for _, thread := range c.Threads {
		n += len(thread.Attachments)
	}
	return n
}

func TestFilesAreAttached(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	for i := range 3 {
		files.put(fmt.Sprintf("https://media.example/%d", i), []byte("photo"))
	}
	o.receives(0, "m-1", merged(photo("https://media.example/0", "https://media.example/1"), map[string]any{"body": ""}))
	o.sends(time.Minute, "m-2", photo("https://media.example/2"))
	o.chats()
	conversation := o.theConversation()
	require.Equal(t, []string{"customer: m-1", "note: m-2"}, o.messageLog())
	require.Equal(t, "photo-1.jpg", conversation.Threads[0].Attachments[0].FileName)
	require.Equal(t, 5, conversation.Threads[0].Attachments[0].Size)
	require.Len(t, conversation.Threads[0].Attachments, 2)
	require.Len(t, conversation.Threads[1].Attachments, 1)
	require.Contains(t, conversation.Threads[0].Body, "MMS from")
	require.Contains(t, conversation.Threads[0].Body, "Attached: photo-1.jpg")
	require.NotContains(t, conversation.Threads[0].Body, "(no text)")
	_, found, err := o.store.Media(t.Context(), "acme", "m-1", 0)
	require.NoError(t, err)
	require.False(t, found, "what stands in Help Scout is not kept")
}

func TestAFileThatCannotBeHadComesLater(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	o.receives(0, "m-1", photo("https://media.example/1", "https://media.example/2"))
	o.env.RegisterDelayedCallback(func() {
		require.Equal(t, []string{"customer: m-1"}, o.messageLog(), "the message is told without them")
		require.Contains(t, o.theConversation().Threads[0].Body, "photo-1.jpg: could not be fetched yet")
		files.put("https://media.example/1", []byte("photo"))
	}, 5*time.Minute)
	o.chats()
	require.Equal(t, []string{"customer: m-1", "note: m-1 / file 1"}, o.messageLog())
	require.Len(t, o.theConversation().Threads[1].Attachments, 1)
	require.Greater(t, files.asked["https://media.example/2"], 9, "it was tried for more than an hour")
	require.Equal(t, "active", o.theConversation().Status)
}

func TestAFreshLinkIsTakenForALostOne(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	files.put("https://media.example/old", media.Expired)
	files.put("https://media.example/new", []byte("photo"))
	o.receives(0, "m-1", photo("https://media.example/old"))
	o.receives(4*time.Second, "m-1", photo("https://media.example/new"))
	o.chats()
	require.Equal(t, []string{"customer: m-1"}, o.messageLog())
	require.Equal(t, 1, attached(o.theConversation()))
}

func TestARunThatStandsStillKeepsItsFiles(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	files.put("https://media.example/1", []byte("photo"))
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, Status: http.StatusServiceUnavailable}))
	o.receives(0, "m-1", photo("https://media.example/1"))
	o.receives(time.Hour, "m-2", photo("https://media.example/2"))
	o.env.RegisterDelayedCallback(func() { files.put("https://media.example/2", []byte("photo")) }, time.Hour+30*time.Second)
	o.env.RegisterDelayedCallback(func() {
		require.Equal(t, workflows.StatusNeedsAttention, o.chatView().Status)
		// The links live no more.
		files.put("https://media.example/1", media.Expired)
		files.put("https://media.example/2", media.Expired)
		o.helpScout.ClearFaults()
	}, 20*time.Hour)
	o.chats()
	require.Equal(t, []string{"customer: m-1", "customer: m-2"}, o.messageLog())
	require.Equal(t, 2, attached(o.theConversation()))
}

func TestAFileThatHelpScoutRefusesCostsNoMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		left  int
	}{
		"each of them":    {simulator.Fault{Status: http.StatusUnsupportedMediaType, Times: 1}, 0},
		"one of them":     {simulator.Fault{Status: http.StatusBadRequest, Times: 1, Body: `{"message":"Bad request","_embedded":{"errors":[{"path":"attachments[1].data","message":"not allowed"}]}}`}, 1},
		"in another form": {simulator.Fault{Status: http.StatusBadRequest, Times: 1, Body: `{"message":"Bad request","_embedded":{"errors":[{"path":"threads[0].attachments[0].data","message":"not allowed"}]}}`}, 1},
	} {
		for _, existing := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s existing=%v", name, existing), func(t *testing.T) {
				t.Parallel()
				o, files := newChat(t)
				fault := test.fault
				fault.Method, fault.PathPattern = http.MethodPost, "/v2/conversations"
				if existing {
					fault.PathPattern = "/v2/conversations/*/customer"
					o.helpScout.AddConversation(simulator.Conversation{MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
						Threads: []simulator.Thread{{Type: "note", Body: "x"}}})
				}
				require.NoError(t, o.helpScout.Fault(fault))
				for i := range 2 {
					files.put(fmt.Sprintf("https://media.example/%d", i), []byte("photo"))
				}
				o.receives(0, "m-1", photo("https://media.example/0", "https://media.example/1"))
				require.Equal(t, workflows.StatusSynced, o.chats().Status)
				conversation := o.theConversation()
				require.Equal(t, test.left, attached(conversation))
				last := conversation.Threads[len(conversation.Threads)-1]
				require.Equal(t, "customer", last.Type)
				require.Equal(t, 2-test.left, strings.Count(last.Body, "Help Scout does not take it"))
			})
		}
	}
}

func TestWhatIsTooMuchForOneThreadFollows(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	var links []string
	for i := range 4 {
		links = append(links, fmt.Sprintf("https://media.example/%d", i))
		files.put(links[i], bytes.Repeat([]byte{byte(i)}, 7<<20))
	}
	o.receives(0, "m-1", photo(links...))
	o.chats()
	require.Equal(t, []string{"customer: m-1", "note: m-1 / file 2", "note: m-1 / file 3", "note: m-1 / file 4"}, o.messageLog())
	require.Equal(t, 4, attached(o.theConversation()))
	require.Equal(t, 3, strings.Count(o.theConversation().Threads[0].Body, "follows in one of its own"))
}

func TestFilesThatHelpScoutFindsTooMuchTogetherGoOneByOne(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	var links []string
	for i := range 3 {
		links = append(links, fmt.Sprintf("https://media.example/%d", i))
		files.put(links[i], []byte("photo"))
	}
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: http.StatusRequestEntityTooLarge, Times: 1}))
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations/*/notes", Status: http.StatusRequestEntityTooLarge, Times: 1}))
	o.receives(0, "m-1", photo(links...))
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.Equal(t, []string{"customer: m-1", "note: m-1 / file 2", "note: m-1 / file 3"}, o.messageLog())
	require.Equal(t, 2, attached(o.theConversation()), "one is not taken even alone")
	require.Contains(t, o.theConversation().Threads[1].Body, "Help Scout does not take it")
}

// endless sends a picture that never ends.
func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/jpeg")
	block := append([]byte{0xff, 0xd8, 0xff, 0xe0}, make([]byte, 1<<20)...)
	for sent := 0; sent < 2<<30 && r.Context().Err() == nil; sent += len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestHostileFilesAreRefusedAndHoldNothingUp(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/endless.jpg", endless)
	mux.HandleFunc("/page.jpg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write([]byte("<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"))
	})
	mux.HandleFunc("/tool.exe", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(append([]byte("MZ"), make([]byte, 600)...))
	})
	mux.HandleFunc("/inside.jpg", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.acts.Files = media.New(media.Options{AllowHTTP: true, AllowHosts: []string{strings.TrimPrefix(server.URL, "http://")}, MaxBytes: 2 << 20})
	var list []any
	for _, name := range []string{"endless.jpg", "page.jpg", "tool.exe", "inside.jpg"} {
		list = append(list, map[string]any{"file_name": name, "file_type": "image/jpeg", "presigned_url": server.URL + "/" + name})
	}
	list = append(list, map[string]any{"file_name": "nowhere.jpg"})
	o.receives(0, "m-1", map[string]any{"media_details": list})
	o.receives(time.Minute, "m-2", nil)
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.Equal(t, []string{"customer: m-1", "customer: m-2"}, o.messageLog())
	conversation := o.theConversation()
	require.Zero(t, attached(conversation))
	text := calllog.VisibleText(conversation.Threads[0].Body)
	for _, want := range []string{
		"endless.jpg: not attached (too large)", "page.jpg: not attached (this type of file is not taken)",
		"tool.exe: not attached (this type of file is not taken)", "inside.jpg: not attached (its address is not allowed)",
		"nowhere.jpg: not attached (it has no usable link)",
	} {
		require.Contains(t, text, want)
	}
}
