-- why: SQLite takes no such number; it was read as an alias
-- dialect: sqlite
-- expect: refused
-- text:
SELECT 1__0
