-- why: SQLite takes none
-- dialect: sqlite
-- expect: refused
-- text:
SELECT t.* AS "x" FROM orders AS t
