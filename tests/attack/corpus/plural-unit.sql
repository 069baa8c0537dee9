-- why: an alias to PostgreSQL: five seconds, not five days
-- dialect: postgres
-- expect: refused
-- text:
SELECT INTERVAL '5' days
