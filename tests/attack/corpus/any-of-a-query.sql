-- why: SQLite has none
-- dialect: sqlite
-- expect: refused
-- text:
SELECT id FROM orders WHERE id = ANY (SELECT 1)
