-- What the program notes about the file gets another name; settings are rows that people change, with
-- versions and a journal like everything else. A setting without a row has its default.
ALTER TABLE settings RENAME TO facts;

CREATE TABLE settings (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    key TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    value TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX settings_key ON settings (key);

-- A saved view is one of customers, leads, tickets: each entity has its own.
ALTER TABLE views ADD COLUMN entity TEXT NOT NULL DEFAULT 'customers' COLLATE NOCASE;
DROP INDEX views_name;
CREATE UNIQUE INDEX views_name ON views (owner, entity, name) WHERE deleted IS NULL;

-- People are found by free words, as everybody else.
ALTER TABLE users ADD COLUMN search TEXT NOT NULL DEFAULT '';
