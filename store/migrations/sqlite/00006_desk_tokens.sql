-- +goose Up

-- Tokens of people who sign in to the desk. Of a token only a keyed hash is kept;
-- whose it is and what it may do is sealed. installation is '' for all.
CREATE TABLE desk_tokens (
    id           TEXT PRIMARY KEY,
    hash         BLOB NOT NULL UNIQUE,
    installation TEXT NOT NULL,
    sealed       BLOB NOT NULL,
    made_at      INTEGER NOT NULL,
    used_at      INTEGER NOT NULL DEFAULT 0
) STRICT;
