-- One statement a line; \n is a line break. Every one must pass, and runs on the real engine in tests/ports/test_warehouse.py.
SELECT status, count(*) AS n, total(amount) AS total FROM orders GROUP BY status
SELECT strftime('%Y-%m', ordered_on) AS month, sum(amount) AS total FROM orders GROUP BY month HAVING total > 1 ORDER BY month
SELECT date(ordered_on, '+1 month') AS due, julianday('now') - julianday(ordered_on) AS days FROM orders
SELECT ifnull(amount, 0) AS a, iif(amount > 10, 'big', 'small') AS size, printf('%.2f', amount) AS shown, group_concat(status, ', ') AS s FROM orders GROUP BY id
SELECT [Größe (cm)], "select" FROM [Odd Table]
SELECT `id` FROM `orders` WHERE status GLOB 'p*' AND amount BETWEEN 1 AND 100
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
SELECT main.orders.id FROM main.orders LIMIT 2 OFFSET 1
SELECT row_number() OVER (ORDER BY amount) AS place, CAST(amount AS INTEGER) AS whole, round(amount, 1) AS r FROM orders
SELECT value FROM orders, json_each('[1, 2]') LIMIT 3
SELECT id, sum(amount) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders
SELECT id, avg(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) AS around FROM orders
SELECT id, lag(amount) OVER w AS before, lead(amount, 1, 0) OVER w AS after, first_value(id) OVER w AS f, ntile(2) OVER w AS half FROM orders WINDOW w AS (ORDER BY id)
SELECT id, rank() OVER (ORDER BY amount DESC) AS r, dense_rank() OVER (ORDER BY status) AS d, percent_rank() OVER (ORDER BY amount) AS p, cume_dist() OVER (ORDER BY amount) AS c FROM orders
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, sum(CASE WHEN status = 'open' THEN 1 ELSE 0 END) AS open FROM orders
SELECT customer_id, count(DISTINCT status) AS kinds, min(amount) AS low, max(amount) AS high, avg(amount) AS mean FROM orders GROUP BY customer_id HAVING count(*) > 1
WITH totals AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) SELECT c.name, t.total FROM customers AS c JOIN totals AS t ON t.customer_id = c.id
WITH RECURSIVE days(day) AS (SELECT date('2024-01-01') UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < '2024-01-31') SELECT day FROM days
SELECT d.day, count(o.id) AS n FROM (WITH RECURSIVE s(day) AS (SELECT '2024-01-01' UNION ALL SELECT date(day, '+1 day') FROM s WHERE day < '2024-01-10') SELECT day FROM s) AS d LEFT JOIN orders AS o ON o.ordered_on = d.day GROUP BY d.day
SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT o.id, c.name FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id AND c.credit > 60
SELECT o.id, c.name FROM orders AS o INNER JOIN customers AS c USING (id)
SELECT o.id FROM orders AS o NATURAL JOIN (SELECT id FROM customers) AS c
SELECT o.id, c.id AS other FROM orders AS o CROSS JOIN customers AS c WHERE c.id <> o.customer_id
SELECT json_extract(attributes, '$.color') AS color, attributes ->> '$.color' AS same, attributes -> '$.tags' AS tags, json_array_length(attributes, '$.tags') AS n FROM customers
SELECT c.name, t.value AS tag FROM customers AS c, json_each(c.attributes, '$.tags') AS t
SELECT t.fullkey, t.type FROM customers AS c, json_tree(c.attributes) AS t WHERE t.type = 'text'
SELECT json_object('id', id, 'name', name) AS whole, json_group_array(name) OVER () AS names, json_type(attributes) AS kind, json_valid('{}') AS ok FROM customers
SELECT json_group_object(name, id) AS pairs, json_array(1, 2) AS a, json_quote('x') AS q, json_set('{}', '$.a', 1) AS s, json_remove('{"a":1}', '$.a') AS r, json_patch('{}', '{"a":1}') AS p FROM customers
SELECT strftime('%Y', ordered_on) AS y, strftime('%w', ordered_on) AS weekday, strftime('%j', ordered_on) AS d, CAST(strftime('%m', ordered_on) AS INTEGER) AS m FROM orders
SELECT date(ordered_on, 'start of month') AS month, date(ordered_on, '+1 month', '-1 day') AS e, datetime(ordered_on, '12:00') AS noon, time('12:30') AS t, unixepoch('2024-01-01') AS u FROM orders
SELECT round(julianday('2024-12-31') - julianday(ordered_on)) AS days, date('2024-01-31', 'weekday 1') AS monday FROM orders
SELECT upper(name) AS u, lower(name) AS l, trim(name) AS t, ltrim(name, 'A') AS lt, rtrim(name) AS rt, length(name) AS n, substr(name, 1, 2) AS s, substr(name, -1) AS last, replace(name, 'a', 'b') AS r, instr(name, 'd') AS p FROM customers
SELECT name || ' (' || id || ')' AS shown, hex(name) AS h, quote(name) AS q, unicode(name) AS c, char(65, 66) AS ab FROM customers
SELECT printf('%05.1f', amount) AS padded, format('%d', id) AS f, printf('%s: %s', id, status) AS both FROM orders
SELECT abs(-1) AS a, round(amount, 1) AS r, ceil(amount) AS c, floor(amount) AS f, mod(5.5, 2) AS m, 5 % 3 AS rest, power(2, 3) AS p, sqrt(16) AS q, ln(10) AS n, log10(100) AS l, log2(8) AS l2, exp(1) AS e, sign(-3) AS s, trunc(2.7) AS t FROM orders
SELECT sin(0) AS s, cos(0) AS c, tan(0) AS t, atan2(1, 1) AS a, pi() AS p, radians(180) AS r, degrees(3.14) AS d
SELECT max(id, 2) AS g, min(id, 2) AS l, coalesce(NULL, status) AS c, nullif(status, 'open') AS n, ifnull(status, '') AS i, iif(amount > 10, 1, 0) AS f FROM orders
SELECT CASE WHEN amount > 50 THEN 'large' ELSE 'small' END AS size, count(*) AS n FROM orders GROUP BY 1 ORDER BY 2 DESC
SELECT typeof(amount) AS t, CAST(amount AS TEXT) AS s, CAST('12' AS INTEGER) AS i, CAST(id AS REAL) AS r FROM orders
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_on >= '2024-01-01' AND status IS NOT NULL
SELECT id FROM orders WHERE status LIKE 'p%' ESCAPE '!' AND status NOT LIKE '%x' AND NOT status GLOB 'q*'
SELECT name FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.id AND o.amount > 50)
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT name, (SELECT count(*) FROM orders AS o WHERE o.customer_id = c.id) AS n FROM customers AS c
SELECT x.status, x.n FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT v.a, v.b FROM (SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y') AS v
WITH v(a, b) AS (VALUES (1, 'x'), (2, 'y')) SELECT a, b FROM v
SELECT DISTINCT status FROM orders ORDER BY status DESC LIMIT 2
SELECT id, amount FROM orders ORDER BY amount DESC NULLS LAST LIMIT 2 OFFSET 1
SELECT group_concat(status) AS s, group_concat(DISTINCT status) AS d, total(amount) AS t, sum(DISTINCT id) AS i FROM orders
SELECT 'it''s; DROP TABLE orders' AS t, '-- no' AS u FROM orders /* ; DELETE FROM orders */ -- ; UPDATE
SELECT "Größe (cm)" AS "wie groß?", "user" FROM "Odd Table" WHERE "select" = 'x'
SELECT id & 1 AS b, id | 8 AS o, id << 2 AS s, ~id AS n, -id AS m, +id AS p FROM orders
SELECT id FROM orders WHERE amount > (SELECT avg(amount) FROM orders) AND (status = 'paid' OR status = 'open')
SELECT customer_id, strftime('%Y-%m', ordered_on) AS month, sum(amount) AS total FROM orders GROUP BY customer_id, strftime('%Y-%m', ordered_on)
SELECT a.id, b.id AS next FROM orders AS a JOIN orders AS b ON b.id = a.id + 1
SELECT sum(amount) * 100.0 / (SELECT sum(amount) FROM orders) AS share, status FROM orders GROUP BY status
SELECT id, amount - avg(amount) OVER () AS off FROM orders WHERE ordered_on < date('now')
SELECT likely(1) AS l, random() IS NOT NULL AS r
SELECT x'41' AS blob, 1e3 AS big, .5 AS half, 'ü' AS umlaut, NULL AS void, TRUE AS yes
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 100) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 10 UNION ALL SELECT n - 1 FROM r WHERE n > 0) SELECT n FROM r
SELECT '{"a.b": 1}' ->> 'a.b' AS dotted, attributes -> 'tags' ->> 0 AS tag, '{"a": [1, 2]}' ->> '$.a[#-1]' AS last FROM customers
SELECT strftime('%Y', ordered_on) || '-Q' || ((CAST(strftime('%m', ordered_on) AS INTEGER) + 2) / 3) AS quarter, sum(amount) AS total FROM orders GROUP BY quarter
WITH numbered AS (SELECT amount, row_number() OVER (ORDER BY amount) AS place, count(*) OVER () AS n FROM orders) SELECT avg(amount) AS median FROM numbered WHERE place IN ((n + 1) / 2, (n + 2) / 2)
SELECT customer_id, status FROM orders WHERE (customer_id, amount) IN (SELECT customer_id, max(amount) FROM orders GROUP BY customer_id)
SELECT max(1, NULL) AS m, 7 / 2 AS whole, -7 % 3 AS rest, typeof(2 * 1.0) AS kind, 1 IS NOT 2 AS differs, '3x' * 2 AS six FROM orders
SELECT sum(amount) FILTER (WHERE status = 'paid') OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS running, status COLLATE NOCASE = 'PAID' AS is_paid FROM orders
SELECT substr('abcdef', -2) AS ending, substr('abcdef', 4, -2) AS before, date('2024-01-31', '+1 month') AS later, date('2024-03-15', 'weekday 0') AS sunday, printf('%05d|%.2f|%,d', 42, 1.5, 1234567) AS shown FROM orders
WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r
