-- why: each bound holds, the product is a hundred million characters
-- dialect: duckdb
-- expect: refused
-- text:
SELECT length(repeat(repeat('a', 10000), 10000))
