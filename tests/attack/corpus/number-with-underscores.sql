-- why: read as 1 with an alias: 1 instead of 1000
-- dialect: postgres
-- expect: refused
-- text:
SELECT 1_000
