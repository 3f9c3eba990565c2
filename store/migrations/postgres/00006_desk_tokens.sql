-- +goose Up

-- Tokens of people who sign in to the desk. Of a token only a keyed hash is kept;
-- whose it is and what it may do is sealed. installation is '' for all.
CREATE TABLE desk_tokens (
    id           TEXT COLLATE "C" PRIMARY KEY,
    hash         BYTEA NOT NULL UNIQUE,
    installation TEXT COLLATE "C" NOT NULL,
    sealed       BYTEA NOT NULL,
    made_at      BIGINT NOT NULL,
    used_at      BIGINT NOT NULL DEFAULT 0
);
