package engine

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"callscout/secret"
)

// mostEncoded is the largest request to decode: a page of a long history.
const mostEncoded = 8 << 20

// CodecOptions say who may read runs in clear.
type CodecOptions struct {
	// Origins are the web addresses of Temporal's Web UI whose pages may ask,
	// such as http://127.0.0.1:8233. Tools that are no browser need none.
	Origins []string
	// Authorize says whether the person behind a request may read runs. Nil lets
	// nobody in.
	Authorize func(*http.Request) bool
	// Audit is told of each request that opened n payloads; may be nil.
	Audit func(r *http.Request, n int)
}

// CodecHandler opens payloads for Temporal's Web UI and command line, at /decode
// under whatever prefix it is mounted. It does not seal: nobody needs that, and
// it would let others write into runs. It is as secret as a worker.
func CodecHandler(keys *secret.Ring, opts CodecOptions) http.Handler {
	h := &codecHandler{codec: sealer{keys}, opts: opts}
	for _, origin := range opts.Origins {
		// A browser's origin is scheme and host only; the address of a UI may end
		// in a slash.
		if u, err := url.Parse(origin); err == nil && u.Scheme != "" && u.Host != "" {
			h.origins = append(h.origins, u.Scheme+"://"+u.Host)
		}
	}
	return h
}

type codecHandler struct {
	codec   sealer
	origins []string
	opts    CodecOptions
}

func (h *codecHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		if !slices.Contains(h.origins, origin) {
			http.Error(w, "This page may not have runs decoded.", http.StatusForbidden)
			return
		}
		// The exact origin: with a wildcard, browsers send no credentials.
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Allow-Credentials", "true")
		header.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
	}
	switch {
	case !strings.HasSuffix(r.URL.Path, "/decode"):
		http.Error(w, "Only /decode is offered.", http.StatusNotFound)
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodPost:
		header.Set("Allow", "POST, OPTIONS")
		http.Error(w, "Use POST.", http.StatusMethodNotAllowed)
	case h.opts.Authorize == nil || !h.opts.Authorize(r):
		http.Error(w, "Sign in to Callscout to read this run.", http.StatusUnauthorized)
	default:
		h.decode(w, r)
	}
}

func (h *codecHandler) decode(w http.ResponseWriter, r *http.Request) {
	// Read here, since the SDK's handler would call a body over the limit a bad
	// request.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostEncoded))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "The request is larger than 8 MiB.", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	counted := &countingCodec{PayloadCodec: h.codec}
	converter.NewPayloadCodecHTTPHandler(counted).ServeHTTP(w, r)
	if counted.opened > 0 && h.opts.Audit != nil {
		h.opts.Audit(r, counted.opened)
	}
}

// countingCodec counts what one request opened.
type countingCodec struct {
	converter.PayloadCodec
	opened int
}

func (c *countingCodec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	opened, err := c.PayloadCodec.Decode(payloads)
	if err != nil {
		return nil, err
	}
	for _, payload := range payloads {
		if isSealed(payload) {
			c.opened++
		}
	}
	return opened, nil
}
