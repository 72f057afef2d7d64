-- The heads of a board of leads are read from the facets, too: how long rows have been where they are, which came to
-- their end in a month, which wait for the network. Every row of a stage was read for it.
DROP INDEX leads_facets;
CREATE INDEX leads_facets ON leads
    (stage, city, created, source, owner, score, plan, mrr, lost_reason, stage_since, converted_at, lost_at,
     availability, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;
CREATE INDEX deals_facets ON deals
    (stage, owner, city, created, source, amount, last_activity, expected_close, quote, stage_since, won_at, lost_at,
     lost_reason, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;
-- Whose jobs of a day collide is told without a look at the jobs.
DROP INDEX jobs_facets;
CREATE INDEX jobs_facets ON jobs (state, city, day, kind, owner, created, finished, slot, deleted)
    WHERE deleted IS NULL AND COALESCE(deleted, 0) = 0;
