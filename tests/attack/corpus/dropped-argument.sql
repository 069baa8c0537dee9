-- why: the second argument was dropped
-- dialect: duckdb
-- expect: refused
-- text:
SELECT char(65, 66)
