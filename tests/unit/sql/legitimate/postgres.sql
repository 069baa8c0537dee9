-- One statement a line; \n is a line break. Every one must pass, and runs on the real engine in tests/ports/test_warehouse.py.
SELECT status, count(*) AS n, sum(amount) AS total FROM orders GROUP BY status ORDER BY total DESC NULLS LAST LIMIT 5
SELECT o.id, c.name FROM orders AS o JOIN customers AS c ON c.id = o.customer_id WHERE o.amount > 10
SELECT count(*) FILTER (WHERE status = 'paid')::numeric / NULLIF(count(*), 0) AS share FROM orders
WITH monthly AS (SELECT date_trunc('month', ordered_on) AS month, sum(amount) AS total FROM orders GROUP BY 1) SELECT month, total, total - lag(total) OVER (ORDER BY month) AS change FROM monthly ORDER BY month
SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id
SELECT id FROM orders EXCEPT SELECT id FROM customers
(SELECT id FROM orders ORDER BY id LIMIT 1) UNION (SELECT id FROM customers ORDER BY id LIMIT 1)
SELECT c.name, t.amount FROM customers AS c LEFT JOIN LATERAL (SELECT amount FROM orders AS o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 1) AS t ON TRUE
SELECT status, extract(year FROM ordered_on) AS year, sum(amount) AS total FROM orders GROUP BY GROUPING SETS ((1), (2), ())
SELECT status, grouping(status) AS is_total, sum(amount) AS total FROM orders GROUP BY ROLLUP (status)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median, mode() WITHIN GROUP (ORDER BY status) AS usual FROM orders
SELECT to_char(ordered_on, 'YYYY-MM') AS month, string_agg(DISTINCT status, ', ' ORDER BY status) AS statuses FROM orders GROUP BY 1
SELECT make_date(2024, 1, 1) AS first, ordered_on + INTERVAL '1 month' AS due, ordered_on - 7 AS week_before, age(ordered_on) AS age FROM orders
SELECT d::date AS day, count(o.id) AS n FROM generate_series(date '2024-01-01', date '2024-12-31', interval '1 day') AS d LEFT JOIN orders AS o ON o.ordered_on = d::date GROUP BY 1 ORDER BY 1
SELECT n, n * n AS square FROM generate_series(1, 10) AS g(n)
SELECT v.status, count(o.id) AS n FROM (VALUES ('paid'), ('open')) AS v(status) LEFT JOIN orders AS o USING (status) GROUP BY v.status
SELECT CASE WHEN amount >= 100 THEN 'large' WHEN amount >= 10 THEN 'middle' ELSE 'small' END AS size, count(*) AS n FROM orders GROUP BY 1
SELECT rank() OVER (PARTITION BY status ORDER BY amount DESC) AS place, sum(amount) OVER w AS running FROM orders WINDOW w AS (ORDER BY ordered_on ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
SELECT status FROM orders GROUP BY status HAVING count(*) > 1 AND avg(amount) > 5
SELECT name FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.id) AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id AND status = 'open')
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE amount > (SELECT avg(amount) FROM orders))
SELECT name FROM customers WHERE id = ANY (ARRAY[1, 2, 3])
SELECT "Größe (cm)", "select", "user" FROM "Odd Table" WHERE "Größe (cm)" > 1
SELECT t."user" AS "Wer?" FROM "Odd Table" AS t
SELECT ID, Status FROM ORDERS AS Bestellungen WHERE BESTELLUNGEN.ID > 0
SELECT public.orders.id FROM public.orders
SELECT s.note FROM sales.notes AS s
SELECT id /* ; DROP TABLE orders; */ FROM orders -- DELETE FROM orders;
SELECT id FROM orders WHERE status = 'x; DROP TABLE orders; --' OR status = '/*'
SELECT $tag$it's; DELETE$tag$ AS text FROM orders
SELECT name ILIKE '%a%' AS a, name ~ '^A' AS b, split_part(name, ' ', 1) AS c, upper(left(name, 1)) AS d, regexp_replace(name, '[aeiou]', '', 'g') AS e FROM customers
SELECT attributes ->> 'color' AS color, jsonb_array_length(attributes -> 'tags') AS n FROM customers WHERE attributes @> '{"color": "red"}'
SELECT t.tag, count(*) AS n FROM customers AS c, jsonb_array_elements_text(c.attributes -> 'tags') AS t(tag) GROUP BY t.tag
SELECT coalesce(sum(amount), 0) AS total, round(avg(amount), 2) AS mean, stddev_samp(amount) AS spread, corr(amount, id) AS r FROM orders
SELECT id FROM orders OFFSET 1 ROWS FETCH FIRST 2 ROWS ONLY
SELECT amount FROM orders ORDER BY amount DESC FETCH FIRST 1 ROWS WITH TIES
SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, amount DESC
SELECT count(DISTINCT (status, customer_id)) AS pairs FROM orders
SELECT x.n FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) AS x(status, n) WHERE x.n > 0
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH orders AS (SELECT 1 AS only_column) SELECT only_column FROM orders
SELECT * FROM orders NATURAL JOIN (SELECT id, name FROM customers) AS c
SELECT o.*, c.name FROM orders AS o CROSS JOIN customers AS c WHERE c.id = o.customer_id
SELECT status::text AS s, mood::text AS m, 'happy'::mood AS cast_to_enum FROM orders, moods
SELECT now() AT TIME ZONE 'Europe/Berlin' AS berlin, date_part('dow', ordered_on) AS weekday, extract(epoch FROM now() - ordered_on::timestamptz) AS seconds FROM orders
SELECT status AS kind, sum(amount) AS amount FROM orders GROUP BY kind ORDER BY amount
SELECT id, amount, sum(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS around FROM orders
SELECT id, first_value(amount) OVER w AS first, nth_value(amount, 2) OVER w AS second, ntile(2) OVER w AS half FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_on RANGE BETWEEN INTERVAL '30 days' PRECEDING AND CURRENT ROW)
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY CUBE (status, customer_id)
SELECT c.name, o.total FROM customers AS c CROSS JOIN LATERAL (SELECT sum(amount) AS total FROM orders WHERE customer_id = c.id) AS o
SELECT t.part, t.place FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS t(part, place)
SELECT string_to_array(status, 'a') AS parts, array_length(ARRAY[1, 2], 1) AS n, ARRAY[1, 2] || 3 AS more, 2 = ANY (ARRAY[1, 2]) AS has FROM orders
SELECT date_trunc('month', ordered_on)::date AS month, extract(isodow FROM ordered_on) AS weekday, ordered_on + 7 AS later, date '2024-12-31' - ordered_on AS days FROM orders
SELECT to_char(amount, 'FM999G990D00') AS shown, to_date('2024-01-31', 'YYYY-MM-DD') AS day, to_timestamp('2024-01-31 10:00', 'YYYY-MM-DD HH24:MI') AS moment FROM orders
SELECT jsonb_path_query_first(attributes, '$.tags[0]') AS tag, attributes -> 'tags' ->> 0 AS same, attributes #>> '{tags,0}' AS again, attributes ? 'color' AS has FROM customers
SELECT jsonb_build_object('id', id, 'name', name) AS whole, to_jsonb(name) AS text, jsonb_typeof(attributes) AS kind FROM customers
SELECT e.key, e.value FROM customers AS c, jsonb_each_text(c.attributes - 'tags') AS e(key, value)
SELECT name, coalesce(nullif(trim(name), ''), 'none') AS n, initcap(name) AS i, lpad(id::text, 5, '0') AS padded, substring(name FROM 1 FOR 2) AS two, position('a' IN name) AS at, overlay(name PLACING 'x' FROM 1 FOR 1) AS o FROM customers
SELECT regexp_match(name, '(A)(d)') AS m, regexp_split_to_array(name, 'd') AS s, regexp_count(name, 'a') AS n, starts_with(name, 'A') AS st, translate(name, 'A', 'B') AS tr, md5(name) AS h FROM customers
SELECT percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY amount) AS quartiles, regr_slope(amount, id) AS slope, covar_pop(amount, id) AS c, bool_or(amount > 50) AS any, every(amount > 1) AS all FROM orders
SELECT width_bucket(amount, 0, 100, 5) AS bucket, count(*) AS n FROM orders GROUP BY 1
SELECT greatest(amount, 20) AS g, least(amount, 20) AS l, round(amount / 3, 2) AS r, trunc(amount) AS t, mod(id, 2) AS m, power(2, 3) AS p, sqrt(16) AS q, log10(100) AS lg, ln(10) AS e, abs(-id) AS a, ceil(amount) AS c FROM orders
SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END AS paid, (amount > 10) IS TRUE AS large, status IS DISTINCT FROM 'open' AS other, status SIMILAR TO '(p|o)%' AS s FROM orders
SELECT (ROW(id, status)) = (ROW(1, 'paid')) AS same FROM orders
SELECT d.day, coalesce(sum(o.amount), 0) AS total FROM (SELECT generate_series('2024-01-01'::timestamp, '2024-03-31'::timestamp, '1 month')::date AS day) AS d LEFT JOIN orders AS o ON date_trunc('month', o.ordered_on)::date = d.day GROUP BY d.day
WITH RECURSIVE days(day, n) AS (SELECT date '2024-01-01', 1 UNION ALL SELECT day + 1, n + 1 FROM days WHERE n < 31) SELECT day FROM days
WITH a AS MATERIALIZED (SELECT id FROM orders), b AS NOT MATERIALIZED (SELECT id FROM customers) SELECT a.id FROM a WHERE a.id IN (SELECT b.id FROM b)
SELECT id FROM orders INTERSECT ALL SELECT id FROM customers
SELECT timezone('Europe/Berlin', timestamp '2024-07-01 12:00') AS t, timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'America/New_York' AS ny, make_timestamp(2024, 1, 2, 3, 4, 5) AS m, justify_days(interval '40 days') AS j
SELECT date_bin('15 minutes', timestamp '2024-01-01 10:17', timestamp '2024-01-01') AS slot, (timestamp '2024-01-01', timestamp '2024-02-01') OVERLAPS (timestamp '2024-01-15', timestamp '2024-03-01') AS over
SELECT count(*) AS n, 'it''s; DROP TABLE orders --' AS text, '/* no comment */' AS more FROM orders /* a comment; with DELETE */
SELECT x.a, x.b FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS x(a int, b text)
WITH RECURSIVE tree AS (SELECT id, ARRAY[id] AS path FROM customers WHERE id = 1 UNION ALL SELECT c.id, t.path || c.id FROM customers AS c JOIN tree AS t ON c.id = t.id + 1 WHERE NOT c.id = ANY (t.path)) SELECT id, path FROM tree
SELECT id FROM orders WHERE status <> ALL (ARRAY['open', 'cancelled']) AND id = ANY (ARRAY[1, 2, 3])
SELECT t.tag, t.place FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY t(tag, place)
SELECT c.id, e.tag, e.place FROM customers AS c CROSS JOIN LATERAL jsonb_array_elements_text(c.attributes -> 'tags') WITH ORDINALITY e(tag, place)
SELECT json_value(attributes, '$.color') AS color, json_query(attributes, '$.tags') AS tags, json_exists(attributes, '$.none') AS has FROM customers
SELECT c.id, j.color FROM customers AS c, JSON_TABLE(c.attributes, '$' COLUMNS (color text PATH '$.color')) AS j
WITH RECURSIVE r(n) AS (SELECT 10 UNION ALL SELECT n - 1 FROM r WHERE n > 0) SELECT n FROM r
SELECT percentile_cont(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY amount) AS p, rank(50) WITHIN GROUP (ORDER BY amount) AS r FROM orders
SELECT amount, avg(amount) OVER (ORDER BY ordered_on RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) AS before FROM orders
WITH first AS (SELECT customer_id, date_trunc('month', min(ordered_on)) AS cohort FROM orders GROUP BY customer_id), active AS (SELECT DISTINCT o.customer_id, f.cohort, date_trunc('month', o.ordered_on) AS month FROM orders AS o JOIN first AS f USING (customer_id)) SELECT to_char(cohort, 'YYYY-MM') AS cohort, (extract(year FROM age(month, cohort)) * 12 + extract(month FROM age(month, cohort)))::int AS month_number, count(*) AS n FROM active GROUP BY 1, 2
WITH days AS (SELECT DISTINCT customer_id, ordered_on FROM orders), runs AS (SELECT customer_id, ordered_on, ordered_on - (row_number() OVER (PARTITION BY customer_id ORDER BY ordered_on))::int AS run FROM days) SELECT customer_id, min(ordered_on) AS first_day, max(ordered_on) AS last_day, count(*) AS days FROM runs GROUP BY customer_id, run
SELECT sum(amount) FILTER (WHERE status = 'paid') OVER (ORDER BY id) AS paid, lag(status) OVER (PARTITION BY customer_id ORDER BY id) || ' > ' || status AS step FROM orders
SELECT (regexp_match(name, '^(.)'))[1] AS initial, regexp_replace(name, '[aeiou]', '', 'g') AS bare, substring(name FROM '^[A-Z]') AS capital FROM customers
SELECT lower(daterange('2024-01-01', '2024-02-01')) AS low, daterange('2024-01-01', '2024-02-01') && daterange('2024-01-15', '2024-03-01') AS meet, width_bucket(amount, 0, 100, 10) AS bucket FROM orders
SELECT attributes #>> '{tags,0}' AS tag, attributes ?| ARRAY['color', 'x'] AS has, attributes @? '$.color' AS found, attributes - 'tags' AS less FROM customers
SELECT d, h FROM generate_series(DATE '2013-01-01', DATE '2013-12-31', INTERVAL '1 day') AS d, generate_series(0, 23) AS h ORDER BY 1, 2 LIMIT 5
