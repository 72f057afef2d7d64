-- Lines of search, folded, those of sixty-four rows to a piece, which has the id of the first: read at a start instead of
-- every row. They follow from the rows and are made anew after any step of the schema, so that a step may also change
-- how they are made.
CREATE TABLE customers_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE leads_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE deals_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE tickets_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE jobs_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE incidents_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
CREATE TABLE users_lines (piece INTEGER PRIMARY KEY NOT NULL, lines BLOB NOT NULL);
