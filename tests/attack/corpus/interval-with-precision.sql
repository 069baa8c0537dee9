-- why: the precision became a value
-- dialect: postgres
-- expect: refused
-- text:
SELECT interval(2) '1 day 01:23:45.6789'
