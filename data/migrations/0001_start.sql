-- The first schema. Ids are made by the client; money is paise; days count from 1970-01-01; moments
-- are epoch milliseconds UTC; lists are sorted and joined by commas; a text that is not known is ''.
-- Columns of customers, plans and activities carry the names of the field table.

CREATE TABLE customers (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    account BIGINT,
    ref TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    native_name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    segment TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    organisation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    gstin TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    alt_phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    technology TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    speed BIGINT,
    price BIGINT,
    cycle TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    otts TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channels BIGINT,
    status TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    reason TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status_since BIGINT,
    renews BIGINT,
    since BIGINT,
    usage BIGINT,
    avg_speed BIGINT,
    uptime BIGINT,
    top_ott TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    peak TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    mrr BIGINT,
    ltv BIGINT,
    risk BIGINT,
    nps BIGINT,
    due BIGINT,
    late BIGINT,
    pays_by TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tickets BIGINT,
    tickets_30d BIGINT,
    open_tickets BIGINT,
    last_ticket BIGINT,
    csat BIGINT,
    last_contact BIGINT,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    source TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    referred_by TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    consent TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    consent_on BIGINT,
    dnd TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pppoe TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    olt TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pon TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    onu TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    optical BIGINT,
    caf TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kyc TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kyc_ref TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX customers_account ON customers (account);
CREATE UNIQUE INDEX customers_ref ON customers (ref) WHERE ref <> '';
CREATE INDEX customers_phone ON customers (phone) WHERE phone <> '';
CREATE INDEX customers_email ON customers (email) WHERE email <> '';
CREATE INDEX customers_gstin ON customers (gstin) WHERE gstin <> '';
CREATE INDEX customers_name ON customers (name, id);
CREATE INDEX customers_city ON customers (city, id);
CREATE INDEX customers_plan ON customers (plan, id);
CREATE INDEX customers_since ON customers (COALESCE(since, -4611686018427387904), id);
CREATE INDEX customers_renews ON customers (COALESCE(renews, -4611686018427387904), id);
CREATE INDEX customers_mrr ON customers (COALESCE(mrr, -4611686018427387904), id);
CREATE INDEX customers_risk ON customers (COALESCE(risk, -4611686018427387904), id);

CREATE TABLE plans (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    technology TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    speed BIGINT,
    price BIGINT,
    fup BIGINT,
    post_fup BIGINT,
    otts TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channels BIGINT,
    segment TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    offer TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX plans_name ON plans (name);

CREATE TABLE ott_apps (
    name TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    languages TEXT NOT NULL DEFAULT ''
);

-- Twelve months a line: a JSON array of [GB, Mbps, uptime in hundredths of a percent], the oldest
-- first. One row a customer keeps a million customers small.
CREATE TABLE usage (
    customer INTEGER PRIMARY KEY NOT NULL REFERENCES customers (id),
    last_month BIGINT NOT NULL,
    months TEXT NOT NULL
);

CREATE TABLE activities (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    customer BIGINT NOT NULL REFERENCES customers (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    who TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    reference TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE
);

CREATE INDEX activities_customer ON activities (customer, at, id);

CREATE TABLE users (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    login TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active',
    created_at BIGINT NOT NULL
);

CREATE TABLE settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- One line a command. kind: do, undo, redo, load. target: the entry an undo or redo is about.
-- hash covers the entry, its changes and the hash before it.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    target BIGINT,
    command TEXT NOT NULL,
    summary TEXT NOT NULL,
    changed BIGINT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX journal_target ON journal (target) WHERE target IS NOT NULL;

-- What a command did, row by row. op: insert, update, delete. version: the row's version before
-- (0 for an insert). fields: JSON, name to [before, after].
CREATE TABLE changes (
    entry BIGINT NOT NULL REFERENCES journal (seq),
    n BIGINT NOT NULL,
    entity TEXT NOT NULL,
    row_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    version BIGINT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (entry, n)
);
CREATE INDEX changes_row ON changes (row_id);
