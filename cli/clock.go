package cli

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"callscout/health"
	"callscout/store"
)

// clockOff is how far the clock may be from the vendors': tokens and lists of calls
// go by it.
const clockOff = 30 * time.Second

// clock compares this machine's time with what the vendors' answers say.
type clock struct {
	mu  sync.Mutex
	off map[string]store.Clock
}

func (c *clock) client() *http.Client { return &http.Client{Transport: c} }

// RoundTrip implements http.RoundTripper. A Date has whole seconds, so it is compared
// with the middle of the request.
func (c *clock) RoundTrip(request *http.Request) (*http.Response, error) {
	begun := time.Now()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.off == nil {
			c.off = map[string]store.Clock{}
		}
		c.off[request.URL.Host] = store.Clock{
			Host: request.URL.Host, Off: at.Sub(begun.Add(time.Since(begun) / 2)).Round(time.Second), At: time.Now().UTC(),
		}
	}
	return response, nil
}

// clockHeard is how long ago a vendor may have told the time.
const clockHeard = 30 * time.Minute

// worst is the vendor from whose time this machine's differs most, of those that told
// theirs of late.
func (c *clock) worst() (worst store.Clock, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.off {
		if time.Since(one.At) < clockHeard && (!known || one.Off.Abs() > worst.Off.Abs()) {
			worst, known = one, true
		}
	}
	return worst, known
}

func (c *clock) examine(r *report, id string) {
	subject := about{health.CheckClock, id}
	switch worst, known := c.worst(); {
	case !known:
		r.warn(subject, "no answer told the time", "Check this machine's clock by hand.")
	case worst.Off.Abs() > clockOff:
		r.fail(subject, fmt.Sprintf("it differs from %s by %s", worst.Host, worst.Off.Abs()), "Let this machine set its clock by NTP.")
	default:
		r.ok(subject, fmt.Sprintf("it differs from the vendors by at most %s", max(worst.Off.Abs(), time.Second)))
	}
}
