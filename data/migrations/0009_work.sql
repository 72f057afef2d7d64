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
