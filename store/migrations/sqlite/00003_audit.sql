-- +goose Up

-- Who did what. Rows are added and never changed; what was done and by whom is
-- sealed, since it may name people.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    installation TEXT NOT NULL,
    action       TEXT NOT NULL,
    at           INTEGER NOT NULL,
    sealed       BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_installation ON audit (installation, id);

-- Sessions that somebody ended before their time; a hash, until they would have
-- ended anyway.
CREATE TABLE ended_sessions (
    hash  BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;
