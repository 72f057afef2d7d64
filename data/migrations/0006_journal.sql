-- The journal as rows that filters, lists and exports know like any other. Parts of a long piece of work (kind part)
-- belong to the line they point at and are counted with it.
CREATE VIEW entries AS
SELECT
    j.seq AS id,
    1 AS version,
    j.seq AS number,
    j.at AS at,
    j.who COLLATE NOCASE AS who,
    j.command COLLATE NOCASE AS command,
    j.kind COLLATE NOCASE AS kind,
    j.summary COLLATE NOCASE AS summary,
    j.changed + COALESCE((SELECT sum(p.changed) FROM journal p WHERE p.target = j.seq AND p.kind = 'part'), 0) AS changes,
    CASE
        WHEN j.kind = 'do' AND COALESCE((SELECT u.kind FROM journal u WHERE u.target = j.seq AND u.kind IN ('undo', 'redo')
            ORDER BY u.seq DESC LIMIT 1), '') = 'undo' THEN 'back'
        ELSE 'done'
    END COLLATE NOCASE AS state,
    lower(j.summary || char(10) || j.who || ' ' || j.command || ' #' || j.seq) AS search
FROM journal j
WHERE j.kind <> 'part';

-- Which rows somebody has open in a form. Not part of the data: no journal, no digest.
CREATE TABLE editing (
    seat BIGINT NOT NULL,
    entity TEXT NOT NULL,
    row_id BIGINT NOT NULL,
    who TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (entity, row_id, seat)
);
