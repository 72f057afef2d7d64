-- Orders of the views that come with the program: money due.
CREATE INDEX customers_due ON customers (COALESCE(due, -4611686018427387904), id);
