-- Tickets, their conversation, the outbox, the knowledge base, canned replies, macros and categories.

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    clock BIGINT,
    docket TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    number BIGINT,
    subject TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    category TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    subcategory TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    priority TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channel TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    customer BIGINT NOT NULL REFERENCES customers (id),
    account BIGINT,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    city TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    area TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tier TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    technician TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    opened BIGINT,
    answered BIGINT,
    resolved BIGINT,
    closed BIGINT,
    touched BIGINT,
    messages BIGINT,
    reopens BIGINT,
    csat BIGINT,
    article TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    duplicate_of TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    parent TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    incident TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    response_due BIGINT,
    resolution_due BIGINT,
    spent BIGINT,
    breached TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    breached_at BIGINT,
    escalated BIGINT,
    rules TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    regulation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    regulation_due BIGINT,
    stake BIGINT,
    amount BIGINT,
    rent BIGINT,
    appeal TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    appeal_due BIGINT,
    trace TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX tickets_docket ON tickets (docket);
CREATE INDEX tickets_number ON tickets (COALESCE(number, -4611686018427387904), id);
CREATE INDEX tickets_clock ON tickets (COALESCE(clock, -4611686018427387904), id);
CREATE INDEX tickets_opened ON tickets (COALESCE(opened, -4611686018427387904), id);
CREATE INDEX tickets_customer ON tickets (customer, opened);
CREATE INDEX tickets_regulation ON tickets (COALESCE(regulation_due, -4611686018427387904), id);
CREATE INDEX tickets_missed ON tickets (COALESCE(breached_at, -4611686018427387904), id);
CREATE INDEX tickets_status ON tickets (status, id);

-- said: reply, note, customer, system.
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    ticket BIGINT NOT NULL REFERENCES tickets (id),
    at BIGINT,
    said TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    who TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channel TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    article TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    search TEXT NOT NULL DEFAULT ''
);
CREATE INDEX conversation_ticket ON conversation (ticket, at, id);

-- Nothing in here is sent by the program itself: a transport takes what is queued.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    at BIGINT,
    address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    channel TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    status TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    reference TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    customer BIGINT,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    who TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    search TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_at ON outbox (COALESCE(at, -4611686018427387904), id);
CREATE INDEX outbox_reference ON outbox (reference);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    slug TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    category TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    tags TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    solved BIGINT,
    author TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    changed BIGINT,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX articles_slug ON articles (slug) WHERE deleted IS NULL;

CREATE TABLE replies (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    category TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    body TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX replies_name ON replies (name) WHERE deleted IS NULL;

-- steps: parted by `;`, as in `reply visit-planned; status waiting-customer`.
CREATE TABLE macros (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    steps TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX macros_name ON macros (name) WHERE deleted IS NULL;

CREATE TABLE categories (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    code TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    title TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    parent TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    priority TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    regulation TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    deleted BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX categories_code ON categories (code) WHERE deleted IS NULL;

-- Where a desk begins; all of it can be changed.
INSERT INTO categories (id, code, title, parent, priority, regulation, search) VALUES
    (1, 'no-internet', 'No Internet', '', 'high', 'fault', 'no internet' || char(10) || 'no-internet '),
    (2, 'slow-speed', 'Slow Speed', '', 'medium', 'fault', 'slow speed' || char(10) || 'slow-speed '),
    (3, 'ott-app', 'OTT App Issues', '', 'low', 'complaint', 'ott app issues' || char(10) || 'ott-app '),
    (4, 'billing', 'Billing Issues', '', 'medium', 'billing', 'billing issues' || char(10) || 'billing '),
    (5, 'installation-request', 'Installation Request', '', 'medium', 'connection', 'installation request' || char(10) || 'installation-request '),
    (6, 'upgrade-request', 'Upgrade Request', '', 'low', 'none', 'upgrade request' || char(10) || 'upgrade-request '),
    (7, 'no-internet-los', 'LOS light red', 'no-internet', 'high', 'fault', 'los light red' || char(10) || 'no-internet-los '),
    (8, 'no-internet-pppoe', 'Cannot log in (PPPoE)', 'no-internet', 'high', 'fault', 'cannot log in (pppoe)' || char(10) || 'no-internet-pppoe '),
    (9, 'no-internet-drops', 'Line drops', 'no-internet', 'high', 'fault', 'line drops' || char(10) || 'no-internet-drops '),
    (10, 'no-internet-router', 'Router dead', 'no-internet', 'high', 'fault', 'router dead' || char(10) || 'no-internet-router '),
    (11, 'slow-speed-evening', 'Slow in the evening', 'slow-speed', 'medium', 'fault', 'slow in the evening' || char(10) || 'slow-speed-evening '),
    (12, 'slow-speed-wifi', 'Weak Wi-Fi', 'slow-speed', 'low', 'complaint', 'weak wi-fi' || char(10) || 'slow-speed-wifi '),
    (13, 'slow-speed-latency', 'High ping', 'slow-speed', 'medium', 'fault', 'high ping' || char(10) || 'slow-speed-latency '),
    (14, 'ott-app-activation', 'Not activated', 'ott-app', 'low', 'complaint', 'not activated' || char(10) || 'ott-app-activation '),
    (15, 'ott-app-playback', 'Does not play', 'ott-app', 'low', 'complaint', 'does not play' || char(10) || 'ott-app-playback '),
    (16, 'billing-dispute', 'Bill disputed', 'billing', 'medium', 'billing', 'bill disputed' || char(10) || 'billing-dispute '),
    (17, 'billing-payment', 'Payment not updated', 'billing', 'medium', 'billing', 'payment not updated' || char(10) || 'billing-payment '),
    (18, 'billing-invoice', 'GST invoice wanted', 'billing', 'low', 'complaint', 'gst invoice wanted' || char(10) || 'billing-invoice '),
    (19, 'billing-refund', 'Refund of deposit', 'billing', 'medium', 'refund', 'refund of deposit' || char(10) || 'billing-refund '),
    (20, 'installation-request-new', 'New connection', 'installation-request', 'medium', 'connection', 'new connection' || char(10) || 'installation-request-new '),
    (21, 'installation-request-shift', 'Shifting', 'installation-request', 'medium', 'none', 'shifting' || char(10) || 'installation-request-shift '),
    (22, 'installation-request-termination', 'Termination', 'installation-request', 'medium', 'termination', 'termination' || char(10) || 'installation-request-termination '),
    (23, 'upgrade-request-plan', 'Faster plan', 'upgrade-request', 'low', 'none', 'faster plan' || char(10) || 'upgrade-request-plan '),
    (24, 'upgrade-request-static-ip', 'Static IP', 'upgrade-request', 'low', 'none', 'static ip' || char(10) || 'upgrade-request-static-ip ');

INSERT INTO replies (id, name, category, body, search) VALUES
    (101, 'received', '', 'Dear {name}, we have your complaint {docket} and look into it. We expect to have it done by {due}. {agent}, {company}', 'received' || char(10) || 'dear {name}, we have your complaint {docket} and look into it. we expect to have it done by {due}. {agent}, {company} '),
    (102, 'visit-planned', '', 'Dear {name}, our technician visits you for {docket}. Please keep somebody at home and the router switched on. {agent}, {company}', 'visit-planned' || char(10) || 'dear {name}, our technician visits you for {docket}. please keep somebody at home and the router switched on. {agent}, {company} '),
    (103, 'restart-router', 'no-internet', 'Dear {name}, please switch the router off for 30 seconds and on again, then tell us whether the LOS light is red. Docket {docket}. {agent}', 'restart-router' || char(10) || 'dear {name}, please switch the router off for 30 seconds and on again, then tell us whether the los light is red. docket {docket}. {agent} '),
    (104, 'los-red', 'no-internet', 'Dear {name}, a red LOS light means that no light comes through the fibre. Please do not bend the cable; a technician comes to you. Docket {docket}.', 'los-red' || char(10) || 'dear {name}, a red los light means that no light comes through the fibre. please do not bend the cable; a technician comes to you. docket {docket}. '),
    (105, 'speed-test', 'slow-speed', 'Dear {name}, please run a speed test over a cable, not over Wi-Fi, and send us a picture of it. Docket {docket}. {agent}', 'speed-test' || char(10) || 'dear {name}, please run a speed test over a cable, not over wi-fi, and send us a picture of it. docket {docket}. {agent} '),
    (106, 'ott-link', 'ott-app', 'Dear {name}, the activation link of your OTT pack was sent again to your registered number. Please open it within 24 hours. Docket {docket}.', 'ott-link' || char(10) || 'dear {name}, the activation link of your ott pack was sent again to your registered number. please open it within 24 hours. docket {docket}. '),
    (107, 'bill-explained', 'billing', 'Dear {name}, we have checked your bill for {docket}. If it was wrong, the credit is on your account within one week. {agent}, {company}', 'bill-explained' || char(10) || 'dear {name}, we have checked your bill for {docket}. if it was wrong, the credit is on your account within one week. {agent}, {company} '),
    (108, 'need-details', '', 'Dear {name}, to go on with {docket} we need an answer from you. Please call {phone} or write back. {agent}', 'need-details' || char(10) || 'dear {name}, to go on with {docket} we need an answer from you. please call {phone} or write back. {agent} '),
    (109, 'resolved', '', 'Dear {name}, {docket} is solved. If it is not, tell us within {window} days and we open it again. {agent}, {company}', 'resolved' || char(10) || 'dear {name}, {docket} is solved. if it is not, tell us within {window} days and we open it again. {agent}, {company} ');

INSERT INTO macros (id, name, owner, steps, search) VALUES
    (201, 'to-field', '', 'priority high; status in-progress; reply visit-planned; tag field', 'to-field' || char(10)),
    (202, 'ask-customer', '', 'reply need-details; status waiting-customer', 'ask-customer' || char(10));
