-- What only the program looks at: nothing in here is a field, so no filter, export or journal entry
-- can name it.

-- hash: Argon2id, '' where none is set yet. code: SHA-256 of a one-time code. totp: the shared
-- secret, base32; totp_step: the last step a code was taken for, so that none is taken twice.
CREATE TABLE credentials (
    user INTEGER PRIMARY KEY NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    code_until BIGINT NOT NULL DEFAULT 0,
    totp TEXT NOT NULL DEFAULT '',
    totp_step BIGINT NOT NULL DEFAULT 0
);

-- Each works once in place of a TOTP code. hash: SHA-256.
CREATE TABLE recovery_codes (
    user BIGINT NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (user, hash)
);

-- Wrong passwords by the login that was typed, whether there is such a person or not. failed counts
-- since first_at; locks is how often in a row the login was shut.
CREATE TABLE attempts (
    login TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,
    failed BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    locks BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY NOT NULL,
    user BIGINT NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user);
