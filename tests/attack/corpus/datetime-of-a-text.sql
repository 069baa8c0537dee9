-- why: the check ended with an AttributeError
-- dialect: duckdb
-- expect: refused
-- text:
SELECT 1 FROM orders WHERE ordered_on > DATETIME('2014-09-01')
