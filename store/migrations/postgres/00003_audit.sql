-- +goose Up

-- Who did what. Rows are added and never changed; what was done and by whom is
-- sealed, since it may name people.
CREATE TABLE audit (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation TEXT COLLATE "C" NOT NULL,
    action       TEXT NOT NULL,
    at           BIGINT NOT NULL,
    sealed       BYTEA NOT NULL
);
CREATE INDEX audit_by_installation ON audit (installation, id);

-- Sessions that somebody ended before their time; a hash, until they would have
-- ended anyway.
CREATE TABLE ended_sessions (
    hash  BYTEA PRIMARY KEY,
    until BIGINT NOT NULL
);
