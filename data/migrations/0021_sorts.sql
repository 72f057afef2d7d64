-- What a ticket's page learns from, how such tickets were solved and how long it took, are the newest of its category.
CREATE INDEX tickets_category_opened ON tickets (category, COALESCE(opened, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('resolved', 'closed');

-- Plans that expire soon, of the lines that are billed.
CREATE INDEX customers_expiring ON customers (COALESCE(renews, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('active', 'grace');

-- Every column that a list can be ordered by has its index, as those of customers and deals have: a page at any depth is
-- a few steps. What ends a list without values, such as the day the network comes, is in it, too.
CREATE INDEX leads_by_stage_since ON leads (COALESCE(stage_since, -4611686018427387904), id);
CREATE INDEX leads_by_last_touch ON leads (COALESCE(last_touch, -4611686018427387904), id);
CREATE INDEX leads_by_live_on ON leads (COALESCE(live_on, -4611686018427387904), id);
CREATE INDEX leads_by_live_since ON leads (COALESCE(live_since, -4611686018427387904), id);
CREATE INDEX leads_by_mrr ON leads (COALESCE(mrr, -4611686018427387904), id);
CREATE INDEX leads_by_city ON leads (city, id);
CREATE INDEX leads_by_owner ON leads (owner, id);
CREATE INDEX tickets_by_answered ON tickets (COALESCE(answered, -4611686018427387904), id);
CREATE INDEX tickets_by_resolved ON tickets (COALESCE(resolved, -4611686018427387904), id);
CREATE INDEX tickets_by_touched ON tickets (COALESCE(touched, -4611686018427387904), id);
CREATE INDEX tickets_by_appeal_due ON tickets (COALESCE(appeal_due, -4611686018427387904), id);
CREATE INDEX tickets_by_stake ON tickets (COALESCE(stake, -4611686018427387904), id);
CREATE INDEX jobs_by_account ON jobs (COALESCE(account, -4611686018427387904), id);
CREATE INDEX jobs_by_day ON jobs (COALESCE(day, -4611686018427387904), id);
CREATE INDEX jobs_by_finished ON jobs (COALESCE(finished, -4611686018427387904), id);
CREATE INDEX jobs_by_kind ON jobs (kind, id);
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX jobs_by_name ON jobs (name, id);
CREATE INDEX jobs_by_area ON jobs (area, id);
CREATE INDEX jobs_by_city ON jobs (city, id);
CREATE INDEX jobs_by_slot ON jobs (slot, id);
CREATE INDEX jobs_by_owner ON jobs (owner, id);
