-- What the monthly price of a billed line was before and after a day on which it changed: the growth and shrinking that
-- reports tell apart from lines won and lost. Several changes of a day are one; what is taken back on the same day is
-- none. Kept by whatever changes a price, not part of what people put in. Days count from 1970-01-01, money is paise.
CREATE TABLE steps (
    customer BIGINT NOT NULL,
    day BIGINT NOT NULL,
    was BIGINT NOT NULL,
    now BIGINT NOT NULL,
    PRIMARY KEY (customer, day)
) WITHOUT ROWID;
CREATE INDEX steps_day ON steps (day);
