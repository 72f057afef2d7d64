-- Deals, what they are made of, what was said about them, and what reps earn with them. The columns carry the
-- names of the field table.

CREATE TABLE deals (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    number BIGINT,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    customer BIGINT,
    lead BIGINT,
    organisation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    notes TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    contact TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    amount BIGINT,
    plans BIGINT,
    installation BIGINT,
    equipment BIGINT,
    maintenance BIGINT,
    discount BIGINT,
    referral BIGINT,
    mrr BIGINT,
    seats BIGINT,
    stage TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    category TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    chance BIGINT,
    weighted BIGINT,
    expected_close BIGINT,
    competitor TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    next_step TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    lost_reason TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    quote TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    quoted_on BIGINT,
    valid_until BIGINT,
    quoted_amount BIGINT,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    second_rep TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    share BIGINT,
    last_activity BIGINT,
    source TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    referred_by TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    created BIGINT,
    stage_since BIGINT,
    proposal_at BIGINT,
    negotiation_at BIGINT,
    won_at BIGINT,
    lost_at BIGINT,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX deals_number ON deals (number);
CREATE INDEX deals_name ON deals (name, id);
CREATE INDEX deals_lead ON deals (lead) WHERE lead IS NOT NULL;
CREATE INDEX deals_customer ON deals (customer) WHERE customer IS NOT NULL;
CREATE INDEX deals_owner ON deals (owner, stage);
CREATE INDEX deals_quote ON deals (quote) WHERE quote <> '';
-- A column of the board is a stage in an order.
CREATE INDEX deals_stage_expected_close ON deals (stage, COALESCE(expected_close, -4611686018427387904), id);
CREATE INDEX deals_stage_amount ON deals (stage, COALESCE(amount, -4611686018427387904), id);
CREATE INDEX deals_stage_last_activity ON deals (stage, COALESCE(last_activity, -4611686018427387904), id);
CREATE INDEX deals_stage_stage_since ON deals (stage, COALESCE(stage_since, -4611686018427387904), id);
CREATE INDEX deals_expected_close ON deals (COALESCE(expected_close, -4611686018427387904), id);
CREATE INDEX deals_amount ON deals (COALESCE(amount, -4611686018427387904), id);
CREATE INDEX deals_created ON deals (COALESCE(created, -4611686018427387904), id);
CREATE INDEX deals_won_at ON deals (COALESCE(won_at, -4611686018427387904), id);

CREATE TABLE deallines (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deal BIGINT,
    item TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    seats BIGINT,
    unit TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    rate BIGINT,
    term BIGINT,
    percent BIGINT,
    amount BIGINT,
    first_account BIGINT,
    last_account BIGINT,
    note TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE INDEX deallines_deal ON deallines (deal, id);

CREATE TABLE dealnotes (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    deal BIGINT,
    at BIGINT,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    who TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE
);

CREATE INDEX dealnotes_deal ON dealnotes (deal, at, id);

CREATE TABLE schedules (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    role TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    method TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    percent BIGINT,
    fixed BIGINT,
    slabs TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    clawback_months BIGINT,
    clawback_percent BIGINT,
    starts BIGINT,
    ends BIGINT,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE INDEX schedules_name ON schedules (name, id);
