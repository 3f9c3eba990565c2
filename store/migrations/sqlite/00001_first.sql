-- +goose Up

-- Times are microseconds since 1970 in UTC; 0 is no time. What is called sealed
-- is encrypted and bound to its row.

CREATE TABLE meta (
    name   TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE installations (
    id         TEXT PRIMARY KEY,
    token_hash BLOB UNIQUE,
    sealed     BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT keeps the id of a delivered event from being given again: the
-- order of ids is the order of arrival.
CREATE TABLE inbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    installation TEXT NOT NULL,
    stream       TEXT NOT NULL,
    event        TEXT NOT NULL,
    sealed       BLOB NOT NULL,
    reason       TEXT NOT NULL,
    received_at  INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    held         INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_by_id ON inbox (held, id);
CREATE INDEX inbox_by_stream ON inbox (stream) WHERE held = 0;

CREATE TABLE ledger (
    key         TEXT PRIMARY KEY,
    state       TEXT NOT NULL,
    remote_id   INTEGER NOT NULL,
    intended_at INTEGER NOT NULL,
    done_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE memory (
    installation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    key_hash     BLOB NOT NULL,
    value        TEXT NOT NULL,
    learnt_at    INTEGER NOT NULL,
    PRIMARY KEY (installation, kind, key_hash)
) STRICT;

CREATE TABLE tag_claims (
    installation TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    tag          TEXT NOT NULL,
    call_id      TEXT NOT NULL,
    PRIMARY KEY (installation, conversation, tag, call_id)
) STRICT;
CREATE INDEX tag_claims_by_call ON tag_claims (installation, call_id);
