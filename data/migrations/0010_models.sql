-- Models: one row a training, with its scores on a time it had not seen. Figures are ten-thousandths; days count from
-- 1970-01-01; moments are epoch milliseconds UTC.
CREATE TABLE models (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    number BIGINT,
    state TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    trained BIGINT,
    owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    cases BIGINT,
    leavers BIGINT,
    days BIGINT,
    auc BIGINT,
    pr_auc BIGINT,
    log_loss BIGINT,
    brier BIGINT,
    ece BIGINT,
    lift BIGINT,
    usual BIGINT,
    search TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX models_number ON models (number);

-- What a model has learnt, as JSON. Kept out of the journal: it can be learnt again.
CREATE TABLE model_bodies (
    model INTEGER PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
);

-- Chance to leave as the model in force said last, hundredths of a percent.
ALTER TABLE customers ADD COLUMN chance BIGINT;
