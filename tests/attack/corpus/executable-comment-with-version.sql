-- why: MariaDB runs it; it was read as a comment
-- dialect: mysql
-- expect: refused
-- text:
SELECT 1 /*!50000 + 100 */
