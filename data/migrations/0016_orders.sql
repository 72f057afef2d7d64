-- The orders of the views that come with the program. What people work with is the small open part of a large list:
-- an index of that part alone costs little to keep and gives its rows in their order.
--
-- A condition is written with these very words, see the store's `compile`: SQLite takes a partial index only then.

-- Leads: by stage only while open; the ended ones by the day they ended.
DROP INDEX leads_stage_score;
DROP INDEX leads_stage_follow_up;
DROP INDEX leads_stage_stage_since;
DROP INDEX leads_stage_created;
DROP INDEX leads_converted_at;
DROP INDEX leads_lost_at;
CREATE INDEX leads_open_score ON leads (COALESCE(score, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_open_follow_up ON leads (COALESCE(follow_up, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_open_stage_since ON leads (COALESCE(stage_since, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_open_created ON leads (COALESCE(created, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_stage_score ON leads (stage, COALESCE(score, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_stage_follow_up ON leads (stage, COALESCE(follow_up, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_stage_stage_since ON leads (stage, COALESCE(stage_since, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_stage_created ON leads (stage, COALESCE(created, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_owner_score ON leads (owner, COALESCE(score, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_owner_created ON leads (owner, COALESCE(created, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
CREATE INDEX leads_converted_at ON leads (COALESCE(converted_at, -4611686018427387904), id);
CREATE INDEX leads_lost_at ON leads (COALESCE(lost_at, -4611686018427387904), id);
CREATE INDEX leads_waiting ON leads (COALESCE(live_on, -4611686018427387904), id)
    WHERE deleted IS NULL AND availability IN ('planned', 'not-covered');
CREATE INDEX leads_live ON leads (COALESCE(score, -4611686018427387904), id)
    WHERE deleted IS NULL AND live_since IS NOT NULL;
CREATE INDEX leads_lost ON leads (COALESCE(lost_at, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage = 'lost';

-- Deals: few; the ended ones by the day they ended, the quoted ones by the day their quotation runs out.
CREATE INDEX deals_quoted ON deals (COALESCE(valid_until, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation') AND quote <> '';
CREATE INDEX deals_open_expected_close ON deals (COALESCE(expected_close, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
CREATE INDEX deals_open_amount ON deals (COALESCE(amount, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
CREATE INDEX deals_open_last_activity ON deals (COALESCE(last_activity, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
CREATE INDEX deals_owner_expected_close ON deals (owner, COALESCE(expected_close, -4611686018427387904), id)
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
CREATE INDEX deals_won ON deals (COALESCE(won_at, -4611686018427387904), id) WHERE deleted IS NULL AND stage = 'won';
CREATE INDEX deals_lost ON deals (COALESCE(lost_at, -4611686018427387904), id) WHERE deleted IS NULL AND stage = 'lost';

-- Tickets.
CREATE INDEX tickets_open_clock ON tickets (COALESCE(clock, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');
CREATE INDEX tickets_owner_clock ON tickets (owner, COALESCE(clock, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');
CREATE INDEX tickets_late_clock ON tickets (COALESCE(clock, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor') AND breached <> '';
CREATE INDEX tickets_field_clock ON tickets (COALESCE(clock, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor') AND technician <> '';
CREATE INDEX tickets_open_regulation ON tickets (COALESCE(regulation_due, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');
CREATE INDEX tickets_waiting ON tickets (COALESCE(touched, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('waiting-customer', 'waiting-vendor');
CREATE INDEX tickets_appeal ON tickets (COALESCE(appeal_due, -4611686018427387904), id)
    WHERE deleted IS NULL AND appeal = 'filed';
CREATE INDEX tickets_done ON tickets (COALESCE(resolved, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('resolved', 'closed');

-- Jobs.
DROP INDEX jobs_state;
CREATE INDEX jobs_state ON jobs (state, COALESCE(finished, -4611686018427387904), id);
CREATE INDEX jobs_created ON jobs (COALESCE(created, -4611686018427387904), id);
CREATE INDEX jobs_open_day ON jobs (COALESCE(day, -4611686018427387904), slot, id)
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');
CREATE INDEX jobs_open_created ON jobs (state, COALESCE(created, -4611686018427387904), id)
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');
CREATE INDEX jobs_owner_day ON jobs (owner, COALESCE(day, -4611686018427387904), slot, id)
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');

-- Customers: who is cut off by what they owe, who waits for a line; and the rest of the columns a list can be ordered by.
CREATE INDEX customers_usage ON customers (COALESCE(usage, -4611686018427387904), id);
CREATE INDEX customers_ltv ON customers (COALESCE(ltv, -4611686018427387904), id);
CREATE INDEX customers_chance ON customers (COALESCE(chance, -4611686018427387904), id);
CREATE INDEX customers_suspended ON customers (COALESCE(due, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('suspended', 'expired');
CREATE INDEX customers_pending ON customers (name, id) WHERE deleted IS NULL AND status = 'pending';
