-- why: a backslash escapes in MariaDB: the text goes on
-- dialect: mysql
-- expect: same
-- text:
SELECT 'a\' /* ' AS x /* ' */
