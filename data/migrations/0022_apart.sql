-- What is changed by the hundred thousand and looked through by the million stands in narrow rows; what is read of one
-- customer at a time lies apart, a row for a row. A change of a status wrote half a kilobyte a row, most of it addresses,
-- serial numbers and words to be searched; it writes less than half of that now. What
-- most statements look at stands first: SQLite reads a row up to the last column it is asked for.

CREATE TABLE customers_rest (
    id INTEGER PRIMARY KEY NOT NULL REFERENCES customers (id),
    native_name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    alt_phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    otts TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channels BIGINT,
    top_ott TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    peak TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tickets BIGINT,
    last_ticket BIGINT,
    last_contact BIGINT,
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
    kyc_ref TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    search TEXT NOT NULL DEFAULT ''
);
INSERT INTO customers_rest
    (
    id, native_name, alt_phone, email, address, pincode, otts, channels, top_ott, peak, tickets, last_ticket,
    last_contact, referred_by, consent, consent_on, dnd, pppoe, olt, pon, onu, optical, caf, kyc_ref, search
    )
SELECT
    id, native_name, alt_phone, email, address, pincode, otts, channels, top_ott, peak, tickets, last_ticket,
    last_contact, referred_by, consent, consent_on, dnd, pppoe, olt, pon, onu, optical, caf, kyc_ref, search
FROM customers ORDER BY id;

CREATE TABLE customers_own (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    deleted BIGINT,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kyc TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    reason TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status_since BIGINT,
    price BIGINT,
    mrr BIGINT,
    risk BIGINT,
    chance BIGINT,
    account BIGINT,
    ref TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    segment TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    organisation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    gstin TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    technology TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    speed BIGINT,
    cycle TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    renews BIGINT,
    since BIGINT,
    usage BIGINT,
    avg_speed BIGINT,
    uptime BIGINT,
    ltv BIGINT,
    nps BIGINT,
    due BIGINT,
    late BIGINT,
    pays_by TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tickets_30d BIGINT,
    open_tickets BIGINT,
    csat BIGINT,
    source TEXT NOT NULL DEFAULT '' COLLATE NOCASE
);
INSERT INTO customers_own
    (
    id, version, deleted, name, status, owner, kyc, reason, status_since, price, mrr, risk, chance, account, ref,
    segment, organisation, gstin, tags, phone, area, city, state, plan, technology, speed, cycle, renews, since,
    usage, avg_speed, uptime, ltv, nps, due, late, pays_by, tickets_30d, open_tickets, csat, source
    )
SELECT
    id, version, deleted, name, status, owner, kyc, reason, status_since, price, mrr, risk, chance, account, ref,
    segment, organisation, gstin, tags, phone, area, city, state, plan, technology, speed, cycle, renews, since,
    usage, avg_speed, uptime, ltv, nps, due, late, pays_by, tickets_30d, open_tickets, csat, source
FROM customers ORDER BY id;

DROP TABLE customers;
ALTER TABLE customers_own RENAME TO customers;

-- The indexes went with the older table.
CREATE UNIQUE INDEX customers_account ON customers (account);
CREATE UNIQUE INDEX customers_ref ON customers (ref) WHERE ref <> '';
CREATE INDEX customers_phone ON customers (phone) WHERE phone <> '';
CREATE INDEX customers_rest_email ON customers_rest (email) WHERE email <> '';
CREATE INDEX customers_gstin ON customers (gstin) WHERE gstin <> '';
CREATE INDEX customers_name ON customers (name, id);
CREATE INDEX customers_city ON customers (city, id);
CREATE INDEX customers_plan ON customers (plan, id);
CREATE INDEX customers_since ON customers (COALESCE(since, -4611686018427387904), id);
CREATE INDEX customers_renews ON customers (COALESCE(renews, -4611686018427387904), id);
CREATE INDEX customers_mrr ON customers (COALESCE(mrr, -4611686018427387904), id);
CREATE INDEX customers_risk ON customers (COALESCE(risk, -4611686018427387904), id);
CREATE INDEX customers_due ON customers (COALESCE(due, -4611686018427387904), id);
CREATE INDEX customers_usage ON customers (COALESCE(usage, -4611686018427387904), id);
CREATE INDEX customers_ltv ON customers (COALESCE(ltv, -4611686018427387904), id);
CREATE INDEX customers_chance ON customers (COALESCE(chance, -4611686018427387904), id);
CREATE INDEX customers_suspended ON customers (COALESCE(due, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('suspended', 'expired');
CREATE INDEX customers_pending ON customers (name, id) WHERE deleted IS NULL AND status = 'pending';
CREATE INDEX customers_overdue ON customers (COALESCE(due, -4611686018427387904), id)
    WHERE deleted IS NULL AND due > 0 AND status IN ('grace', 'suspended', 'expired');
CREATE INDEX customers_owing ON customers (COALESCE(renews, -4611686018427387904), id)
    WHERE deleted IS NULL AND due > 0 AND NOT (status IN ('grace', 'suspended', 'expired'));
CREATE INDEX customers_facets ON customers
    (city, plan, status, technology, segment, risk, mrr, price, due, renews, since, nps, speed, tickets_30d, source, owner,
     area, deleted)
    WHERE deleted IS NULL;
CREATE INDEX customers_expiring ON customers (COALESCE(renews, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('active', 'grace');

-- What came with a customer, packed: read with them and never changed, it needs no row for each line.
CREATE TABLE timelines (
    customer INTEGER PRIMARY KEY NOT NULL REFERENCES customers (id),
    lines TEXT NOT NULL
);
