-- OTT apps are rows like all others: with an id and a version, so that they can be edited, put away and taken back.
CREATE TABLE otts (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    languages TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
INSERT INTO otts (id, name, owner, kind, languages, search)
    SELECT rowid, name, owner, kind, languages, lower(name) FROM ott_apps;
DROP TABLE ott_apps;
CREATE UNIQUE INDEX otts_name ON otts (name) WHERE deleted IS NULL;

-- List prices to come and those that came: starts counts days from 1970-01-01; was is the price before.
CREATE TABLE prices (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    price BIGINT,
    starts BIGINT,
    lines TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    was BIGINT,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    search TEXT NOT NULL DEFAULT ''
);
CREATE INDEX prices_state ON prices (state, starts);
