package simulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// file is an attachment as a request has it.
func file(name, content string) string {
	return fmt.Sprintf(`{"fileName":%q,"mimeType":"text/plain","data":%q}`, name, base64.StdEncoding.EncodeToString([]byte(content)))
}

func TestAnAttachmentIsKeptAndServed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.opened("active")
	path := fmt.Sprint("/v2/conversations/", number)
	d.created(path+"/notes", `{"text":"Transcript","status":"active","attachments":[`+file("talk.txt", "Hello\nthere")+`,`+file("two.txt", "2")+`]}`)

	kept, ok := d.Conversation(number)
	require.True(t, ok)
	note := kept.Threads[len(kept.Threads)-1]
	require.Equal(t, "Hello\nthere", string(note.Attachments[0].Data))
	require.Equal(t, 11, note.Attachments[0].Size)

	thread := items(d.get(path + "/threads").body["_embedded"].(map[string]any)["threads"])[0]
	listed := items(thread["_embedded"].(map[string]any)["attachments"])
	require.Len(t, listed, 2)
	require.Equal(t, "talk.txt", listed[0]["filename"])
	require.Equal(t, "valid", listed[0]["state"])
	address := listed[0]["_links"].(map[string]any)["data"].(map[string]any)["href"].(string)
	data := strings.TrimPrefix(address, d.url)
	require.Equal(t, base64.StdEncoding.EncodeToString([]byte("Hello\nthere")), d.get(data).body["data"])
	raw := d.get(strings.TrimSuffix(data, "/data") + "/file")
	require.Equal(t, "Hello\nthere", raw.raw)
	require.Equal(t, "text/plain", raw.header.Get("Content-Type"))

	page := fmt.Sprint("/conversation/", number)
	link := fmt.Sprint(page, "/attachments/", note.Attachments[0].ID)
	requireAll(t, d.page(200, page), "talk.txt", "text/plain, 11 bytes", `href="`+link+`"`)
	taken := d.want(200, "GET", link, "")
	require.Equal(t, "Hello\nthere", taken.raw)
	require.Equal(t, `attachment; filename=talk.txt`, taken.header.Get("Content-Disposition"))
	require.Equal(t, "application/octet-stream", taken.header.Get("Content-Type"))
	d.page(404, page+"/attachments/1")
	d.page(404, "/conversation/1/attachments/1")

	gone := strings.TrimSuffix(data, "/data")
	d.want(204, "DELETE", gone, "")
	d.want(404, "DELETE", gone, "")
	d.want(404, "GET", data, "")
	kept, _ = d.Conversation(number)
	require.Len(t, kept.Threads[len(kept.Threads)-1].Attachments, 1)
	require.Len(t, note.Attachments, 2, "what was read before stays as it was")
	require.Equal(t, "talk.txt", note.Attachments[0].FileName)
}

func TestAnAttachmentIsAddedToAThread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.opened("active")
	path := fmt.Sprint("/v2/conversations/", number)
	kept, _ := d.Conversation(number)
	thread := fmt.Sprint(path, "/threads/", kept.Threads[0].ID, "/attachments")
	d.created(thread, file("late.txt", "late"))
	kept, _ = d.Conversation(number)
	require.Equal(t, "late", string(kept.Threads[0].Attachments[0].Data))
	d.want(404, "POST", path+"/threads/1/attachments", file("late.txt", "late"))
	d.want(400, "POST", thread, `{"fileName":"x","mimeType":"y","data":"?"}`)
	d.want(400, "POST", thread, `{"fileName":"x","mimeType":"y","data":"eA==","size":1}`)
	d.want(400, "POST", thread, `[`)

	require.NoError(t, d.AddThread(number, simulator.Thread{Type: "note", Body: "By hand", Attachments: []simulator.Attachment{{FileName: "hand.txt", Data: []byte("four")}}}))
	kept, _ = d.Conversation(number)
	file := kept.Threads[len(kept.Threads)-1].Attachments[0]
	require.NotZero(t, file.ID)
	require.Equal(t, 4, file.Size)
}

func TestAnAttachmentHasALimit(t *testing.T) {
	t.Parallel()
	const usual = 10_000_000
	for most, c := range map[int]struct {
		size int
		fits bool
	}{0: {usual + 1, false}, usual + 1: {usual + 1, true}, 100: {101, false}, 101: {101, true}, -1: {usual + 1, true}} {
		d := newDesk(t, func(options *simulator.HelpScoutOptions) { options.MaxAttachment = most })
		number := d.opened("active")
		note := `{"text":"x","attachments":[` + file("a.txt", strings.Repeat("x", c.size)) + `]}`
		status := map[bool]int{true: http.StatusCreated, false: http.StatusRequestEntityTooLarge}[c.fits]
		d.want(status, "POST", fmt.Sprint("/v2/conversations/", number, "/notes"), note)
		if most == 100 {
			d.want(status, "POST", "/v2/conversations", `{"subject":"x","type":"phone","mailboxId":85,"status":"active","customer":{"id":700},"threads":[{"type":"note",`+note[1:]+`]}`)
		}
		require.Len(t, d.Conversations(), 1)
		kept, _ := d.Conversation(number)
		require.Len(t, kept.Threads, map[bool]int{true: 2, false: 1}[c.fits], "a refused file leaves no thread behind")
	}
	d := newDesk(t)
	d.created(fmt.Sprint("/v2/conversations/", d.opened("active"), "/notes"), `{"text":"x","attachments":[`+file("a.txt", strings.Repeat("x", usual))+`]}`)
}

func TestAFileFromOutsideIsNotShownByTheBrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.opened("active")
	require.NoError(t, d.AddThread(number, simulator.Thread{Type: "note", Body: "x", Attachments: []simulator.Attachment{
		{ID: 5, FileName: "a\"\r\n.html", MimeType: "text/html", Data: []byte("<script>alert(1)</script>")},
	}}))
	response, err := d.http.Get(d.url + fmt.Sprint("/conversation/", number, "/attachments/5"))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, "application/octet-stream", response.Header.Get("Content-Type"))
	require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
	require.Contains(t, response.Header.Get("Content-Disposition"), "attachment")
	require.Contains(t, response.Header.Get("Content-Security-Policy"), "sandbox")
}
