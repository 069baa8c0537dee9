-- why: the hours were dropped
-- dialect: postgres
-- expect: refused
-- text:
SELECT INTERVAL '-1 days +02:03'
