-- why: what to write instead
-- dialect: postgres
-- expect: same
-- text:
SELECT CAST('-1 days +02:03' AS INTERVAL)
