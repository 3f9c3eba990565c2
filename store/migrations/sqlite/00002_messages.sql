-- +goose Up

-- By which tokens the callbacks of numbers in proxy mode are known.
CREATE TABLE message_tokens (
    token_hash   BLOB PRIMARY KEY,
    installation TEXT NOT NULL
) STRICT;
CREATE INDEX message_tokens_by_installation ON message_tokens (installation);

-- Files of messages, from when they were fetched until they stand in Help Scout:
-- the links that Aircall gives do not last.
CREATE TABLE media (
    installation TEXT NOT NULL,
    message      TEXT NOT NULL,
    file         INTEGER NOT NULL,
    sealed       BLOB NOT NULL,
    kept_at      INTEGER NOT NULL,
    PRIMARY KEY (installation, message, file)
) STRICT;
CREATE INDEX media_by_time ON media (kept_at);
