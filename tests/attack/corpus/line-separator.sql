-- why: no blank for DuckDB
-- dialect: duckdb
-- expect: refused
-- text:
SELECT 1\u2028+ 1
