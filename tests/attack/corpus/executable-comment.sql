-- why: MariaDB runs it; it was read as a comment
-- dialect: mysql
-- expect: refused
-- text:
SELECT id FROM orders /*! WHERE id = 1 */
