package engine

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"go.temporal.io/sdk/converter"

	"callscout/secret"
)

// mostEncoded is the largest request to decode: a page of a long history.
const mostEncoded = 8 << 20

// CodecOptions say who may have payloads opened.
type CodecOptions struct {
	// Origins are the web addresses of Temporal's Web UI that may ask from a
	// browser: scheme, host and port, without a slash at the end.
	Origins []string
	// Authorize says whether the person behind a request may read runs.
	Authorize func(*http.Request) bool
	// Audit is told of each request that was answered, with the number of
	// payloads; may be nil.
	Audit func(r *http.Request, payloads int)
}

// CodecHandler opens payloads for Temporal's Web UI, at /decode. It does not
// seal: nobody needs that, and it would let others write into runs. It is as
// secret as a worker.
func CodecHandler(keys *secret.Ring, options CodecOptions) http.Handler {
	decode := converter.NewPayloadCodecHTTPHandler(NewCodec(keys))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			if !slices.Contains(options.Origins, origin) {
				http.Error(w, "This origin may not have runs decoded.", http.StatusForbidden)
				return
			}
			allow(w.Header(), origin)
		}
		switch {
		case r.Method == http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
		case !strings.HasSuffix(r.URL.Path, "/decode"):
			http.Error(w, "Only /decode is offered.", http.StatusNotFound)
		case r.Method != http.MethodPost:
			http.Error(w, "Use POST.", http.StatusMethodNotAllowed)
		case options.Authorize == nil || !options.Authorize(r):
			http.Error(w, "Sign in to Callscout to read this run.", http.StatusUnauthorized)
		default:
			decodeAudited(decode, w, r, options.Audit)
		}
	})
}

// allow answers a browser's question with the exact origin: credentials are not
// sent to a wildcard.
func allow(header http.Header, origin string) {
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Credentials", "true")
	header.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
	header.Set("Vary", "Origin")
}

func decodeAudited(decode http.Handler, w http.ResponseWriter, r *http.Request, audit func(*http.Request, int)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostEncoded))
	if err != nil {
		http.Error(w, "The request is larger than 8 MiB.", http.StatusRequestEntityTooLarge)
		return
	}
	if audit != nil {
		var asked struct {
			Payloads []json.RawMessage `json:"payloads"`
		}
		_ = json.Unmarshal(body, &asked) // what is not JSON is refused below
		audit(r, len(asked.Payloads))
	}
	inner := r.Clone(r.Context())
	inner.Body = io.NopCloser(bytes.NewReader(body))
	decode.ServeHTTP(w, inner)
}
