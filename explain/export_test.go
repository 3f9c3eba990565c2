package explain

import (
	"net/http"
	"time"
)

// Guard is the way to a vendor of one question, and what was noted of it.
func Guard(vendor Vendor, next http.RoundTripper) (http.RoundTripper, func() []Write) {
	var writes []Write
	g := &guard{
		vendor: vendor, next: next, now: time.Now, ids: &ids{},
		note: func(w Write) { writes = append(writes, w) }, read: func(Read) {},
	}
	return g, func() []Write { return writes }
}
