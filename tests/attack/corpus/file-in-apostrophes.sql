-- why: a text after FROM is a file
-- dialect: duckdb
-- expect: refused
-- text:
SELECT * FROM 'canary.csv'
