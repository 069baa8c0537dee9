-- why: the value was dropped
-- dialect: postgres
-- expect: refused
-- text:
SELECT INTERVAL (1 + 1) DAY
