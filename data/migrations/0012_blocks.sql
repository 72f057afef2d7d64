-- What a command did to many rows: a run of at most a thousand changes of one entity as one text (see
-- src/store/block.rs). An entry has rows here or in `changes`, not in both. n: the place of the first change of the
-- block in the entry. low, high: the least and the greatest row id.
CREATE TABLE blocks (
    entry BIGINT NOT NULL REFERENCES journal (seq),
    n BIGINT NOT NULL,
    entity TEXT NOT NULL,
    rows BIGINT NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry, n)
);
CREATE INDEX blocks_rows ON blocks (entity, low, high);
