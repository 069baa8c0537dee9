-- why: SQLite has none
-- dialect: sqlite
-- expect: refused
-- text:
SELECT status, count(*) FROM orders GROUP BY GROUPING SETS ((status), ())
