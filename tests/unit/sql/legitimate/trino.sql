-- One statement a line; \n is a line break. Every one must pass.
SELECT status, count(*) AS n, sum(amount) AS total FROM orders GROUP BY status ORDER BY total DESC NULLS LAST LIMIT 5
SELECT date_trunc('month', ordered_at) AS month, sum(amount) AS total FROM hive.shop.orders GROUP BY 1 ORDER BY 1
SELECT o.id, u.name FROM shop.orders AS o JOIN shop.users AS u ON u.id = o.user_id
SELECT date_add('month', 1, ordered_at) AS due, date_diff('day', ordered_at, current_timestamp) AS age, ordered_at + INTERVAL '7' DAY AS later, ordered_at - INTERVAL '1' MONTH AS before FROM orders
SELECT year(ordered_at) AS y, month(ordered_at) AS m, day_of_week(ordered_at) AS d, week(ordered_at) AS w, quarter(ordered_at) AS q, extract(hour FROM ordered_at) AS h, last_day_of_month(ordered_at) AS l FROM orders
SELECT date_format(ordered_at, '%Y-%m') AS m, date_parse('2024-01-31', '%Y-%m-%d') AS p, format_datetime(ordered_at, 'yyyy-MM') AS f, from_iso8601_date('2024-01-31') AS i, to_iso8601(ordered_at) AS t, from_unixtime(0) AS u, to_unixtime(ordered_at) AS tu FROM orders
SELECT ordered_at AT TIME ZONE 'Europe/Berlin' AS berlin, with_timezone(ordered_at, 'UTC') AS z, timestamp '2024-01-01 10:00:00' AS t, date '2024-01-01' AS d, current_date AS c FROM orders
SELECT approx_percentile(amount, 0.5) AS median, approx_percentile(amount, ARRAY[0.25, 0.75]) AS q, approx_distinct(user_id) AS u, approx_most_frequent(3, status, 100) AS t, count_if(amount > 10) AS n, arbitrary(status) AS a, max_by(status, amount) AS mb, min_by(status, amount) AS mi FROM orders
SELECT listagg(status, ', ') WITHIN GROUP (ORDER BY status) AS s, array_agg(status ORDER BY id) AS a, map_agg(id, status) AS m, histogram(status) AS h, stddev_samp(amount) AS sd, corr(amount, id) AS c, var_pop(amount) AS v, bool_or(amount > 10) AS b, geometric_mean(amount) AS g, checksum(id) AS ck FROM orders
SELECT sum(amount) FILTER (WHERE status = 'paid') AS paid, count(DISTINCT user_id) AS u FROM orders
SELECT e.id, t.tag FROM events AS e CROSS JOIN UNNEST(e.tags) AS t(tag)
SELECT e.id, t.tag, t.place FROM events AS e CROSS JOIN UNNEST(e.tags) WITH ORDINALITY AS t(tag, place)
SELECT e.id, t.k, t.v FROM events AS e CROSS JOIN UNNEST(e.attributes) AS t(k, v)
SELECT e.id, t.a, t.b FROM events AS e LEFT JOIN UNNEST(e.xs, e.ys) AS t(a, b) ON TRUE
SELECT n FROM UNNEST(sequence(1, 10)) AS t(n)
SELECT day FROM UNNEST(sequence(date '2024-01-01', date '2024-12-31', INTERVAL '1' DAY)) AS t(day)
SELECT day FROM UNNEST(sequence(date '2024-01-01', date '2024-12-31')) AS t(day)
SELECT json_extract_scalar(payload, '$.color') AS color, json_extract(payload, '$.tags') AS tags, json_array_length(json_extract(payload, '$.tags')) AS n, json_parse('{}') AS p, json_format(json_parse('{}')) AS f, json_size(payload, '$.tags') AS s FROM events
SELECT json_value(payload, 'lax $.color') AS v, json_query(payload, 'lax $.tags') AS q, json_exists(payload, 'lax $.x') AS e FROM events
SELECT CAST(json_extract(payload, '$.tags') AS ARRAY(VARCHAR)) AS tags, CAST(ROW(1, 'x') AS ROW(a INTEGER, b VARCHAR)) AS r, CAST(MAP(ARRAY['a'], ARRAY[1]) AS MAP(VARCHAR, BIGINT)) AS m FROM events
SELECT transform(ARRAY[1, 2], x -> x * 2) AS t, filter(ARRAY[1, 2], x -> x > 1) AS f, reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s) AS r, any_match(ARRAY[1], x -> x = 1) AS a, zip_with(ARRAY[1], ARRAY[2], (x, y) -> x + y) AS z
SELECT ARRAY[1, 2][1] AS first, element_at(ARRAY[1, 2], 3) AS e, cardinality(ARRAY[1, 2]) AS n, contains(ARRAY[1], 1) AS c, array_join(ARRAY['a', 'b'], ',') AS j, array_sort(ARRAY[2, 1]) AS s, array_distinct(ARRAY[1, 1]) AS d, slice(ARRAY[1, 2, 3], 1, 2) AS sl, flatten(ARRAY[ARRAY[1]]) AS f, array_max(ARRAY[1]) AS mx, arrays_overlap(ARRAY[1], ARRAY[1]) AS o
SELECT MAP(ARRAY['a'], ARRAY[1])['a'] AS v, map_keys(MAP(ARRAY['a'], ARRAY[1])) AS k, map_filter(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v > 0) AS f, map_entries(MAP(ARRAY['a'], ARRAY[1])) AS e, split_to_map('a=1,b=2', ',', '=') AS s
SELECT user.name, user.address.city FROM events
SELECT id, sum(amount) OVER (PARTITION BY user_id ORDER BY ordered_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running, lag(amount, 1) OVER (ORDER BY id) AS before, first_value(amount) IGNORE NULLS OVER (ORDER BY id) AS f, ntile(4) OVER (ORDER BY amount) AS q FROM orders
SELECT id, sum(amount) OVER (ORDER BY ordered_on RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, avg(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS around FROM orders
SELECT id, rank() OVER w AS r, dense_rank() OVER w AS d, percent_rank() OVER w AS p, cume_dist() OVER w AS c FROM orders WINDOW w AS (ORDER BY amount)
SELECT status, user_id, sum(amount) AS total, grouping(status, user_id) AS g FROM orders GROUP BY CUBE (status, user_id)
SELECT status, sum(amount) AS total FROM orders GROUP BY ROLLUP (status)
SELECT status, user_id, sum(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), (user_id), ())
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH totals AS (SELECT user_id, sum(amount) AS total FROM orders GROUP BY user_id) SELECT u.name, t.total FROM users AS u JOIN totals AS t ON t.user_id = u.id
SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)
SELECT id FROM orders UNION ALL SELECT id FROM users
SELECT id FROM orders UNION SELECT id FROM users
SELECT id FROM orders EXCEPT SELECT id FROM users
SELECT id FROM orders INTERSECT SELECT id FROM users
SELECT o.id, u.name FROM orders AS o LEFT JOIN users AS u USING (id)
SELECT o.id, u.name FROM orders AS o FULL OUTER JOIN users AS u ON u.id = o.user_id
SELECT u.name, l.amount FROM users AS u CROSS JOIN LATERAL (SELECT amount FROM orders AS o WHERE o.user_id = u.id ORDER BY amount DESC LIMIT 1) AS l
SELECT o.id FROM orders AS o WHERE EXISTS (SELECT 1 FROM users AS u WHERE u.id = o.user_id)
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_on >= date '2024-01-01'
SELECT id FROM orders WHERE amount > ALL (SELECT credit FROM users) OR amount = ANY (SELECT credit FROM users)
SELECT id FROM orders ORDER BY amount DESC OFFSET 10 LIMIT 5
SELECT id FROM orders ORDER BY amount DESC FETCH FIRST 5 ROWS WITH TIES
SELECT id FROM orders ORDER BY id FETCH FIRST 5 ROWS ONLY
SELECT try_cast('x' AS INTEGER) AS t, CAST('12.5' AS DECIMAL(10, 2)) AS d, CAST(id AS VARCHAR) AS s, try(1 / 0) AS z, CAST('2024-01-01' AS DATE) AS da, typeof(id) AS ty FROM orders
SELECT if(amount > 10, 'big', 'small') AS size, coalesce(status, '') AS c, nullif(status, '') AS n, CASE WHEN amount > 10 THEN 1 ELSE 0 END AS k, greatest(1, 2) AS g, least(1, 2) AS l FROM orders
SELECT upper(name) AS u, substr(name, 1, 2) AS s, split(name, ' ')[1] AS f, split_part(name, ' ', 1) AS sp, concat(name, 'x') AS c, name || 'y' AS cc, replace(name, 'a', 'b') AS r, strpos(name, 'a') AS p, lpad(name, 5, '.') AS l, length(name) AS n, trim(name) AS t, starts_with(name, 'A') AS sw, reverse(name) AS rv, format('%05d', id) AS fm, position('a' IN name) AS po FROM users
SELECT regexp_like(name, '^A') AS c, regexp_extract(name, '(\w+)', 1) AS e, regexp_replace(name, '[aeiou]', '') AS r, regexp_extract_all(name, '\w+') AS a, regexp_split(name, ' ') AS s, regexp_count(name, 'a') AS n, name LIKE 'A%' ESCAPE '!' AS l FROM users
SELECT url_extract_host(url) AS h, url_extract_path(url) AS p, url_extract_parameter(url, 'q') AS q, to_hex(md5(to_utf8(name))) AS m, levenshtein_distance('a', 'b') AS l, soundex('a') AS s, codepoint('a') AS c, normalize(name) AS nn FROM events
SELECT round(amount, 1) AS r, truncate(amount) AS t, ceil(amount) AS c, floor(amount) AS f, mod(id, 2) AS m, id % 2 AS rest, power(2, 3) AS p, sqrt(16) AS q, ln(10) AS l, log10(100) AS lg, log2(8) AS l2, abs(-1) AS a, sign(-2) AS s, width_bucket(amount, 0, 100, 5) AS w, is_nan(nan()) AS isn, pi() AS pi FROM orders
SELECT bitwise_and(5, 3) AS b, bit_count(7, 64) AS c, from_base('ff', 16) AS f, to_base(255, 16) AS t
SELECT "größe (cm)" AS "wie groß?", "select" FROM "odd table"
SELECT 'it''s; DROP TABLE orders' AS t, '-- no' AS u FROM orders /* ; DELETE */ -- ; ALTER
SELECT x.status, x.n FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING count(*) > 1
SELECT DISTINCT status FROM orders ORDER BY status
SELECT name, (SELECT count(*) FROM orders AS o WHERE o.user_id = u.id) AS n FROM users AS u
SELECT date_diff('month', date '2024-01-01', date '2024-03-01') AS m, date '2024-01-31' + INTERVAL '1' MONTH AS e, human_readable_seconds(100) AS h, parse_duration('1d') AS p
SELECT approx_percentile(a, ARRAY[0.5, 0.9]), map_agg(k, v)['x'], histogram(a), array_agg(a ORDER BY b) FILTER (WHERE a > 1), listagg(a, ',') WITHIN GROUP (ORDER BY a) FROM c.s.t
SELECT date_diff('day', a, b), date_add('month', -1, d), d + INTERVAL '3' DAY, from_unixtime(x), date_format(ts, '%Y-%m'), format_datetime(ts, 'yyyy'), ts AT TIME ZONE 'Europe/Berlin', CAST(ts AS date), DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00 UTC', day_of_week(d), week(d) FROM t
SELECT k, v FROM t CROSS JOIN UNNEST(map_col) AS u(k, v)
SELECT json_extract_scalar(j, '$.a.b'), json_value(j, 'lax $.a' RETURNING int), json_array_contains(j, 1), CAST(json_parse(j) AS map(varchar, json)) FROM t
SELECT row_number() OVER (PARTITION BY a ORDER BY b) AS n, sum(x) OVER (ORDER BY d ROWS UNBOUNDED PRECEDING) AS s, nth_value(x, 2) OVER (ORDER BY d) AS v FROM t
SELECT a, TRY_CAST(b AS integer), try(c / d), COALESCE(e, 0), IF(a > 1, 'x', 'y'), a IS DISTINCT FROM b, a NOT BETWEEN 1 AND 2, element_at(m, 'k'), r.f.g FROM t
SELECT * FROM (VALUES (1, 'a')) AS v(x, y) CROSS JOIN t
SELECT a FROM t OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n
SELECT reduce_agg(a, 0, (x, y) -> x + y, (x, y) -> x + y), array_sort(l, (x, y) -> IF(x < y, 1, -1)), transform_values(m, (k, v) -> v * 2), all_match(l, x -> x > 0), zip(l1, l2), sequence(1, 5), repeat('x', 3) FROM t

-- Written by somebody who had not seen the rules.
SELECT * FROM TABLE(sequence(1, 100))
SELECT t.id, j.a FROM t, JSON_TABLE(t.doc, 'lax $[*]' COLUMNS (a INTEGER PATH 'lax $.a', b VARCHAR PATH 'lax $.b')) AS j
with base as (\nselect customer_id, date_trunc('week', created_at) as wk, sum(amount) as amt, count(*) as n\nfrom hive.shop.orders\nwhere created_at >= timestamp '2024-01-01 00:00:00' -- since; then\nand status not in ('cancelled', 'test')\ngroup by 1, 2\n),\nranked as (\nselect b.*, rank() over (partition by wk order by amt desc) as rk,\nsum(amt) over (partition by customer_id order by wk rows between unbounded preceding and current row) as cum,\nlag(amt) over (partition by customer_id order by wk) as prev\nfrom base b\n)\nselect wk, approx_percentile(amt, 0.5) as p50, count(*) filter (where rk <= 10) as tops,\narray_agg(customer_id order by amt desc) filter (where rk <= 3) as top3,\nround(100e0 * sum(case when prev is null then 1 else 0 end) / nullif(count(*), 0), 2) as new_pct\nfrom ranked\ngroup by wk\nhaving count(*) > 1\norder by wk desc\nlimit 52
SELECT split(tags, ','), split_part(email, '@', 2), split_to_map(a, ',', '='), element_at(split(tags, ','), 1), split(tags, ',')[1], strpos(a, 'x'), substr(a, 1, 2), substring(a, 1, 2), lpad(a, 5, '0'), rpad(a, 5, ' '), reverse(a), length(a), starts_with(a, 'x'), levenshtein_distance(a, b), concat_ws(',', a, b), a || b, chr(65), codepoint('A'), normalize(a), translate(a, 'x', 'y'), word_stem(a), soundex(a), position('x' IN a), format('%s-%s', a, b) FROM t
SELECT corr(x, y), covar_samp(x, y), regr_slope(y, x), regr_intercept(y, x), skewness(x), kurtosis(x), stddev(x), variance(x), geometric_mean(x), checksum(x), entropy(x), bitwise_and_agg(x), numeric_histogram(10, x), approx_set(id), cardinality(merge(hll)), tdigest_agg(x), value_at_quantile(tdigest_agg(x), 0.5), qdigest_agg(x) FROM t
SELECT json_extract_scalar(payload, '$.user.name'), json_extract(payload, '$.a'), json_array_length(j), json_parse(s), json_format(j), json_size(j, '$.a'), json_query(p, 'lax $.a'), json_value(p, 'lax $.b' RETURNING INTEGER), json_exists(p, 'lax $.c'), CAST(json_extract(p, '$.t') AS ARRAY(VARCHAR)), is_json_scalar(s) FROM events
SELECT date_format(created_at, '%Y-%m'), date_parse('2024-01-01', '%Y-%m-%d'), format_datetime(ts, 'yyyy-MM'), parse_datetime(s, 'yyyy'), year(d), quarter(d), month(d), week(d), day_of_week(d), dow(d), doy(d), year_of_week(d), hour(ts), minute(ts), last_day_of_month(d), day(d), date(ts), human_readable_seconds(96) FROM t
SELECT map(ARRAY['a'], ARRAY[1]), map_keys(m), map_values(m), element_at(m, 'a'), m['a'], map_filter(m, (k, v) -> v > 1), transform_values(m, (k, v) -> v * 2), map_agg(k, v), histogram(k), multimap_agg(k, v), map_union(m), map_concat(m, n), map_entries(m), map_from_entries(e) FROM t GROUP BY m, n, e
SELECT regexp_extract(url, 'utm=([^&]+)', 1), regexp_replace(url, '\d+', 'N'), regexp_like(url, '^https'), regexp_extract_all(url, '\w+'), regexp_split(a, ','), regexp_count(a, 'x'), url_extract_host(url), url_extract_path(url), url_extract_parameter(url, 'q'), url_decode(u) FROM hits
SELECT width_bucket(v, 0, 100, 10), round(v, 2), truncate(v), ceiling(v), cbrt(v), log(2, v), log10(v), log2(v), pow(2, 3), rand(), random(10), is_nan(v), is_finite(v), infinity(), nan(), pi(), e(), degrees(v), radians(v), bitwise_and(a, b), from_base('ff', 16), to_base(10, 2) FROM t
SELECT transform(arr, x -> x * 2), filter(arr, x -> x > 1), reduce(arr, 0, (s, x) -> s + x, s -> s), any_match(arr, x -> x = 1), all_match(arr, x -> x > 0), none_match(arr, x -> x < 0), zip_with(a, b, (x, y) -> x + y), array_sort(arr, (x, y) -> IF(x < y, 1, -1)) FROM t
SELECT CAST(x AS DOUBLE), CAST(x AS VARCHAR(10)), CAST(x AS DECIMAL(10, 2)), CAST(x AS TIMESTAMP(3)), CAST(x AS TIMESTAMP WITH TIME ZONE), CAST(x AS ARRAY(INTEGER)), CAST(x AS MAP(VARCHAR, BIGINT)), CAST(x AS JSON), CAST(x AS REAL), CAST(x AS VARBINARY) FROM t
SELECT created_at AT TIME ZONE 'Europe/Berlin', with_timezone(ts, 'UTC'), at_timezone(tz, 'America/New_York'), from_unixtime(1700000000), to_unixtime(created_at), from_unixtime(x, 'UTC'), from_iso8601_timestamp(s), from_iso8601_date('2024-01-01') FROM orders
SELECT typeof(1), date_trunc('day', now()) = current_timestamp, day_of_month(d), day_of_year(d), week_of_year(d), date '2024-01-01' + interval '1' month, to_iso8601(ts), timezone_hour(tz), millisecond(ts) FROM t
WITH RECURSIVE tree (id, lvl) AS (SELECT id, 1 FROM emp WHERE parent_id IS NULL UNION ALL SELECT e.id, t.lvl + 1 FROM emp e JOIN tree t ON e.parent_id = t.id WHERE t.lvl < 10) SELECT * FROM tree
SELECT approx_distinct(customer_id), approx_percentile(amount, 0.95), approx_percentile(amount, ARRAY[0.5, 0.9]), approx_most_frequent(3, country, 100) FROM orders
SELECT date_diff('day', created_at, shipped_at), date_add('month', -1, current_date), created_at + INTERVAL '3' DAY, created_at - INTERVAL '1' HOUR FROM orders
SELECT count_if(status = 'paid'), sum(amount) FILTER (WHERE status = 'paid'), arbitrary(name), any_value(name), bool_or(a), bool_and(b), every(c) FROM orders
SELECT lag(v, 1, 0) IGNORE NULLS OVER (PARTITION BY id ORDER BY ts), last_value(v) IGNORE NULLS OVER (ORDER BY ts), nth_value(v, 2) OVER (ORDER BY ts) FROM t
SELECT count(DISTINCT (region, product)), bit_count(x, 64), hamming_distance(a, b), luhn_check(a), parse_duration('42ms'), parse_data_size('1kB') FROM sales
SELECT array_agg(name ORDER BY id DESC), array_agg(DISTINCT name) FILTER (WHERE name IS NOT NULL), listagg(name, ', ') WITHIN GROUP (ORDER BY name) FROM t
SELECT c.id, o.amount FROM customers c CROSS JOIN LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) o
SELECT max_by(price, updated_at), min_by(price, updated_at), max_by(price, updated_at, 3), max(amount, 5) FROM prices GROUP BY product_id
SELECT EXTRACT(DOW FROM d), EXTRACT(WEEK FROM d), EXTRACT(QUARTER FROM d), EXTRACT(HOUR FROM ts), EXTRACT(TIMEZONE_HOUR FROM tz) FROM t
SELECT if(a > 0, 'pos', 'neg'), if(a > 0, 1), coalesce(a, b), nullif(a, 0), try(a / b), try_cast(x AS BIGINT), greatest(a, b) FROM t
SELECT c.id, o.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) o ON TRUE
SELECT CASE WHEN a BETWEEN 1 AND 2 THEN 'x' WHEN a IS NULL THEN 'y' END, NOT a > 1, a <> b, a != b, a % 2, -a FROM t
SELECT row_number() OVER (ORDER BY id) AS rn, percent_rank() OVER (ORDER BY v), cume_dist() OVER (ORDER BY v) FROM t
SELECT sum(v) OVER w FROM t WINDOW w AS (PARTITION BY id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
SELECT count(*) FROM orders WHERE date(created_at) BETWEEN current_date - INTERVAL '30' DAY AND current_date
SELECT INTERVAL '1-2' YEAR TO MONTH AS a, INTERVAL '2 10:00' DAY TO MINUTE AS b, d + INTERVAL '1' DAY AS c FROM t
