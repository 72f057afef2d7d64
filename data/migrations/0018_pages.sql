-- Orders and counts that the indexes so far had only with many rows to be passed over.

-- Who owes and whose renewal day is gone: by what they owe, of the statuses nearly all of them are of; the others, who
-- owe but whose day is mostly still to come, by that day.
CREATE INDEX customers_overdue ON customers (COALESCE(due, -4611686018427387904), id)
    WHERE deleted IS NULL AND due > 0 AND status IN ('grace', 'suspended', 'expired');
CREATE INDEX customers_owing ON customers (COALESCE(renews, -4611686018427387904), id)
    WHERE deleted IS NULL AND due > 0 AND NOT (status IN ('grace', 'suspended', 'expired'));

-- Leads by the month they came to their end in (India's time), by score.
CREATE INDEX leads_ended_score ON leads
    (strftime('%Y%m', COALESCE(lost_at, converted_at) / 1000 + 19800, 'unixepoch'), COALESCE(score, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('converted', 'lost');
-- Leads by when they are to be followed up, what is snoozed when it wakes: with all that a count asks.
CREATE INDEX leads_due ON leads
    (max(follow_up, COALESCE(snoozed_until, follow_up)), snoozed_until, mrr, stage, deleted, follow_up)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');

-- The open queue by its clock: with the status and the money, so that a count of some of the
-- open ones reads no rows.
DROP INDEX tickets_open_clock;
CREATE INDEX tickets_open_clock ON tickets (COALESCE(clock, -4611686018427387904), id, status, stake, deleted, clock)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');

-- Deals are few: every order that is offered has its index.
CREATE INDEX deals_city ON deals (city, id);
CREATE INDEX deals_lost_at ON deals (COALESCE(lost_at, -4611686018427387904), id);
CREATE INDEX deals_last_activity ON deals (COALESCE(last_activity, -4611686018427387904), id);
CREATE INDEX deals_mrr ON deals (COALESCE(mrr, -4611686018427387904), id);
CREATE INDEX deals_owner_all ON deals (owner, id);
CREATE INDEX deals_quote_all ON deals (quote, id);
CREATE INDEX deals_seats ON deals (COALESCE(seats, -4611686018427387904), id);
CREATE INDEX deals_stage_since ON deals (COALESCE(stage_since, -4611686018427387904), id);
CREATE INDEX deals_valid_until ON deals (COALESCE(valid_until, -4611686018427387904), id);
CREATE INDEX deals_weighted ON deals (COALESCE(weighted, -4611686018427387904), id);

-- What leads, tickets and jobs are most often asked by, each in one narrow index: a count of some of these fields reads
-- a tenth of what the rows take. The second condition says what the first does: only who asks for it in these words is
-- given the index, for many lists begin with a state, and have their own.
CREATE INDEX leads_facets ON leads (stage, city, created, source, owner, score, plan, mrr, lost_reason, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;
CREATE INDEX tickets_facets ON tickets (status, city, opened, category, priority, owner, csat, clock, stake, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;
CREATE INDEX jobs_facets ON jobs (state, city, day, kind, owner, created, finished, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;

-- The one of customers tells where they came from and who looks after them, too.
DROP INDEX customers_facets;
CREATE INDEX customers_facets ON customers
    (city, plan, status, technology, segment, risk, mrr, price, due, renews, since, nps, speed, tickets_30d, source, owner,
     deleted)
    WHERE deleted IS NULL;
