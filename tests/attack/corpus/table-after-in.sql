-- why: a bare name after IN is a table in SQLite
-- dialect: sqlite
-- expect: refused
-- text:
SELECT id FROM orders WHERE id IN customers
