-- why: DuckDB takes no comparison of a comparison
-- dialect: duckdb
-- expect: refused
-- text:
SELECT id FROM orders WHERE id = 1 = TRUE
