-- why: became REGEXP_LIKE, which MariaDB has not
-- dialect: mysql
-- expect: same
-- text:
SELECT id FROM orders WHERE status REGEXP '^p' ORDER BY id
