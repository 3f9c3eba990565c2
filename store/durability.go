package store

import (
	"context"
	"fmt"
)

// Durability tells how the database writes to its disk, and whether a commit survives
// a power cut.
func (s *Store) Durability(ctx context.Context) (mode string, safe bool, err error) {
	if s.dialect == SQLite {
		var journal string
		var synchronous int
		if err := s.write.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
			return "", false, fmt.Errorf("ask for the journal mode: %w", err)
		}
		if err := s.write.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
			return "", false, fmt.Errorf("ask for synchronous: %w", err)
		}
		const full = 2
		return fmt.Sprintf("journal_mode %s, synchronous %d", journal, synchronous), synchronous >= full, nil
	}
	var fsync, commit, pages string
	for name, into := range map[string]*string{"fsync": &fsync, "synchronous_commit": &commit, "full_page_writes": &pages} {
		if err := s.read.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(into); err != nil {
			return "", false, fmt.Errorf("ask for %s: %w", name, err)
		}
	}
	mode = fmt.Sprintf("fsync %s, synchronous_commit %s, full_page_writes %s", fsync, commit, pages)
	return mode, fsync == "on" && commit != "off" && pages == "on", nil
}
