-- +goose Up

-- By which tokens the callbacks of numbers in proxy mode are known.
CREATE TABLE message_tokens (
    token_hash   BYTEA PRIMARY KEY,
    installation TEXT NOT NULL
);
CREATE INDEX message_tokens_by_installation ON message_tokens (installation);

-- Files of messages, from when they were fetched until they stand in Help Scout:
-- the links that Aircall gives do not last.
CREATE TABLE media (
    installation TEXT NOT NULL,
    message      TEXT NOT NULL,
    file         INTEGER NOT NULL,
    sealed       BYTEA NOT NULL,
    kept_at      BIGINT NOT NULL,
    PRIMARY KEY (installation, message, file)
);
CREATE INDEX media_by_time ON media (kept_at);
