package simulator

import (
	"encoding/base64"
	"mime"
	"net/http"
	"slices"
)

// maxAttachment is the old API's limit of 10 MB; none of the present one is known.
const maxAttachment = 10_000_000

func (f form) attachments() []Attachment {
	var attachments []Attachment
	for _, inner := range f.objects("attachments") {
		attachments = append(attachments, inner.attachment())
	}
	return attachments
}

func (f form) attachment() Attachment {
	f.only("fileName", "mimeType", "data")
	a := Attachment{FileName: f.text("fileName", true, 1, 0), MimeType: f.text("mimeType", true, 1, 0)}
	data, err := base64.StdEncoding.DecodeString(f.text("data", true, 1, 0))
	if err != nil {
		f.fail("data", "invalid-base64", "must be Base64", nil)
	}
	a.Data, a.Size = data, len(data)
	return a
}

// overLimit tells whether one of the files is too large.
func (c *hsCall) overLimit(threads ...threadSpec) bool {
	most := c.h.options.MaxAttachment
	return most > 0 && slices.ContainsFunc(threads, func(spec threadSpec) bool {
		return slices.ContainsFunc(spec.attachments, func(a Attachment) bool { return a.Size > most })
	})
}

func attachmentTooLarge() answer {
	return halError(http.StatusRequestEntityTooLarge, "The attachment is too large")
}

// addAttachment adds a file to a thread that is there already.
func (c *hsCall) addAttachment() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	added := f.attachment()
	if f.failed() {
		return badRequest(*f.problems...)
	}
	at := slices.IndexFunc(found.Threads, func(t Thread) bool { return t.ID == c.id("t") && t.Type != "lineitem" })
	if at < 0 {
		return notFound()
	}
	if c.overLimit(threadSpec{attachments: []Attachment{added}}) {
		return attachmentTooLarge()
	}
	added.ID = c.h.take("attachment")
	found.Threads[at].Attachments = append(found.Threads[at].Attachments, added)
	c.h.touch(found, c.now)
	return c.created(added.ID, "/v2/conversations/"+decimal(found.ID)+"/attachments")
}

// attachment finds a file of any thread of the conversation.
func (c *Conversation) attachment(id int64) *Attachment {
	for i := range c.Threads {
		files := c.Threads[i].Attachments
		if at := slices.IndexFunc(files, func(a Attachment) bool { return a.ID == id }); at >= 0 {
			return &files[at]
		}
	}
	return nil
}

func (c *hsCall) attached() (*Attachment, *answer) {
	found, failed := c.conversation()
	if failed != nil {
		return nil, failed
	}
	file := found.attachment(c.id("attachment"))
	if file == nil {
		return nil, refused(notFound())
	}
	return file, nil
}

func (c *hsCall) attachmentData() answer {
	file, failed := c.attached()
	if failed != nil {
		return *failed
	}
	return hal(map[string]any{"data": base64.StdEncoding.EncodeToString(file.Data)})
}

func (c *hsCall) attachmentFile() answer {
	file, failed := c.attached()
	if failed != nil {
		return *failed
	}
	result := answer{status: http.StatusOK, body: slices.Clone(file.Data)}
	result.set("Content-Type", file.MimeType)
	return result
}

func (c *hsCall) deleteAttachment() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	id := c.id("attachment")
	if found.attachment(id) == nil {
		return notFound()
	}
	for i := range found.Threads {
		found.Threads[i].Attachments = slices.DeleteFunc(slices.Clone(found.Threads[i].Attachments), func(a Attachment) bool { return a.ID == id })
	}
	c.h.touch(found, c.now)
	return changed()
}

// showAttachment lets a person take a file. Whatever it is, the browser keeps it
// instead of showing it: it comes from outside.
func (h *HelpScout) showAttachment(w http.ResponseWriter, r *http.Request) {
	inPath := r.PathValue("attachment")
	h.mu.Lock()
	var file *Attachment
	if found := h.conversations[pathID(r)]; found != nil && !found.Deleted {
		for _, thread := range found.Threads {
			for _, a := range thread.Attachments {
				if decimal(a.ID) == inPath {
					file = &a
				}
			}
		}
	}
	h.mu.Unlock()
	if file == nil {
		show(w, http.StatusNotFound, helpScoutPages["missing"], frame{
			Vendor: "Help Scout", Theme: "helpscout", Title: "Not found", Page: "There is no such file.",
		})
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.FileName}))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(file.Data)
}
