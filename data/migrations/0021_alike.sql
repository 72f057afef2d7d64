-- What a ticket's page learns from, how such tickets were solved and how long it took, are the newest of its category.
CREATE INDEX tickets_category_opened ON tickets (category, COALESCE(opened, -4611686018427387904), id)
    WHERE deleted IS NULL AND status IN ('resolved', 'closed');
