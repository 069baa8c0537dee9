-- why: SQLite takes no statement in brackets
-- dialect: sqlite
-- expect: runs
-- text:
(SELECT id FROM orders ORDER BY id)
