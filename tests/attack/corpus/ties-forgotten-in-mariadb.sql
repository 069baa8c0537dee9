-- why: WITH TIES was dropped
-- dialect: mysql
-- expect: refused
-- text:
SELECT customer_id FROM orders ORDER BY customer_id FETCH FIRST 1 ROWS WITH TIES
