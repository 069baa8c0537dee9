-- why: made in one call past the limit of memory, and heard of no interrupt: 7 s for a limit of 2 s, 2.5 GB
-- dialect: duckdb
-- expect: refused
-- text:
SELECT len(list_transform(range(100000), lambda x : range(100000)))
