-- why: an alias in MariaDB, IS NULL elsewhere
-- dialect: mysql
-- expect: refused
-- text:
SELECT 1 ISNULL
