package helpscout

import (
	"net/http"
	"strconv"
	"time"
)

// Budget is what one answer says about the rate limit. Help Scout counts per
// account and minute over all users and apps together; writes count 2, reads 1
// (Help Scout's reference, "Rate Limiting").
type Budget struct {
	// Limit is the number of units per minute, 0 when the answer left it out.
	Limit int
	// Remaining is the number of units left in the current minute.
	Remaining int
	// At is when the answer came.
	At time.Time
}

func budgetOf(header http.Header, now time.Time) (Budget, bool) {
	remaining, err := strconv.Atoi(header.Get("X-RateLimit-Remaining-Minute"))
	if err != nil {
		return Budget{}, false
	}
	limit, err := strconv.Atoi(header.Get("X-RateLimit-Limit-Minute"))
	if err != nil {
		limit = 0
	}
	return Budget{Limit: limit, Remaining: remaining, At: now.UTC()}, true
}

// edge is what every request passes, those for tokens included.
type edge struct {
	next      http.RoundTripper
	userAgent string
	observe   func(Budget)
	now       func() time.Time
}

func (e *edge) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", e.userAgent)
	resp, err := e.next.RoundTrip(r)
	if err != nil || e.observe == nil {
		return resp, err
	}
	if budget, ok := budgetOf(resp.Header, e.now()); ok {
		e.observe(budget)
	}
	return resp, nil
}
