package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

const (
	// ReconcileRecord is the memory of what the looks for lost calls found; it has no
	// key. Its value is JSON and holds ids only.
	ReconcileRecord = "reconciled"
	// BackfilledBy is the memory of the run that delivered a call which its webhooks did
	// not, by the call's id. Its value is a workflow id.
	BackfilledBy = "backfilled-by"
)

// Reconciled is what is known of an installation's lost calls: those that Aircall has
// and that are not logged. It goes with the installation when that is deleted.
type Reconciled struct {
	// LookedAt is when the last look ended, From and To the time that it was about;
	// zero if there was none.
	LookedAt time.Time `json:"looked_at,omitzero"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	// CoveredFrom is since when one look has followed the other without a gap.
	CoveredFrom time.Time `json:"covered_from,omitzero"`
	// Found is how many calls the last look found that their webhooks had not brought, by
	// number, and Unlogged how many were not logged when it ended.
	Found    map[int64]int `json:"found,omitempty"`
	Unlogged int           `json:"unlogged,omitempty"`
	// Since is since when the calls of a number are looked for: those before were not
	// to be logged.
	Since map[int64]time.Time `json:"since,omitempty"`
}

// Reconciled reads what the last look found; the zero value if there was none.
func (s *Store) Reconciled(ctx context.Context, installation string) (Reconciled, error) {
	value, _, known, err := s.Recall(ctx, installation, ReconcileRecord, "")
	if err != nil || !known {
		return Reconciled{}, err
	}
	var record Reconciled
	if err := json.Unmarshal([]byte(value), &record); err != nil {
		return Reconciled{}, fmt.Errorf("lost calls of %s: %w", installation, err)
	}
	return record, nil
}

// KeepReconciled replaces what was found before.
func (s *Store) KeepReconciled(ctx context.Context, installation string, record Reconciled) error {
	value, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("lost calls of %s: %w", installation, err)
	}
	return s.Remember(ctx, installation, ReconcileRecord, "", string(value))
}
