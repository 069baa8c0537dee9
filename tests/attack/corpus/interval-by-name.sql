-- why: ten days became ten years
-- dialect: duckdb
-- expect: refused
-- text:
SELECT make_interval(days => 10)
