package simulator

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mediaPath  = "/media/"
	amazonTime = "20060102T150405Z"
)

// Values of TextFile.Trouble.
const (
	// MediaEndless never stops sending.
	MediaEndless = "endless"
	// MediaSlow sends a byte now and then, without end.
	MediaSlow = "slow"
	// MediaRedirect leads to RedirectTo.
	MediaRedirect = "redirect"
	// MediaCut sends half of what it announces.
	MediaCut = "cut"
	// MediaExpired was over before it was sent.
	MediaExpired = "expired"
)

var mediaTroubles = []string{"", MediaEndless, MediaSlow, MediaRedirect, MediaCut, MediaExpired}

// TextFile is a file of a message. The link to it is signed and expires. For other
// failures of the storage use Fault with a path below /media/.
type TextFile struct {
	// Name and Type are what the event and the storage say, true or not. Default: of
	// a small picture.
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	// Data is the content. Default: a small picture.
	Data []byte `json:"data,omitempty"`
	// Blank makes a file of no bytes.
	Blank bool `json:"blank,omitempty"`
	// Trouble is one of the Media constants, or empty.
	Trouble    string `json:"trouble,omitempty"`
	RedirectTo string `json:"redirect_to,omitempty"`
}

type mediaFile struct {
	TextFile
	id string
}

// MediaRequest is a request to the storage of the messages' files.
type MediaRequest struct {
	At     time.Time `json:"at"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
	Fault  string    `json:"fault,omitempty"`
}

// SetMediaURL says how the links to messages' files begin, for whoever knows the
// simulator's address only after it listens: that address.
func (a *Aircall) SetMediaURL(base string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.options.MediaURL = strings.TrimSuffix(base, "/")
}

// MediaRequests returns the requests to the storage, oldest first; beyond 100,000 the
// oldest are dropped.
func (a *Aircall) MediaRequests() []MediaRequest {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.mediaRequests)
}

func (a *Aircall) storeFile(f TextFile) (*mediaFile, error) {
	switch {
	case !slices.Contains(mediaTroubles, f.Trouble):
		return nil, fmt.Errorf("trouble %q: use one of %v", f.Trouble, mediaTroubles[1:])
	case f.Trouble == MediaRedirect && f.RedirectTo == "":
		return nil, fmt.Errorf("trouble %q needs redirect_to", f.Trouble)
	}
	if f.Data == nil && !f.Blank {
		f.Data = picture()
	}
	f.Name, f.Type = cmp.Or(f.Name, "picture.png"), cmp.Or(f.Type, "image/png")
	stored := &mediaFile{TextFile: f, id: logRef()}
	a.media[stored.id] = stored
	return stored, nil
}

func picture() []byte {
	canvas := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for at := range 32 {
		canvas.Set(at, at, color.RGBA{G: 112, B: 90, A: 255})
	}
	var out bytes.Buffer
	_ = png.Encode(&out, canvas) // memory takes every byte
	return out.Bytes()
}

// mediaLink is another one for each reading. The company must be locked.
func (a *Aircall) mediaLink(file *mediaFile, now time.Time) string {
	if file.Trouble == MediaExpired {
		now = now.Add(-2 * a.options.MediaLife)
	}
	place := mediaPath + file.id + "/" + url.PathEscape(path.Base(file.Name))
	date, life := now.UTC().Format(amazonTime), strconv.Itoa(int(a.options.MediaLife/time.Second))
	query := url.Values{
		"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Date": {date}, "X-Amz-Expires": {life},
		"X-Amz-SignedHeaders": {"host"}, "X-Amz-Signature": {a.mediaSignature(file.id, date, life)},
	}
	return cmp.Or(a.options.MediaURL, a.seenAt, "https://media.example.com") + place + "?" + query.Encode()
}

func (a *Aircall) mediaSignature(id, date, life string) string {
	mac := hmac.New(sha256.New, []byte(a.mediaKey))
	_, _ = mac.Write([]byte(id + "\n" + date + "\n" + life))
	return hex.EncodeToString(mac.Sum(nil))
}

// serveMedia answers as S3 does behind a presigned link: 400 to a second way of
// signing in, 403 to a signature that is wrong or over.
func (a *Aircall) serveMedia(w http.ResponseWriter, r *http.Request) {
	fault := a.faults.takeNamed(r.Method, r.URL.Path)
	if fault == nil {
		fault = &Fault{}
	}
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
		}
	}
	file, status, code := a.mediaFor(r)
	if fault.Status != 0 {
		status, code = fault.Status, "InternalError"
	}
	a.recordMedia(r, status, fault)
	if fault.Drop != "" {
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 {
		for key, value := range fault.Header {
			w.Header().Set(key, value)
		}
		if fault.Body != "" {
			w.WriteHeader(fault.Status)
			_, _ = w.Write([]byte(fault.Body))
			return
		}
	}
	if status != http.StatusOK {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code></Error>", code)
		return
	}
	a.sendFile(w, r, file)
}

func (a *Aircall) mediaFor(r *http.Request) (file *mediaFile, status int, code string) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, mediaPath), "/")
	query := r.URL.Query()
	date, life := query.Get("X-Amz-Date"), query.Get("X-Amz-Expires")
	a.mu.Lock()
	defer a.mu.Unlock()
	file = a.media[id]
	signed := hmac.Equal([]byte(query.Get("X-Amz-Signature")), []byte(a.mediaSignature(id, date, life)))
	since, err := time.Parse(amazonTime, date)
	seconds, _ := strconv.Atoi(life)
	switch {
	case r.Header.Get("Authorization") != "":
		return nil, http.StatusBadRequest, "InvalidArgument"
	case r.Method != http.MethodGet || !signed || err != nil:
		return nil, http.StatusForbidden, "SignatureDoesNotMatch"
	case a.clock().After(since.Add(time.Duration(seconds) * time.Second)):
		return nil, http.StatusForbidden, "AccessDenied"
	case file == nil:
		return nil, http.StatusNotFound, "NoSuchKey"
	default:
		return file, http.StatusOK, ""
	}
}

func (a *Aircall) recordMedia(r *http.Request, status int, fault *Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	record := MediaRequest{At: a.clock(), Path: r.URL.Path, Status: status}
	if fault.Status != 0 || fault.Drop != "" || fault.Delay != 0 {
		record.Fault = fault.label()
	}
	if len(a.mediaRequests) >= keptRequests {
		a.mediaRequests = append([]MediaRequest(nil), a.mediaRequests[keptRequests/2:]...)
	}
	a.mediaRequests = append(a.mediaRequests, record)
}

func (a *Aircall) sendFile(w http.ResponseWriter, r *http.Request, file *mediaFile) {
	const chunk, pause = 64 << 10, 50 * time.Millisecond
	w.Header().Set("Content-Type", file.Type)
	switch file.Trouble {
	case MediaRedirect:
		w.Header().Set("Location", file.RedirectTo)
		w.WriteHeader(http.StatusFound)
	case MediaEndless:
		_, err := w.Write(file.Data)
		for zeros := make([]byte, chunk); err == nil && a.ctx.Err() == nil; {
			_, err = w.Write(zeros)
		}
	case MediaSlow:
		for {
			if _, err := w.Write([]byte("x")); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			case <-a.ctx.Done():
				return
			}
		}
	case MediaCut:
		w.Header().Set("Content-Length", strconv.Itoa(2*len(file.Data)))
		_, _ = w.Write(file.Data)
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(file.Data)))
		_, _ = w.Write(file.Data)
	}
}
