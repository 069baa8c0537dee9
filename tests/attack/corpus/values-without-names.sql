-- why: became a UNION whose columns have other names
-- dialect: mysql
-- expect: refused
-- text:
SELECT column1 FROM (VALUES (1), (2)) AS v
