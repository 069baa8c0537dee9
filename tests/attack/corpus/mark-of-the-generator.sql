-- why: a text that holds the mark which sqlglot uses for a line break
-- dialect: duckdb
-- expect: same
-- text:
SELECT ' __SQLGLOT__ ' AS x, 'a\nb'
