-- why: a name that looks like a file is read as one
-- dialect: duckdb
-- expect: refused
-- text:
SELECT * FROM "canary.csv"
