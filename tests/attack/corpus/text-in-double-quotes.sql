-- why: SQLite takes an unknown name in double quotes for a text
-- dialect: sqlite
-- expect: refused
-- text:
SELECT count(*) FROM orders WHERE "nothing" = "nothing"
