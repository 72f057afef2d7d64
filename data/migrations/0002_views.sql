-- Filters that people saved under a name. shared: private, or all who work on this database.
CREATE TABLE views (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    text TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    columns TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    shared TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX views_name ON views (owner, name) WHERE deleted IS NULL;
