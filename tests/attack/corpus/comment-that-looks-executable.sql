-- why: a comment like any other outside of MySQL and MariaDB
-- dialect: postgres
-- expect: same
-- text:
SELECT 1 /*! + 100 */
