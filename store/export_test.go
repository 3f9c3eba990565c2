package store

import "database/sql"

// Writer lets tests look at what is stored, and change it behind the store's back.
func Writer(s *Store) *sql.DB { return s.write }
