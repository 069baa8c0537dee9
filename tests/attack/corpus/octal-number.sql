-- why: read as 0 with an alias: 0 instead of 15
-- dialect: postgres
-- expect: refused
-- text:
SELECT 0o17
