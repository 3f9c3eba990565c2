-- +goose Up

-- state is empty while an installation works, leaving while it is uninstalled, and
-- gone once its secrets are purged.
ALTER TABLE installations ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE installations ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;

-- What a person consented to at a vendor. The account is the vendor's id, in clear;
-- it stays when sealed is emptied, so that a company that comes back is known.
CREATE TABLE connections (
    installation TEXT NOT NULL,
    vendor       TEXT NOT NULL,
    account      TEXT NOT NULL,
    sealed       BLOB NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (installation, vendor)
) STRICT;
CREATE INDEX connections_by_account ON connections (vendor, account);

-- What works once, until it expires anyway.
CREATE TABLE spent (
    id_hash    BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
