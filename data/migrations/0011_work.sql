-- Work in the field. Names, places and phones are copied into the job: it must be readable alone.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    number TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    account BIGINT,
    phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    day BIGINT,
    slot TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    note TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    ticket TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    created BIGINT,
    started BIGINT,
    finished BIGINT,
    hindrance TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    outcome TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    checks TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    before BIGINT,
    after BIGINT,
    serials TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    cable BIGINT,
    signed TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    photo TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    travel BIGINT,
    customer_id BIGINT,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX jobs_number ON jobs (number);
CREATE INDEX jobs_last ON jobs (length(number), number);
CREATE INDEX jobs_day ON jobs (day, slot, id);
CREATE INDEX jobs_owner ON jobs (owner, day, id);
CREATE INDEX jobs_state ON jobs (state, day, id);
CREATE INDEX jobs_customer ON jobs (customer_id);

CREATE TABLE items (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    serial TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    model TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    account BIGINT,
    job TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    since BIGINT,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX items_serial ON items (serial);
CREATE INDEX items_state ON items (state, id);
CREATE INDEX items_account ON items (account);

-- One cause that many lines suffer from, and what was given back for it.
CREATE TABLE incidents (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    number TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phase TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    scope TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    target TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    affected BIGINT,
    tickets BIGINT,
    began BIGINT,
    until BIGINT,
    ended BIGINT,
    minutes BIGINT,
    told TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    cause TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    rebate BIGINT,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX incidents_number ON incidents (number);
CREATE INDEX incidents_phase ON incidents (phase, began, id);

CREATE TABLE rebates (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    account BIGINT,
    incident TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    amount BIGINT,
    rent BIGINT,
    minutes BIGINT,
    days BIGINT,
    at BIGINT,
    customer BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE INDEX rebates_incident ON rebates (incident, id);
CREATE INDEX rebates_customer ON rebates (customer);
