-- why: midnight as a timestamp came back instead of a date
-- dialect: postgres
-- expect: refused
-- text:
SELECT TIMESTAMP '2024-01-01 10:00'::date
