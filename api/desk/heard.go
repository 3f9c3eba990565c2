package desk

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// heardKind and heardKey name what is remembered of the last webhook.
	heardKind = "last-webhook"
	heardKey  = "aircall"
	// heardEvery is how often that is written at most: a busy account sends many.
	heardEvery = 5 * time.Second
)

// heardAt is when an installation's webhook was written down last, by why it was not
// logged: what is new to people must not wait behind what they know.
type heardAt struct {
	mu sync.Mutex
	at map[heardOf]time.Time
}

type heardOf struct{ installation, whyNot string }

func (h *heardAt) due(of heardOf) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.at[of]) < heardEvery {
		return false
	}
	if h.at == nil {
		h.at = map[heardOf]time.Time{}
	}
	h.at[of] = time.Now()
	return true
}

// Heard notes that a webhook of Aircall came, so that people see it: which event, of
// which call, and why it is not logged ("" if it is). It is worth no failure.
func (d *Desk) Heard(ctx context.Context, installation, event string, call int64, whyNot string) {
	if strings.ContainsAny(event, " ") || !d.heard.due(heardOf{installation, whyNot}) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	value := strings.TrimSpace(event + " " + strconv.FormatInt(call, 10) + " " + whyNot)
	if err := d.cfg.Store.Remember(ctx, installation, heardKind, heardKey, value); err != nil {
		d.log.Debug("the last webhook was not remembered", "error", err)
	}
}

// heardView is the last webhook.
type heardView struct {
	At     time.Time
	Event  string
	Call   int64
	WhyNot string
}

func (d *Desk) lastHeard(ctx context.Context, installation string) (*heardView, error) {
	value, at, known, err := d.cfg.Store.Recall(ctx, installation, heardKind, heardKey)
	if err != nil || !known {
		return nil, err
	}
	view := &heardView{At: at}
	parts := strings.Fields(value)
	if len(parts) > 1 {
		view.Event = parts[0]
		view.Call, _ = strconv.ParseInt(parts[1], 10, 64) // written by Heard
	}
	if len(parts) > 2 {
		view.WhyNot = parts[2]
	}
	return view, nil
}
