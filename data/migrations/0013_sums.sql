-- Rows and money of the rows that are not put away, by the values of a field or two: what counts of views are read
-- from. Derived: kept by whatever changes a row, filled from the rows after a migration, compared with them by
-- `doctor`. dim: which fields, as src/store/sums.rs names them. a: the text. b: the number.
CREATE TABLE sums (
    dim TEXT NOT NULL,
    a TEXT NOT NULL COLLATE NOCASE,
    b BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    money BIGINT NOT NULL,
    PRIMARY KEY (dim, a, b)
) WITHOUT ROWID;
