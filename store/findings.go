package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// GuardFindings is the memory of what the guard found; it has no key. Its value is
// JSON and holds ids only.
const GuardFindings = "guard-findings"

// Findings are what the guard knows of an installation. They go with it when it is
// deleted.
type Findings struct {
	// CheckedAt is when the last check ended; zero if there was none.
	CheckedAt time.Time `json:"checked_at,omitzero"`
	// Problems are what was wrong then; none if all was well.
	Problems []Finding `json:"problems,omitempty"`
	// Gaps are the times in which Aircall's webhook did not deliver, the newest
	// last: calls of these times may be missing. The last 50 are kept.
	Gaps []Gap `json:"gaps,omitempty"`
	// Repairs are what the guard put right by itself, the newest last. The last 50
	// are kept.
	Repairs []Repair `json:"repairs,omitempty"`
	// WebhookActiveAt is when the webhook was last seen active.
	WebhookActiveAt time.Time `json:"webhook_active_at,omitzero"`
	// WebhookWasOff says that the last check found it off or missing, so that a gap
	// is still open.
	WebhookWasOff bool `json:"webhook_was_off,omitempty"`
	// Clock is the worker's clock against the vendors'; nil if no answer told the time.
	Clock *Clock `json:"clock,omitempty"`
}

// Clock is how far a clock is from that of a vendor.
type Clock struct {
	// Host is the vendor from which it differs most.
	Host string `json:"host"`
	// Off is positive where the vendor's clock is ahead.
	Off time.Duration `json:"off"`
	At  time.Time     `json:"at"`
}

// Finding is one thing that is wrong.
type Finding struct {
	// Check and Problem are calllog's names of them.
	Check   string `json:"check"`
	Problem string `json:"problem"`
	// Subject is the id of the number or the inbox; 0 for the others.
	Subject int64 `json:"subject,omitempty"`
	// Message says what it means and what to do, in English.
	Message string `json:"message"`
	// Since is when it was first found.
	Since time.Time `json:"since"`
}

// Gap is a time in which Aircall's webhook did not deliver.
type Gap struct {
	// From is when it was last seen active before; zero if never.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to"`
}

// Repair is what the guard put right.
type Repair struct {
	At    time.Time `json:"at"`
	Check string    `json:"check"`
	// Message says what was done, in English.
	Message string `json:"message"`
}

// mostKept is how many gaps and repairs are kept.
const mostKept = 50

// Findings reads what the guard found last; the zero value if it never checked.
func (s *Store) Findings(ctx context.Context, installation string) (Findings, error) {
	value, _, known, err := s.Recall(ctx, installation, GuardFindings, "")
	if err != nil || !known {
		return Findings{}, err
	}
	var findings Findings
	if err := json.Unmarshal([]byte(value), &findings); err != nil {
		return Findings{}, fmt.Errorf("findings of %s: %w", installation, err)
	}
	return findings, nil
}

// KeepFindings replaces what the guard found before.
func (s *Store) KeepFindings(ctx context.Context, installation string, findings Findings) error {
	findings.Gaps = last(findings.Gaps)
	findings.Repairs = last(findings.Repairs)
	value, err := json.Marshal(findings)
	if err != nil {
		return fmt.Errorf("findings of %s: %w", installation, err)
	}
	return s.Remember(ctx, installation, GuardFindings, "", string(value))
}

func last[T any](list []T) []T { return list[max(0, len(list)-mostKept):] }
