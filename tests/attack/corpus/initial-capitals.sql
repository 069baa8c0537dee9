-- why: became a statement that holds control characters
-- dialect: duckdb
-- expect: refused
-- text:
SELECT initcap('hello world')
