-- Leads, where the network reaches, who gets which leads, and what was said to them. The columns carry
-- the names of the field table.

CREATE TABLE leads (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    number BIGINT,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    segment TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    organisation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    notes TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    alt_phone TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    building TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    building_type TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    availability TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    live_on BIGINT,
    live_since BIGINT,
    ports BIGINT,
    drop_metres BIGINT,
    install_cost BIGINT,
    current_provider TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    wanted_speed BIGINT,
    budget_from BIGINT,
    budget BIGINT,
    urgency TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    plan TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    mrr BIGINT,
    stage TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    lost_reason TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    stage_since BIGINT,
    score BIGINT,
    score_place BIGINT,
    score_budget BIGINT,
    score_urgency BIGINT,
    score_source BIGINT,
    score_engagement BIGINT,
    odds BIGINT,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    assigned_at BIGINT,
    follow_up BIGINT,
    follow_up_note TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    snoozed_until BIGINT,
    first_response BIGINT,
    response_minutes BIGINT,
    touches BIGINT,
    last_touch BIGINT,
    source TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    referred_by TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    created BIGINT,
    contacted_at BIGINT,
    survey_at BIGINT,
    quoted_at BIGINT,
    install_at BIGINT,
    converted_at BIGINT,
    lost_at BIGINT,
    customer BIGINT,
    merged_into BIGINT,
    consent TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    consent_on BIGINT,
    dnd TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX leads_number ON leads (number);
CREATE INDEX leads_phone ON leads (phone) WHERE phone <> '';
CREATE INDEX leads_alt_phone ON leads (alt_phone) WHERE alt_phone <> '';
CREATE INDEX leads_email ON leads (email) WHERE email <> '';
CREATE INDEX leads_address ON leads (address) WHERE address <> '';
CREATE INDEX leads_pincode ON leads (pincode) WHERE pincode <> '';
CREATE INDEX leads_name ON leads (name, id);
-- A column of the board is a stage in an order.
CREATE INDEX leads_stage_score ON leads (stage, COALESCE(score, -4611686018427387904), id);
CREATE INDEX leads_stage_follow_up ON leads (stage, COALESCE(follow_up, -4611686018427387904), id);
CREATE INDEX leads_stage_stage_since ON leads (stage, COALESCE(stage_since, -4611686018427387904), id);
CREATE INDEX leads_stage_created ON leads (stage, COALESCE(created, -4611686018427387904), id);
-- What was won and lost in a period.
CREATE INDEX leads_converted_at ON leads (converted_at) WHERE converted_at IS NOT NULL;
CREATE INDEX leads_lost_at ON leads (lost_at) WHERE lost_at IS NOT NULL;
CREATE INDEX leads_score ON leads (COALESCE(score, -4611686018427387904), id);
CREATE INDEX leads_created ON leads (COALESCE(created, -4611686018427387904), id);
CREATE INDEX leads_follow_up ON leads (COALESCE(follow_up, -4611686018427387904), id);
-- Whose turn it is, and how much everybody has.
CREATE INDEX leads_owner ON leads (owner, stage, assigned_at);
-- How often a source leads to a contract.
CREATE INDEX leads_source ON leads (stage, source, deleted);

CREATE TABLE coverage (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    place TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    pincode TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    building TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    live_on BIGINT,
    technology TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    olt TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    ports BIGINT,
    drop_metres BIGINT,
    install_cost BIGINT,
    note TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX coverage_place ON coverage (place) WHERE deleted IS NULL;
CREATE INDEX coverage_order ON coverage (place, id);
CREATE INDEX coverage_pincode ON coverage (pincode);

CREATE TABLE territories (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    place TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    rep TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX territories_place ON territories (place) WHERE deleted IS NULL;

CREATE TABLE touches (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    lead BIGINT NOT NULL REFERENCES leads (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    who TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE
);

CREATE INDEX touches_lead ON touches (lead, at, id);

-- Somebody who is away until a day gets no new work before it.
ALTER TABLE users ADD COLUMN absent_until BIGINT;
