-- One statement a line; \n is a line break. Every one must pass, and runs on the real engine in tests/ports/test_warehouse.py.
SELECT status, count(*) AS n, sum(amount) AS total FROM orders GROUP BY status ORDER BY total DESC LIMIT 5
SELECT o.id, c.name FROM orders AS o JOIN customers AS c ON c.id = o.customer_id WHERE o.amount > 10
SELECT DATE_FORMAT(ordered_on, '%Y-%m') AS month, SUM(amount) AS total FROM orders GROUP BY month ORDER BY month
SELECT YEAR(ordered_on) AS y, MONTH(ordered_on) AS m, DAYOFWEEK(ordered_on) AS d, WEEK(ordered_on, 3) AS w, QUARTER(ordered_on) AS q, DAYNAME(ordered_on) AS n, LAST_DAY(ordered_on) AS l FROM orders
SELECT ordered_on + INTERVAL 1 MONTH AS due, DATE_ADD(ordered_on, INTERVAL 7 DAY) AS later, DATE_SUB(ordered_on, INTERVAL 1 YEAR) AS earlier, DATEDIFF('2024-12-31', ordered_on) AS days, TIMESTAMPDIFF(MONTH, ordered_on, '2024-12-31') AS months FROM orders
SELECT STR_TO_DATE('31.01.2024', '%d.%m.%Y') AS d, UNIX_TIMESTAMP('2024-01-01') AS u, MAKEDATE(2024, 32) AS m, EXTRACT(YEAR FROM ordered_on) AS y, DATE(ordered_on) AS day FROM orders
SELECT CONVERT_TZ('2024-07-01 12:00:00', '+00:00', '+02:00') AS t, TIME_FORMAT('12:30:00', '%H:%i') AS f, SEC_TO_TIME(3600) AS s, TIMEDIFF('12:00:00', '10:00:00') AS td
SELECT CURDATE() <= CURRENT_DATE AS a, NOW() IS NOT NULL AS b, UTC_TIMESTAMP() IS NOT NULL AS c
SELECT CONCAT(name, ' (', id, ')') AS shown, CONCAT_WS('-', id, name) AS ws, UPPER(name) AS u, LOWER(name) AS l, LENGTH(name) AS bytes, CHAR_LENGTH(name) AS n, TRIM(name) AS t, LPAD(id, 5, '0') AS p, REVERSE(name) AS r FROM customers
SELECT SUBSTRING(name, 1, 2) AS s, SUBSTRING_INDEX(name, 'd', 1) AS si, LEFT(name, 1) AS l, RIGHT(name, 1) AS r, LOCATE('d', name) AS p, INSTR(name, 'd') AS i, REPLACE(name, 'a', 'b') AS rp, FIELD(name, 'Ada', 'Bob') AS f, ELT(1, 'a', 'b') AS e, FIND_IN_SET('a', 'b,a') AS fs FROM customers
SELECT name REGEXP '^A' AS m, name RLIKE 'd' AS r, name NOT REGEXP 'z' AS n, REGEXP_REPLACE(name, '[aeiou]', '') AS rr, REGEXP_SUBSTR(name, '[A-Z]') AS rs, REGEXP_INSTR(name, 'd') AS ri, name LIKE 'A%' AS l FROM customers
SELECT IFNULL(amount, 0) AS a, IF(amount > 10, 'big', 'small') AS size, COALESCE(NULL, status) AS c, NULLIF(status, 'open') AS n, ISNULL(status) AS i, GREATEST(amount, 20) AS g, LEAST(amount, 20) AS l FROM orders
SELECT GROUP_CONCAT(DISTINCT status ORDER BY status SEPARATOR ', ') AS statuses, COUNT(DISTINCT status, customer_id) AS pairs, STDDEV_SAMP(amount) AS s, VAR_POP(amount) AS v, BIT_OR(id) AS b FROM orders
SELECT ROUND(amount, 1) AS r, TRUNCATE(amount, 1) AS t, CEIL(amount) AS c, FLOOR(amount) AS f, MOD(id, 2) AS m, id DIV 2 AS d, id % 2 AS rest, POW(2, 3) AS p, SQRT(16) AS q, LN(10) AS n, LOG10(100) AS lg, LOG2(8) AS l2, ABS(-1) AS a, SIGN(-2) AS sg, EXP(0) AS e, PI() AS pi, FORMAT(amount, 2) AS shown FROM orders
SELECT status, SUM(amount) AS total FROM orders GROUP BY status WITH ROLLUP
SELECT id, SUM(amount) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS running, ROW_NUMBER() OVER (ORDER BY amount DESC) AS place, LAG(amount) OVER (ORDER BY id) AS earlier, NTILE(2) OVER (ORDER BY id) AS half FROM orders
SELECT id, RANK() OVER w AS r, DENSE_RANK() OVER w AS d, PERCENT_RANK() OVER w AS p, CUME_DIST() OVER w AS c, FIRST_VALUE(id) OVER w AS f FROM orders WINDOW w AS (ORDER BY amount)
WITH totals AS (SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id) SELECT c.name, t.total FROM customers AS c JOIN totals AS t ON t.customer_id = c.id
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH RECURSIVE d AS (SELECT DATE '2024-01-01' AS day, 1 AS n UNION ALL SELECT day + INTERVAL 1 DAY, n + 1 FROM d WHERE n < 31) SELECT d.day, COUNT(o.id) AS n FROM d LEFT JOIN orders AS o ON o.ordered_on = d.day GROUP BY d.day
SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id
SELECT id FROM orders UNION SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
(SELECT id FROM orders ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM customers ORDER BY id LIMIT 1)
SELECT o.id, c.name FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id AND c.credit > 60
SELECT o.id, c.name FROM orders AS o RIGHT JOIN customers AS c USING (id)
SELECT o.id, c.id AS other FROM orders AS o CROSS JOIN customers AS c WHERE c.id <> o.customer_id
SELECT JSON_EXTRACT(attributes, '$.color') AS color, JSON_UNQUOTE(JSON_EXTRACT(attributes, '$.color')) AS text, JSON_LENGTH(attributes, '$.tags') AS n, JSON_VALUE(attributes, '$.color') AS v, JSON_KEYS(attributes) AS k, JSON_TYPE(attributes) AS t, JSON_VALID('{}') AS ok FROM customers
SELECT c.name, t.tag FROM customers AS c, JSON_TABLE(c.attributes, '$.tags[*]' COLUMNS (tag VARCHAR(50) PATH '$')) AS t
SELECT JSON_OBJECT('id', id, 'name', name) AS whole, JSON_ARRAY(1, 2) AS a, JSON_CONTAINS(attributes, '"red"', '$.color') AS c, JSON_SEARCH(attributes, 'one', 'red') AS s FROM customers
SELECT JSON_ARRAYAGG(name) AS names, JSON_OBJECTAGG(name, id) AS pairs FROM customers
SELECT CAST(amount AS CHAR) AS s, CAST('12' AS SIGNED) AS i, CAST('12.5' AS DECIMAL(10, 2)) AS d, CAST('2024-01-01' AS DATE) AS day, CONVERT('12', UNSIGNED) AS u, CONVERT(name USING utf8mb4) AS t FROM customers, orders LIMIT 1
SELECT `id`, `amount` AS `Der Betrag` FROM `orders` WHERE `status` = 'paid'
SELECT `Größe (cm)`, `select`, `user` FROM `Odd Table` WHERE `Größe (cm)` > 1
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_on >= '2024-01-01' AND status IS NOT NULL
SELECT id FROM orders WHERE (status = 'paid' XOR amount > 50) OR NOT status <=> NULL
SELECT name FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.id AND o.amount > 50)
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT name, (SELECT COUNT(*) FROM orders AS o WHERE o.customer_id = c.id) AS n FROM customers AS c
SELECT x.status, x.n FROM (SELECT status, COUNT(*) AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT CASE WHEN amount > 50 THEN 'large' WHEN amount > 10 THEN 'middle' ELSE 'small' END AS size, COUNT(*) AS n FROM orders GROUP BY size HAVING n > 0
SELECT id, amount FROM orders ORDER BY amount DESC LIMIT 1, 2
SELECT id, amount FROM orders ORDER BY amount DESC LIMIT 2 OFFSET 1
SELECT DISTINCT status FROM orders ORDER BY status
SELECT 'it''s; DROP TABLE orders' AS t, "double; quoted" AS u, '-- no' AS v FROM orders /* ; DELETE FROM orders */
SELECT id FROM orders -- ; UPDATE orders
SELECT id FROM orders # ; DELETE
SELECT HEX('a') AS h, MD5('a') AS m, SHA2('a', 256) AS s, TO_BASE64('a') AS b, CRC32('a') AS c, BIT_COUNT(7) AS n, CONV('a', 16, 10) AS v, INET_ATON('10.0.0.1') AS i
SELECT id & 1 AS b, id | 8 AS o, id ^ 3 AS x, id << 2 AS s, ~id AS n, -id AS m, !(id > 1) AS t FROM orders
SELECT SUM(status = 'paid') AS paid, AVG(amount > 10) AS share, SUM(IF(status = 'open', amount, 0)) AS open FROM orders
SELECT SUM(amount) * 100 / (SELECT SUM(amount) FROM orders) AS share, status FROM orders GROUP BY status
SELECT a.id, b.id AS next_id FROM orders AS a JOIN orders AS b ON b.id = a.id + 1
SELECT customer_id, SUM(amount) AS total, RANK() OVER (ORDER BY SUM(amount) DESC) AS place FROM orders GROUP BY customer_id
SELECT DATE_FORMAT(ordered_on, '%Y-%m-01') AS month, COUNT(*) AS n, COUNT(*) - LAG(COUNT(*)) OVER (ORDER BY DATE_FORMAT(ordered_on, '%Y-%m-01')) AS change_n FROM orders GROUP BY DATE_FORMAT(ordered_on, '%Y-%m-01')
SELECT CONCAT(YEAR(ordered_on), '-Q', QUARTER(ordered_on)) AS quarter, SUM(amount) AS total FROM orders GROUP BY CONCAT(YEAR(ordered_on), '-Q', QUARTER(ordered_on))
SELECT id, ADDDATE(ordered_on, 1) AS a, SUBDATE(ordered_on, 1) AS s, PERIOD_DIFF(202405, 202401) AS p, TO_DAYS(ordered_on) AS t, FROM_DAYS(738000) AS f, DAYOFYEAR(ordered_on) AS d, WEEKDAY(ordered_on) AS w, YEARWEEK(ordered_on, 3) AS yw FROM orders
SELECT ASCII('a') AS a, CHAR(65) AS c, ORD('a') AS o, REPEAT('ab', 3) AS r, SPACE(2) AS s, STRCMP('a', 'b') AS sc, SOUNDEX('Robert') AS sx, QUOTE('a') AS q, MID('abc', 2, 1) AS m
SELECT shop.n FROM (SELECT COUNT(*) AS n FROM orders) AS shop
SELECT v.a FROM (SELECT 1 AS a UNION ALL SELECT 2) AS v
SELECT TIMESTAMPADD(MONTH, 1, '2024-01-31') AS t, FROM_UNIXTIME(0) IS NOT NULL AS f, HOUR('12:30:00') AS h, MINUTE('12:30:00') AS m, TIME_TO_SEC('01:00:00') AS s
SELECT MEDIAN(amount) OVER (PARTITION BY status) AS m, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) AS p FROM orders
SELECT DATE_ADD(ordered_on, INTERVAL 36 HOUR) AS later, DATE_ADD(ordered_on, INTERVAL '1:30' HOUR_MINUTE) AS t, INTERVAL 1 DAY + ordered_on AS d, ordered_on - INTERVAL id DAY AS e FROM orders
SELECT id--1 AS two, 5 --3\n+1 AS nine FROM orders
SELECT GROUP_CONCAT(id, ':', status ORDER BY id SEPARATOR ';') AS s, SUM(status = 'paid') / COUNT(*) AS share, COUNT(DISTINCT status, customer_id) AS n FROM orders
SELECT j.n, j.tag FROM customers AS c, JSON_TABLE(c.attributes, '$.tags[*]' COLUMNS (n FOR ORDINALITY, tag VARCHAR(20) PATH '$')) AS j
SELECT YEAR(ordered_on) AS y, MONTH(ordered_on) AS m, SUM(amount) AS total FROM orders GROUP BY y, m WITH ROLLUP
SELECT TIMESTAMPDIFF(MONTH, '2024-01-31', ordered_on) AS m, PERIOD_DIFF(202403, 202401) AS p, YEARWEEK(ordered_on, 3) AS w, EXTRACT(YEAR_MONTH FROM ordered_on) AS ym, STR_TO_DATE('March 1, 2024', '%M %d, %Y') AS d FROM orders
SELECT 7 DIV 2 AS a, -7 % 3 AS b, NOT 0 AND 0 AS c, 1 XOR 1 AS d, 'a' = 0 AS e, NULL <=> NULL AS f, '3 apples' * 2 AS g, 1 || 0 AS h FROM orders
SELECT DISTINCT status, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) AS p, MEDIAN(amount) OVER (PARTITION BY status) AS m FROM orders
(SELECT id FROM orders ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM customers ORDER BY id DESC LIMIT 1)
