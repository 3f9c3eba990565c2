-- +goose Up

-- Times are microseconds since 1970 in UTC; 0 is no time. What is called sealed
-- is encrypted and bound to its row. COLLATE "C" orders text by its bytes, as
-- SQLite does, whatever language the server speaks.

CREATE TABLE meta (
    name   TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE installations (
    id         TEXT COLLATE "C" PRIMARY KEY,
    token_hash BYTEA UNIQUE,
    sealed     BYTEA NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE inbox (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation TEXT NOT NULL,
    stream       TEXT NOT NULL,
    event        TEXT NOT NULL,
    sealed       BYTEA NOT NULL,
    reason       TEXT NOT NULL,
    received_at  BIGINT NOT NULL,
    attempts     INTEGER NOT NULL,
    held         INTEGER NOT NULL
);
CREATE INDEX inbox_by_id ON inbox (held, id);
CREATE INDEX inbox_by_stream ON inbox (stream) WHERE held = 0;

CREATE TABLE ledger (
    key         TEXT COLLATE "C" PRIMARY KEY,
    state       TEXT NOT NULL,
    remote_id   BIGINT NOT NULL,
    intended_at BIGINT NOT NULL,
    done_at     BIGINT NOT NULL
);

CREATE TABLE memory (
    installation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    key_hash     BYTEA NOT NULL,
    value        TEXT NOT NULL,
    learnt_at    BIGINT NOT NULL,
    PRIMARY KEY (installation, kind, key_hash)
);

CREATE TABLE tag_claims (
    installation TEXT NOT NULL,
    conversation BIGINT NOT NULL,
    tag          TEXT COLLATE "C" NOT NULL,
    call_id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (installation, conversation, tag, call_id)
);
CREATE INDEX tag_claims_by_call ON tag_claims (installation, call_id);
