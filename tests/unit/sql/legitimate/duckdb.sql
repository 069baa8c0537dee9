-- One statement a line; \n is a line break. Every one must pass, and runs on the real engine in tests/ports/test_warehouse.py.
SELECT status, count(*) AS n FROM orders GROUP BY ALL ORDER BY ALL
FROM orders SELECT status, sum(amount) AS total GROUP BY status
SELECT * EXCLUDE (amount) FROM orders
SELECT * REPLACE (amount * 2 AS amount) FROM orders
SELECT amount * 2 AS twice, twice + 1 AS more FROM orders WHERE twice > 5
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY amount DESC) = 1
SELECT strftime(ordered_on, '%Y-%m') AS month, date_trunc('month', ordered_on) AS m, date_diff('day', ordered_on, DATE '2024-12-31') AS days FROM orders
SELECT median(amount) AS med, quantile_cont(amount, 0.9) AS p90, arg_max(id, amount) AS biggest, approx_count_distinct(status) AS kinds FROM orders
SELECT list_transform([1, 2], lambda x: x + 1) AS l, unnest([1, 2]) AS u, {'a': 1}.a AS f FROM orders
SELECT a.x FROM (SELECT {'x': 1} AS a FROM orders)
SELECT list(status ORDER BY status) AS l, string_agg(status, ',') AS s FROM orders
SELECT o.id FROM ORDERS AS o ASOF JOIN customers AS c ON o.id >= c.id
SELECT i FROM range(10) AS r(i)
SELECT 7 // 2 AS whole, 7 / 2 AS half, 2 ** 3 AS cube FROM orders
SELECT id FROM orders UNION ALL BY NAME SELECT id, name FROM customers
SELECT "Größe (cm)" FROM "odd table"
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), (customer_id), ())
SELECT status, sum(amount) FILTER (WHERE amount > 10) AS large FROM orders GROUP BY ROLLUP (status)
SELECT id, avg(amount) OVER (ORDER BY ordered_on ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving, lag(amount, 1, 0) OVER (ORDER BY id) AS before FROM orders
SELECT id, sum(amount) OVER (ORDER BY ordered_on RANGE BETWEEN INTERVAL '30' DAY PRECEDING AND CURRENT ROW) AS running FROM orders
SELECT id, max(amount) OVER w AS m FROM orders WINDOW w AS (PARTITION BY status ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)
SELECT * EXCLUDE (amount, status) REPLACE (id + 1 AS id) FROM orders
SELECT u.tag FROM customers AS c, UNNEST(from_json(json_extract(c.attributes, '$.tags'), '["VARCHAR"]')) AS u(tag)
SELECT attributes ->> '$.color' AS color, json_array_length(attributes -> '$.tags') AS n, json_extract_string(attributes, '$.color') AS same FROM customers
SELECT json_object('id', id, 'name', name) AS whole, json_type(attributes) AS kind, json_valid('{}') AS ok FROM customers
SELECT list_aggregate([1, 2, 3], 'sum') AS s, list_sort([3, 1, 2]) AS sorted, list_filter([1, 2, 3], lambda x: x > 1) AS f, [1, 2, 3][2] AS second, [1, 2, 3][1:2] AS cut, len([1, 2]) AS n
SELECT struct_pack(a := 1, b := 'x') AS s, {'a': 1, 'b': 'x'}.b AS b, map([1, 2], ['a', 'b'])[1] AS m, map_keys(map([1], ['a'])) AS k
SELECT quantile_cont(amount, [0.25, 0.5, 0.75]) AS q, mode(status) AS usual, stddev_samp(amount) AS s, skewness(amount) AS sk, histogram(status) AS h, approx_quantile(amount, 0.5) AS aq FROM orders
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median, string_agg(status, ', ' ORDER BY id) AS l, bool_and(amount > 1) AS all FROM orders
SELECT date_part('year', ordered_on) AS y, extract(dow FROM ordered_on) AS d, dayname(ordered_on) AS n, last_day(ordered_on) AS l, ordered_on + INTERVAL 1 MONTH AS due, date_trunc('quarter', ordered_on) AS q, monthname(ordered_on) AS m FROM orders
SELECT strptime('2024-01-31', '%Y-%m-%d') AS t, make_date(2024, 1, 2) AS d, epoch(TIMESTAMP '2024-01-01') AS e, to_timestamp(0) AS z, time_bucket(INTERVAL '1 week', ordered_on) AS w FROM orders
SELECT TIMESTAMPTZ '2024-07-01 12:00:00+00' AT TIME ZONE 'Europe/Berlin' AS berlin, age(DATE '2024-03-01', DATE '2024-01-01') AS a, date_diff('month', DATE '2024-01-01', DATE '2024-03-01') AS m, isoyear(DATE '2024-01-01') AS y
SELECT regexp_extract(name, '(A)(d)', 1) AS r, regexp_replace(name, 'a', 'b', 'g') AS rr, regexp_matches(name, '^A') AS m, split_part(name, 'd', 1) AS s, contains(name, 'd') AS c, name ILIKE 'a%' AS i, name SIMILAR TO 'A.*' AS si FROM customers
SELECT upper(name) AS u, trim(name) AS t, lpad(name, 10, '.') AS l, reverse(name) AS r, replace(name, 'a', 'b') AS rp, substring(name, 1, 2) AS s, strpos(name, 'd') AS p, concat_ws('-', name, id) AS c, printf('%05d', id) AS f FROM customers
SELECT levenshtein('a', 'b') AS l, jaccard('ab', 'abc') AS j, ascii('a') AS a, chr(65) AS c, md5('x') AS m, to_base64('x'::BLOB) AS b, strip_accents('é') AS s
SELECT greatest(1, 2) AS g, least(1, 2) AS l, round(2.5, 0) AS r, floor(2.5) AS f, mod(5, 3) AS m, power(2, 3) AS p, log10(100) AS lg, log2(8) AS l2, ln(10) AS e, sign(-2) AS s, trunc(2.7) AS t, even(3) AS ev, gcd(4, 6) AS gc
SELECT TRY_CAST('x' AS INTEGER) AS t, '12'::INTEGER AS i, CAST('2024-01-01' AS DATE) AS d, 1.5::DECIMAL(10, 2) AS n, 'a'::VARCHAR AS v
SELECT ifnull(NULL, 1) AS i, coalesce(NULL, 2) AS c, nullif(1, 1) AS n, CASE WHEN 1 = 1 THEN 'a' END AS k, if(1 > 0, 'a', 'b') AS f
SELECT id FROM orders UNION SELECT id FROM customers ORDER BY id
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT ALL SELECT id FROM customers
SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT sum(n) AS total FROM r
WITH monthly AS (SELECT date_trunc('month', ordered_on) AS month, sum(amount) AS total FROM orders GROUP BY ALL) SELECT month, total - lag(total) OVER (ORDER BY month) AS change FROM monthly
SELECT d.day, count(o.id) AS n FROM (SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2024-01-31', INTERVAL 1 DAY)) AS DATE) AS day) AS d LEFT JOIN orders AS o ON o.ordered_on = d.day GROUP BY d.day
SELECT t.i FROM generate_series(1, 10, 2) AS t(i)
SELECT c.name, l.amount FROM customers AS c, LATERAL (SELECT amount FROM orders AS o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 1) AS l
SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, id
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING n > 1 ORDER BY n DESC NULLS LAST LIMIT 5 OFFSET 0
SELECT arg_min(id, amount) AS a, min_by(id, amount) AS m, max_by(id, amount) AS x, list(id ORDER BY id) AS l, count(DISTINCT status) AS d, any_value(status) AS v, first(status ORDER BY id) AS f FROM orders
SELECT id, amount FROM orders WHERE amount BETWEEN 1 AND 50 AND status IN ('paid', 'open') AND ordered_on >= DATE '2024-01-01' AND NOT (status LIKE 'x%' ESCAPE '!')
SELECT c.name FROM customers AS c SEMI JOIN orders AS o ON o.customer_id = c.id
SELECT c.name FROM customers AS c ANTI JOIN orders AS o ON o.customer_id = c.id AND o.amount > 50
SELECT c.name, o.id FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.id AND o.status = 'paid'
SELECT 'a; DROP TABLE orders' AS t, '-- x' AS u /* ; DELETE */ FROM orders -- ; UPDATE
SELECT o.id FROM orders AS o WHERE EXISTS (SELECT 1 FROM customers AS c WHERE c.id = o.customer_id)
SELECT "id" AS "Die Nummer", amount AS "größe" FROM "orders"
SELECT list_transform(list_value(1, 2), lambda x: x * 2) AS l, list_reduce([1, 2, 3], lambda a, b: a + b) AS r, list_contains([1], 1) AS c, list_distinct([1, 1]) AS d, array_to_string(['a', 'b'], ',') AS s, string_split('a,b', ',') AS sp
SELECT epoch_ms(TIMESTAMP '2024-01-01') AS e, week(DATE '2024-01-01') AS w, quarter(DATE '2024-05-01') AS q, dayofyear(DATE '2024-05-01') AS d, yearweek(DATE '2024-05-01') AS yw, hour(TIMESTAMP '2024-01-01 10:00') AS h
SELECT bit_count(7) AS b, xor(1, 2) AS x, 1 << 3 AS s, 5 & 3 AS a, 5 | 3 AS o, hash('a') IS NOT NULL AS h
SELECT covar_samp(amount, id) AS c, corr(amount, id) AS r, regr_r2(amount, id) AS r2, var_pop(amount) AS v, kurtosis(amount) AS k, entropy(status) AS e, product(id) AS p, mad(amount) AS m FROM orders
SELECT approx_top_k(status, 2) AS top FROM orders
SELECT jaro_winkler_similarity('abc', 'abd', 0.99) AS same, jaro_winkler_similarity('abc', 'abd') AS alike FROM orders
SELECT attributes ->> '$.color' AS color, attributes ->> '/color' AS pointed, (attributes -> 'tags') ->> 0 AS tag FROM customers
SELECT '{"a.b": 1}'::JSON ->> '$."a.b"' AS x
SELECT format('{:>5}|{{}}', status) AS shown, replace(replace(status, 'p', ''), 'o', '') AS bare FROM orders
SELECT list_transform(['1', '2'], lambda x: lpad(x, 3, '0')) AS padded
SELECT string_agg(status, ',' ORDER BY id DESC) AS s, list(id ORDER BY id)[1:2] AS first_two, arg_max(id, amount, 2) AS biggest, count(*) FILTER (amount > 10) AS n FROM orders
SELECT id, last_value(status IGNORE NULLS) OVER (ORDER BY id) AS l, avg(amount) OVER (ORDER BY ordered_on RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS a FROM orders
SELECT id FROM orders UNION ALL BY NAME SELECT name, id FROM customers
SELECT o.id, p.id AS before FROM orders AS o ASOF LEFT JOIN orders AS p ON p.customer_id = o.customer_id AND p.ordered_on < o.ordered_on
SELECT id FROM orders WHERE 3 <> ALL ([1, 2]) AND id IN [1, 2]
SELECT MAP {'a': 1}['a'] AS m, {'a': {'b': 2}}.a.b AS s, map_keys(MAP {'a': 1}) AS k, struct_insert({'a': 1}, b := 2) AS i, list_zip([1], ['a']) AS z
SELECT date_sub('month', DATE '2024-01-31', DATE '2024-02-29') AS whole, datediff('month', DATE '2024-01-31', DATE '2024-02-29') AS crossed, time_bucket(INTERVAL '1 week', ordered_on) AS week, strftime(ordered_on, '%A') AS day FROM orders
WITH base AS (SELECT customer_id, ordered_on, lag(ordered_on) OVER (PARTITION BY customer_id ORDER BY ordered_on) AS before FROM orders), flagged AS (SELECT *, CASE WHEN before IS NULL OR date_diff('day', before, ordered_on) > 7 THEN 1 ELSE 0 END AS is_new FROM base) SELECT customer_id, sum(is_new) AS visits, median(date_diff('day', before, ordered_on)) AS days FROM flagged GROUP BY ALL ORDER BY ALL
