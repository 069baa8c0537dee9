-- why: the count became the name of a column
-- dialect: mysql
-- expect: refused
-- text:
SELECT id FROM orders ORDER BY id FETCH FIRST2 ROWS ONLY
