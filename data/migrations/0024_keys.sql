-- An entry of an index ends in the id of its row whether the index names it or not. Named, it was kept twice: a sixth of
-- most entries.

DROP INDEX activities_customer;
CREATE INDEX activities_customer ON activities (customer, at);

DROP INDEX conversation_ticket;
CREATE INDEX conversation_ticket ON conversation (ticket, at);

DROP INDEX coverage_order;
CREATE INDEX coverage_order ON coverage (place);

DROP INDEX customers_name;
CREATE INDEX customers_name ON customers (name);
DROP INDEX customers_city;
CREATE INDEX customers_city ON customers (city);
DROP INDEX customers_plan;
CREATE INDEX customers_plan ON customers (plan);
DROP INDEX customers_since;
CREATE INDEX customers_since ON customers (COALESCE(since, -4611686018427387904));
DROP INDEX customers_renews;
CREATE INDEX customers_renews ON customers (COALESCE(renews, -4611686018427387904));
DROP INDEX customers_mrr;
CREATE INDEX customers_mrr ON customers (COALESCE(mrr, -4611686018427387904));
DROP INDEX customers_risk;
CREATE INDEX customers_risk ON customers (COALESCE(risk, -4611686018427387904));
DROP INDEX customers_due;
CREATE INDEX customers_due ON customers (COALESCE(due, -4611686018427387904));
DROP INDEX customers_usage;
CREATE INDEX customers_usage ON customers (COALESCE(usage, -4611686018427387904));
DROP INDEX customers_ltv;
CREATE INDEX customers_ltv ON customers (COALESCE(ltv, -4611686018427387904));
DROP INDEX customers_chance;
CREATE INDEX customers_chance ON customers (COALESCE(chance, -4611686018427387904));
DROP INDEX customers_suspended;
CREATE INDEX customers_suspended ON customers (COALESCE(due, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('suspended', 'expired');
DROP INDEX customers_pending;
CREATE INDEX customers_pending ON customers (name)
    WHERE deleted IS NULL AND status = 'pending';
DROP INDEX customers_overdue;
CREATE INDEX customers_overdue ON customers (COALESCE(due, -4611686018427387904))
    WHERE deleted IS NULL AND due > 0 AND status IN ('grace', 'suspended', 'expired');
DROP INDEX customers_owing;
CREATE INDEX customers_owing ON customers (COALESCE(renews, -4611686018427387904))
    WHERE deleted IS NULL AND due > 0 AND NOT (status IN ('grace', 'suspended', 'expired'));
DROP INDEX customers_expiring;
CREATE INDEX customers_expiring ON customers (COALESCE(renews, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('active', 'grace');

DROP INDEX deallines_deal;
CREATE INDEX deallines_deal ON deallines (deal);

DROP INDEX dealnotes_deal;
CREATE INDEX dealnotes_deal ON dealnotes (deal, at);

DROP INDEX deals_name;
CREATE INDEX deals_name ON deals (name);
DROP INDEX deals_stage_expected_close;
CREATE INDEX deals_stage_expected_close ON deals (stage, COALESCE(expected_close, -4611686018427387904));
DROP INDEX deals_stage_amount;
CREATE INDEX deals_stage_amount ON deals (stage, COALESCE(amount, -4611686018427387904));
DROP INDEX deals_stage_last_activity;
CREATE INDEX deals_stage_last_activity ON deals (stage, COALESCE(last_activity, -4611686018427387904));
DROP INDEX deals_stage_stage_since;
CREATE INDEX deals_stage_stage_since ON deals (stage, COALESCE(stage_since, -4611686018427387904));
DROP INDEX deals_expected_close;
CREATE INDEX deals_expected_close ON deals (COALESCE(expected_close, -4611686018427387904));
DROP INDEX deals_amount;
CREATE INDEX deals_amount ON deals (COALESCE(amount, -4611686018427387904));
DROP INDEX deals_created;
CREATE INDEX deals_created ON deals (COALESCE(created, -4611686018427387904));
DROP INDEX deals_won_at;
CREATE INDEX deals_won_at ON deals (COALESCE(won_at, -4611686018427387904));
DROP INDEX deals_quoted;
CREATE INDEX deals_quoted ON deals (COALESCE(valid_until, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation') AND quote <> '';
DROP INDEX deals_open_expected_close;
CREATE INDEX deals_open_expected_close ON deals (COALESCE(expected_close, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
DROP INDEX deals_open_amount;
CREATE INDEX deals_open_amount ON deals (COALESCE(amount, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
DROP INDEX deals_open_last_activity;
CREATE INDEX deals_open_last_activity ON deals (COALESCE(last_activity, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
DROP INDEX deals_owner_expected_close;
CREATE INDEX deals_owner_expected_close ON deals (owner, COALESCE(expected_close, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('qualified', 'proposal', 'negotiation');
DROP INDEX deals_won;
CREATE INDEX deals_won ON deals (COALESCE(won_at, -4611686018427387904))
    WHERE deleted IS NULL AND stage = 'won';
DROP INDEX deals_lost;
CREATE INDEX deals_lost ON deals (COALESCE(lost_at, -4611686018427387904))
    WHERE deleted IS NULL AND stage = 'lost';
DROP INDEX deals_city;
CREATE INDEX deals_city ON deals (city);
DROP INDEX deals_lost_at;
CREATE INDEX deals_lost_at ON deals (COALESCE(lost_at, -4611686018427387904));
DROP INDEX deals_last_activity;
CREATE INDEX deals_last_activity ON deals (COALESCE(last_activity, -4611686018427387904));
DROP INDEX deals_mrr;
CREATE INDEX deals_mrr ON deals (COALESCE(mrr, -4611686018427387904));
DROP INDEX deals_owner_all;
CREATE INDEX deals_owner_all ON deals (owner);
DROP INDEX deals_quote_all;
CREATE INDEX deals_quote_all ON deals (quote);
DROP INDEX deals_seats;
CREATE INDEX deals_seats ON deals (COALESCE(seats, -4611686018427387904));
DROP INDEX deals_stage_since;
CREATE INDEX deals_stage_since ON deals (COALESCE(stage_since, -4611686018427387904));
DROP INDEX deals_valid_until;
CREATE INDEX deals_valid_until ON deals (COALESCE(valid_until, -4611686018427387904));
DROP INDEX deals_weighted;
CREATE INDEX deals_weighted ON deals (COALESCE(weighted, -4611686018427387904));

DROP INDEX incidents_phase;
CREATE INDEX incidents_phase ON incidents (phase, began);

DROP INDEX items_state;
CREATE INDEX items_state ON items (state);

DROP INDEX jobs_day;
CREATE INDEX jobs_day ON jobs (day, slot);
DROP INDEX jobs_owner;
CREATE INDEX jobs_owner ON jobs (owner, day);
DROP INDEX jobs_state;
CREATE INDEX jobs_state ON jobs (state, COALESCE(finished, -4611686018427387904));
DROP INDEX jobs_created;
CREATE INDEX jobs_created ON jobs (COALESCE(created, -4611686018427387904));
DROP INDEX jobs_open_day;
CREATE INDEX jobs_open_day ON jobs (COALESCE(day, -4611686018427387904), slot)
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');
DROP INDEX jobs_open_created;
CREATE INDEX jobs_open_created ON jobs (state, COALESCE(created, -4611686018427387904))
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');
DROP INDEX jobs_owner_day;
CREATE INDEX jobs_owner_day ON jobs (owner, COALESCE(day, -4611686018427387904), slot)
    WHERE deleted IS NULL AND state IN ('open', 'scheduled', 'started');
DROP INDEX jobs_by_account;
CREATE INDEX jobs_by_account ON jobs (COALESCE(account, -4611686018427387904));
DROP INDEX jobs_by_day;
CREATE INDEX jobs_by_day ON jobs (COALESCE(day, -4611686018427387904));
DROP INDEX jobs_by_finished;
CREATE INDEX jobs_by_finished ON jobs (COALESCE(finished, -4611686018427387904));
DROP INDEX jobs_by_kind;
CREATE INDEX jobs_by_kind ON jobs (kind);
DROP INDEX jobs_by_state;
CREATE INDEX jobs_by_state ON jobs (state);
DROP INDEX jobs_by_name;
CREATE INDEX jobs_by_name ON jobs (name);
DROP INDEX jobs_by_area;
CREATE INDEX jobs_by_area ON jobs (area);
DROP INDEX jobs_by_city;
CREATE INDEX jobs_by_city ON jobs (city);
DROP INDEX jobs_by_slot;
CREATE INDEX jobs_by_slot ON jobs (slot);
DROP INDEX jobs_by_owner;
CREATE INDEX jobs_by_owner ON jobs (owner);

DROP INDEX leads_name;
CREATE INDEX leads_name ON leads (name);
DROP INDEX leads_score;
CREATE INDEX leads_score ON leads (COALESCE(score, -4611686018427387904));
DROP INDEX leads_created;
CREATE INDEX leads_created ON leads (COALESCE(created, -4611686018427387904));
DROP INDEX leads_follow_up;
CREATE INDEX leads_follow_up ON leads (COALESCE(follow_up, -4611686018427387904));
DROP INDEX leads_open_score;
CREATE INDEX leads_open_score ON leads (COALESCE(score, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_open_follow_up;
CREATE INDEX leads_open_follow_up ON leads (COALESCE(follow_up, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_open_stage_since;
CREATE INDEX leads_open_stage_since ON leads (COALESCE(stage_since, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_open_created;
CREATE INDEX leads_open_created ON leads (COALESCE(created, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_stage_score;
CREATE INDEX leads_stage_score ON leads (stage, COALESCE(score, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_stage_follow_up;
CREATE INDEX leads_stage_follow_up ON leads (stage, COALESCE(follow_up, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_stage_stage_since;
CREATE INDEX leads_stage_stage_since ON leads (stage, COALESCE(stage_since, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_stage_created;
CREATE INDEX leads_stage_created ON leads (stage, COALESCE(created, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_owner_score;
CREATE INDEX leads_owner_score ON leads (owner, COALESCE(score, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_owner_created;
CREATE INDEX leads_owner_created ON leads (owner, COALESCE(created, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install');
DROP INDEX leads_converted_at;
CREATE INDEX leads_converted_at ON leads (COALESCE(converted_at, -4611686018427387904));
DROP INDEX leads_lost_at;
CREATE INDEX leads_lost_at ON leads (COALESCE(lost_at, -4611686018427387904));
DROP INDEX leads_waiting;
CREATE INDEX leads_waiting ON leads (COALESCE(live_on, -4611686018427387904))
    WHERE deleted IS NULL AND availability IN ('planned', 'not-covered');
DROP INDEX leads_live;
CREATE INDEX leads_live ON leads (COALESCE(score, -4611686018427387904))
    WHERE deleted IS NULL AND live_since IS NOT NULL;
DROP INDEX leads_lost;
CREATE INDEX leads_lost ON leads (COALESCE(lost_at, -4611686018427387904))
    WHERE deleted IS NULL AND stage = 'lost';
DROP INDEX leads_ended_score;
CREATE INDEX leads_ended_score ON leads (strftime('%Y%m', COALESCE(lost_at, converted_at) / 1000 + 19800, 'unixepoch'), COALESCE(score, -4611686018427387904))
    WHERE deleted IS NULL AND stage IN ('converted', 'lost');
DROP INDEX leads_by_stage_since;
CREATE INDEX leads_by_stage_since ON leads (COALESCE(stage_since, -4611686018427387904));
DROP INDEX leads_by_last_touch;
CREATE INDEX leads_by_last_touch ON leads (COALESCE(last_touch, -4611686018427387904));
DROP INDEX leads_by_live_on;
CREATE INDEX leads_by_live_on ON leads (COALESCE(live_on, -4611686018427387904));
DROP INDEX leads_by_live_since;
CREATE INDEX leads_by_live_since ON leads (COALESCE(live_since, -4611686018427387904));
DROP INDEX leads_by_mrr;
CREATE INDEX leads_by_mrr ON leads (COALESCE(mrr, -4611686018427387904));
DROP INDEX leads_by_city;
CREATE INDEX leads_by_city ON leads (city);
DROP INDEX leads_by_owner;
CREATE INDEX leads_by_owner ON leads (owner);

DROP INDEX outbox_at;
CREATE INDEX outbox_at ON outbox (COALESCE(at, -4611686018427387904));

DROP INDEX rebates_incident;
CREATE INDEX rebates_incident ON rebates (incident);

DROP INDEX schedules_name;
CREATE INDEX schedules_name ON schedules (name);

DROP INDEX tickets_number;
CREATE INDEX tickets_number ON tickets (COALESCE(number, -4611686018427387904));
DROP INDEX tickets_clock;
CREATE INDEX tickets_clock ON tickets (COALESCE(clock, -4611686018427387904));
DROP INDEX tickets_opened;
CREATE INDEX tickets_opened ON tickets (COALESCE(opened, -4611686018427387904));
DROP INDEX tickets_regulation;
CREATE INDEX tickets_regulation ON tickets (COALESCE(regulation_due, -4611686018427387904));
DROP INDEX tickets_missed;
CREATE INDEX tickets_missed ON tickets (COALESCE(breached_at, -4611686018427387904));
DROP INDEX tickets_status;
CREATE INDEX tickets_status ON tickets (status);
DROP INDEX tickets_owner_clock;
CREATE INDEX tickets_owner_clock ON tickets (owner, COALESCE(clock, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');
DROP INDEX tickets_late_clock;
CREATE INDEX tickets_late_clock ON tickets (COALESCE(clock, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor') AND breached <> '';
DROP INDEX tickets_field_clock;
CREATE INDEX tickets_field_clock ON tickets (COALESCE(clock, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor') AND technician <> '';
DROP INDEX tickets_open_regulation;
CREATE INDEX tickets_open_regulation ON tickets (COALESCE(regulation_due, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor');
DROP INDEX tickets_waiting;
CREATE INDEX tickets_waiting ON tickets (COALESCE(touched, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('waiting-customer', 'waiting-vendor');
DROP INDEX tickets_appeal;
CREATE INDEX tickets_appeal ON tickets (COALESCE(appeal_due, -4611686018427387904))
    WHERE deleted IS NULL AND appeal = 'filed';
DROP INDEX tickets_done;
CREATE INDEX tickets_done ON tickets (COALESCE(resolved, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('resolved', 'closed');
DROP INDEX tickets_category_opened;
CREATE INDEX tickets_category_opened ON tickets (category, COALESCE(opened, -4611686018427387904))
    WHERE deleted IS NULL AND status IN ('resolved', 'closed');
DROP INDEX tickets_by_answered;
CREATE INDEX tickets_by_answered ON tickets (COALESCE(answered, -4611686018427387904));
DROP INDEX tickets_by_resolved;
CREATE INDEX tickets_by_resolved ON tickets (COALESCE(resolved, -4611686018427387904));
DROP INDEX tickets_by_touched;
CREATE INDEX tickets_by_touched ON tickets (COALESCE(touched, -4611686018427387904));
DROP INDEX tickets_by_appeal_due;
CREATE INDEX tickets_by_appeal_due ON tickets (COALESCE(appeal_due, -4611686018427387904));
DROP INDEX tickets_by_stake;
CREATE INDEX tickets_by_stake ON tickets (COALESCE(stake, -4611686018427387904));

DROP INDEX touches_lead;
CREATE INDEX touches_lead ON touches (lead, at);

-- What somebody is at, by its clock: among the open ones those that wait were passed over. With what a count asks.
CREATE INDEX tickets_running_clock ON tickets (COALESCE(clock, -4611686018427387904), id, status, stake, deleted, clock)
    WHERE deleted IS NULL AND status IN ('open', 'in-progress');
