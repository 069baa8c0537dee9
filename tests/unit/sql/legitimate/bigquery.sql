-- One statement a line; \n is a line break. Every one must pass.
SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM shop.orders GROUP BY status ORDER BY total DESC LIMIT 5
SELECT DATE_TRUNC(ordered_on, MONTH) AS month, SUM(amount) AS total FROM `project.shop.orders` GROUP BY month ORDER BY month
SELECT o.id, u.name FROM `shop.orders` AS o JOIN `shop.users` AS u ON u.id = o.user_id
SELECT DATE_ADD(ordered_on, INTERVAL 1 MONTH) AS due, DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY) AS before, DATE_DIFF(CURRENT_DATE(), ordered_on, DAY) AS age, LAST_DAY(ordered_on) AS l FROM shop.orders
SELECT EXTRACT(YEAR FROM ordered_on) AS y, EXTRACT(ISOWEEK FROM ordered_on) AS w, EXTRACT(DAYOFWEEK FROM ordered_on) AS d, FORMAT_DATE('%Y-%m', ordered_on) AS m, PARSE_DATE('%Y-%m-%d', '2024-01-31') AS p FROM shop.orders
SELECT TIMESTAMP_TRUNC(at, HOUR) AS h, TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), at, MINUTE) AS age, TIMESTAMP_ADD(at, INTERVAL 1 HOUR) AS later, FORMAT_TIMESTAMP('%F %T', at, 'Europe/Berlin') AS f, DATETIME(at, 'Europe/Berlin') AS local, DATE(at) AS d, UNIX_SECONDS(at) AS u FROM shop.events
SELECT DATETIME_TRUNC(DATETIME '2024-01-01 10:00:00', DAY) AS d, DATETIME_DIFF(DATETIME '2024-01-02', DATETIME '2024-01-01', HOUR) AS h, TIME '10:00:00' AS t, TIMESTAMP '2024-01-01 00:00:00+00' AS ts, DATE(2024, 1, 2) AS dd
SELECT APPROX_QUANTILES(amount, 100)[OFFSET(50)] AS median, APPROX_COUNT_DISTINCT(user_id) AS u, APPROX_TOP_COUNT(status, 3) AS t, COUNTIF(amount > 10) AS n, ANY_VALUE(status) AS av, LOGICAL_OR(amount > 10) AS lo FROM shop.orders
SELECT PERCENTILE_CONT(amount, 0.5) OVER (PARTITION BY status) AS median, NTILE(4) OVER (ORDER BY amount) AS q FROM shop.orders
SELECT STRING_AGG(DISTINCT status, ', ' ORDER BY status LIMIT 3) AS s, ARRAY_AGG(status IGNORE NULLS ORDER BY id LIMIT 5) AS a, STDDEV_SAMP(amount) AS sd, CORR(amount, id) AS c, VAR_POP(amount) AS v FROM shop.orders
SELECT e.id, tag FROM shop.events AS e, UNNEST(e.tags) AS tag
SELECT e.id, tag, place FROM shop.events AS e CROSS JOIN UNNEST(e.tags) AS tag WITH OFFSET AS place
SELECT e.id, item.price FROM shop.events AS e LEFT JOIN UNNEST(e.items) AS item
SELECT id, (SELECT SUM(i.price) FROM UNNEST(items) AS i) AS total FROM shop.events
SELECT id FROM shop.events WHERE 'a' IN UNNEST(tags)
SELECT id, user.name AS name, user.address.city AS city, items[SAFE_OFFSET(0)].price AS first, tags[OFFSET(0)] AS t FROM shop.events
SELECT STRUCT(1 AS a, 'x' AS b) AS s, STRUCT(1 AS a).a AS a, [1, 2, 3] AS l, ARRAY<INT64>[1, 2] AS typed, ARRAY_LENGTH([1, 2]) AS n
SELECT AS STRUCT id, status FROM shop.orders
SELECT ARRAY(SELECT id FROM shop.orders ORDER BY id LIMIT 3) AS ids
SELECT * EXCEPT (amount) FROM shop.orders
SELECT * REPLACE (amount * 2 AS amount) FROM shop.orders
SELECT id FROM shop.orders QUALIFY ROW_NUMBER() OVER (PARTITION BY status ORDER BY amount DESC) = 1
SELECT id, SUM(amount) OVER (PARTITION BY user_id ORDER BY ordered_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running, LAG(amount) OVER (ORDER BY id) AS before, FIRST_VALUE(amount IGNORE NULLS) OVER (ORDER BY id) AS f FROM shop.orders
SELECT id, SUM(amount) OVER w AS s FROM shop.orders WINDOW w AS (PARTITION BY status ORDER BY id)
SELECT status, user_id, SUM(amount) AS total FROM shop.orders GROUP BY ROLLUP (status, user_id)
SELECT status, user_id, SUM(amount) AS total FROM shop.orders GROUP BY GROUPING SETS ((status), (user_id), ())
SELECT JSON_VALUE(payload, '$.color') AS color, JSON_QUERY(payload, '$.tags') AS tags, JSON_EXTRACT_SCALAR(payload, '$.n') AS n, JSON_VALUE_ARRAY(payload, '$.tags') AS a FROM shop.events
SELECT PARSE_JSON('{"a": 1}').a AS a, TO_JSON_STRING(STRUCT(1 AS a)) AS s, INT64(PARSE_JSON('1')) AS i, JSON_TYPE(PARSE_JSON('1')) AS t
SELECT tag FROM shop.events, UNNEST(JSON_VALUE_ARRAY(payload, '$.tags')) AS tag
SELECT day FROM UNNEST(GENERATE_DATE_ARRAY('2024-01-01', '2024-12-31')) AS day
SELECT day FROM UNNEST(GENERATE_DATE_ARRAY(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 1 WEEK)) AS day
SELECT n FROM UNNEST(GENERATE_ARRAY(1, 10)) AS n
SELECT ts FROM UNNEST(GENERATE_TIMESTAMP_ARRAY(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-02', INTERVAL 1 HOUR)) AS ts
SELECT SAFE_CAST('x' AS INT64) AS s, CAST('12.5' AS NUMERIC) AS n, CAST(id AS STRING) AS t, CAST('2024-01-01' AS DATE) AS d, CAST(1.5 AS FLOAT64) AS f, CAST('1' AS BIGNUMERIC) AS b FROM shop.orders
SELECT SAFE_DIVIDE(amount, 0) AS d, SAFE.SUBSTR('abc', 0, -1) AS s, IEEE_DIVIDE(1, 0) AS i, IFNULL(status, '') AS n, IF(amount > 10, 'big', 'small') AS size, NULLIF(status, '') AS z, COALESCE(status, 'x') AS c FROM shop.orders
SELECT CASE WHEN amount > 10 THEN 'big' ELSE 'small' END AS size, COUNT(*) AS n FROM shop.orders GROUP BY size HAVING n > 1
SELECT UPPER(name) AS u, SUBSTR(name, 1, 2) AS s, SPLIT(name, ' ')[SAFE_OFFSET(0)] AS f, CONCAT(name, '-', id) AS c, REPLACE(name, 'a', 'b') AS r, STRPOS(name, 'a') AS p, LPAD(name, 5, '.') AS l, LENGTH(name) AS n, TRIM(name) AS t, STARTS_WITH(name, 'A') AS sw, REVERSE(name) AS rv, FORMAT('%05d', id) AS fm, INITCAP(name) AS i FROM shop.users
SELECT REGEXP_CONTAINS(name, r'^A') AS c, REGEXP_EXTRACT(name, r'(\w+)') AS e, REGEXP_REPLACE(name, r'[aeiou]', '') AS r, REGEXP_EXTRACT_ALL(name, r'\w+') AS a, name LIKE 'A%' AS l FROM shop.users
SELECT NORMALIZE(name) AS n, TO_HEX(MD5(name)) AS h, FARM_FINGERPRINT(name) AS f, TO_BASE64(SHA256(name)) AS s, NET.HOST('http://example.com/x') AS host, NET.REG_DOMAIN('http://example.com') AS d FROM shop.users
SELECT ROUND(amount, 1) AS r, TRUNC(amount) AS t, CEIL(amount) AS c, FLOOR(amount) AS f, MOD(id, 2) AS m, DIV(7, 2) AS d, POW(2, 3) AS p, SQRT(16) AS q, LN(10) AS l, LOG(100, 10) AS lg, LOG10(100) AS l10, ABS(-1) AS a, SIGN(-2) AS s, GREATEST(1, 2) AS g, LEAST(1, 2) AS le FROM shop.orders
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH totals AS (SELECT user_id, SUM(amount) AS total FROM shop.orders GROUP BY user_id) SELECT u.name, t.total FROM shop.users AS u JOIN totals AS t ON t.user_id = u.id
WITH v AS (SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y') SELECT a, b FROM v
SELECT v.a, v.b FROM UNNEST([STRUCT(1 AS a, 'x' AS b), STRUCT(2 AS a, 'y' AS b)]) AS v
SELECT id FROM shop.orders UNION ALL SELECT id FROM shop.users
SELECT id FROM shop.orders UNION DISTINCT SELECT id FROM shop.users
SELECT id FROM shop.orders EXCEPT DISTINCT SELECT id FROM shop.users
SELECT id FROM shop.orders INTERSECT DISTINCT SELECT id FROM shop.users
SELECT o.id, u.name FROM shop.orders AS o LEFT JOIN shop.users AS u USING (id)
SELECT o.id FROM shop.orders AS o WHERE EXISTS (SELECT 1 FROM shop.users AS u WHERE u.id = o.user_id)
SELECT o.id FROM shop.orders AS o CROSS JOIN shop.users AS u WHERE u.id = o.user_id
SELECT id FROM shop.orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_on >= DATE '2024-01-01'
SELECT id FROM shop.orders WHERE (user_id, status) IN (SELECT (id, 'paid') FROM shop.users)
SELECT id FROM shop.orders ORDER BY amount DESC NULLS LAST LIMIT 5 OFFSET 10
SELECT `größe (cm)`, `select` FROM `shop.odd table`
SELECT COUNT(DISTINCT user_id) AS u, MAX_BY(status, amount) AS mb, MIN_BY(status, amount) AS mi, ARRAY_CONCAT_AGG([1, 2]) AS a, BIT_XOR(id) AS b FROM shop.orders
SELECT 'it\'s; DROP TABLE orders' AS t, "-- no" AS u, '''long; text''' AS v FROM shop.orders /* ; DELETE */ -- ; ALTER
SELECT id FROM shop.orders # a comment; DROP TABLE orders
SELECT HLL_COUNT.EXTRACT(HLL_COUNT.INIT(user_id)) AS u FROM shop.orders
SELECT ST_DISTANCE(ST_GEOGPOINT(1, 2), ST_GEOGPOINT(3, 4)) AS meters
SELECT ARRAY_TO_STRING(['a', 'b'], ',') AS j, ARRAY_REVERSE([1, 2]) AS r, ARRAY_CONCAT([1], [2]) AS c
SELECT RANK() OVER (ORDER BY SUM(amount) DESC) AS place, status FROM shop.orders GROUP BY status
SELECT INTERVAL 3 DAY AS i, JUSTIFY_DAYS(INTERVAL 40 DAY) AS j, MAKE_INTERVAL(1, 2, 3) AS m, TIMESTAMP_SECONDS(0) AS t, UNIX_DATE(DATE '2024-01-01') AS u
SELECT FORMAT_TIMESTAMP('%Y-%m', ts, 'UTC'), PARSE_TIMESTAMP('%F', s), TIMESTAMP_TRUNC(ts, WEEK(MONDAY)), DATE_TRUNC(d, ISOWEEK), DATETIME(ts), TIME(ts), DATE_ADD(d, INTERVAL -1 DAY), EXTRACT(DATE FROM ts AT TIME ZONE 'Europe/Berlin') FROM p.d.t
SELECT ARRAY_AGG(STRUCT(a, b) ORDER BY b DESC LIMIT 1)[OFFSET(0)].a AS top FROM d.t GROUP BY c
SELECT * FROM d.t WHERE DATE(ts) BETWEEN DATE '2024-01-01' AND CURRENT_DATE('Europe/Berlin')
SELECT a.*, b.* EXCEPT (id) FROM d.a AS a LEFT JOIN d.b AS b USING (id)
SELECT e.key, e.value.string_value FROM d.t, UNNEST(event_params) AS e WHERE e.key = 'x'
SELECT (SELECT value.int_value FROM UNNEST(event_params) WHERE key = 'ga_session_id') AS s FROM `p.d.events_20240101`
SELECT COUNTIF(a > 1) AS n, SAFE_DIVIDE(SUM(a), COUNT(*)) AS r, APPROX_QUANTILES(a, 4) AS q, ANY_VALUE(b HAVING MAX c) AS v FROM d.t
SELECT a, SUM(b) OVER (PARTITION BY a ORDER BY UNIX_DATE(d) RANGE BETWEEN 6 PRECEDING AND CURRENT ROW) AS s FROM d.t
SELECT LAX_INT64(j.a), JSON_VALUE(j.b), j['c'], j.l[0] FROM d.t
SELECT DISTINCT a FROM d.t WHERE b IN UNNEST([1, 2]) AND c IS NOT NULL AND NOT STARTS_WITH(e, 'x') ORDER BY 1 DESC LIMIT 100
SELECT * FROM UNNEST(ARRAY<STRUCT<a INT64, b STRING>>[(1, 'x'), (2, 'y')])
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n
SELECT "double ' quoted" AS a, r"raw\d" AS b, b'bytes' AS c, '''multi''' AS d FROM d.t
SELECT a FROM d.t GROUP BY ALL
SELECT a FROM d.t, d.u WHERE t.k = u.k
SELECT CAST(a AS STRING FORMAT 'YYYY-MM') AS f FROM d.t
SELECT ML_score FROM d.t
SELECT * FROM d.t FULL OUTER JOIN d.u ON t.a = u.a CROSS JOIN UNNEST([1, 2]) AS n
SELECT IF(a, 1, 2), COALESCE(a, b), IFNULL(a, 0), NULLIF(a, b), CASE WHEN a THEN 1 END, a || b, NOT a, a <> b, a != b, MOD(a, 2), POW(a, 2), ROUND(a, 2), GREATEST(a, b) FROM d.t

-- Written by somebody who had not seen the rules.
SELECT e.user_id, ep.key, ep.value.string_value FROM `p.analytics.events_*` AS e, UNNEST(e.event_params) AS ep WHERE ep.key = 'page_location'
SELECT COUNT(*) FROM `p.d.events_*` WHERE _TABLE_SUFFIX BETWEEN '20240101' AND '20240131'
SELECT * FROM (SELECT region, quarter, amount FROM sales) PIVOT (SUM(amount) AS total FOR quarter IN ('Q1', 'Q2'))
SELECT * FROM wide UNPIVOT (amount FOR quarter IN (q1, q2))
SELECT DATE(TIMESTAMP_MICROS(event_timestamp)) AS d, COUNTIF(event_name = 'purchase') AS n FROM `p.a.events_*` GROUP BY 1 HAVING n > 3 ORDER BY 1 LIMIT 10 OFFSET 5
SELECT _PARTITIONTIME AS pt, COUNT(*) FROM d.t WHERE _PARTITIONDATE >= '2024-01-01' GROUP BY pt
WITH daily AS (\nSELECT DATE(created_at) AS day, region, SUM(amount) AS revenue, COUNT(DISTINCT customer_id) AS buyers\nFROM `my-project.shop.orders`\nWHERE DATE(created_at) BETWEEN DATE_SUB(CURRENT_DATE(), INTERVAL 90 DAY) AND CURRENT_DATE() -- last 90 days; not more\nGROUP BY day, region\n),\nspine AS (\nSELECT day, region FROM UNNEST(GENERATE_DATE_ARRAY(DATE_SUB(CURRENT_DATE(), INTERVAL 90 DAY), CURRENT_DATE())) AS day\nCROSS JOIN (SELECT DISTINCT region FROM daily)\n),\nfilled AS (\nSELECT s.day, s.region, IFNULL(d.revenue, 0) AS revenue, IFNULL(d.buyers, 0) AS buyers\nFROM spine AS s LEFT JOIN daily AS d USING (day, region)\n)\nSELECT day, region, revenue, buyers,\nAVG(revenue) OVER (PARTITION BY region ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS avg7,\nSAFE_DIVIDE(revenue - LAG(revenue, 7) OVER (PARTITION BY region ORDER BY day), LAG(revenue, 7) OVER (PARTITION BY region ORDER BY day)) AS wow\nFROM filled\nORDER BY region, day;
SELECT STARTS_WITH(a, 'x'), ENDS_WITH(a, 'x'), STRPOS(a, 'x'), INSTR(a, 'x'), SUBSTR(a, 1, 2), LPAD(a, 5, '0'), RPAD(a, 5), INITCAP(a), REVERSE(a), TRIM(a, 'x'), LTRIM(a), CHAR_LENGTH(a), BYTE_LENGTH(a), FORMAT('%d %s', 1, a), REPEAT('x', 3), CONCAT(a, b), a || b, CONTAINS_SUBSTR(a, 'x'), NORMALIZE(a), SOUNDEX(a), EDIT_DISTANCE(a, b), LEFT(a, 1), RIGHT(a, 1), TRANSLATE(a, 'x', 'y') FROM t
SELECT JSON_VALUE(payload, '$.user.name'), JSON_QUERY(payload, '$.a'), JSON_EXTRACT_SCALAR(payload, '$.x'), JSON_QUERY_ARRAY(payload, '$.items'), JSON_VALUE_ARRAY(p, '$.t'), TO_JSON_STRING(s), PARSE_JSON('{}'), payload.user.name, INT64(payload.age), LAX_INT64(payload.x), JSON_EXTRACT(p, '$.a'), JSON_EXTRACT_ARRAY(p, '$.b'), STRING(payload.s) FROM events
SELECT DATE_DIFF(a, b, DAY), DATE_ADD(a, INTERVAL 1 DAY), DATE_SUB(a, INTERVAL 1 MONTH), TIMESTAMP_DIFF(x, y, SECOND), TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 7 DAY), DATETIME_DIFF(p, q, HOUR), DATETIME_ADD(p, INTERVAL 1 HOUR), LAST_DAY(a, MONTH), DATETIME_TRUNC(p, WEEK(MONDAY)), TIME_DIFF(t1, t2, MINUTE) FROM t
SELECT ARRAY_FIRST(a), ARRAY_LAST(a), ARRAY_SLICE(a, 0, 1), JSON_KEYS(j), JSON_TYPE(j), JSON_STRIP_NULLS(j), BOOL(j.a), FLOAT64(j.b), TO_JSON(s), JSON_OBJECT('a', 1), JSON_ARRAY(1, 2), MAKE_INTERVAL(1), JUSTIFY_DAYS(INTERVAL 40 DAY), DATE_BUCKET(d, INTERVAL 2 DAY), TIMESTAMP_BUCKET(ts, INTERVAL 5 MINUTE) FROM t
SELECT EXTRACT(ISOWEEK FROM d), EXTRACT(DAYOFWEEK FROM d), EXTRACT(DATE FROM ts AT TIME ZONE 'Europe/Berlin'), DATE(ts, 'America/New_York'), DATETIME(ts, 'UTC'), TIMESTAMP('2024-01-01'), UNIX_SECONDS(ts), TIMESTAMP_SECONDS(1), TIMESTAMP_MICROS(event_timestamp), UNIX_MILLIS(ts) FROM t
SELECT session_id, COUNT(*) FROM (SELECT *, SUM(CASE WHEN gap > 30 THEN 1 ELSE 0 END) OVER (PARTITION BY user_id ORDER BY ts) AS session_id FROM (SELECT *, TIMESTAMP_DIFF(ts, LAG(ts) OVER (PARTITION BY user_id ORDER BY ts), MINUTE) AS gap FROM events)) GROUP BY session_id
SELECT DATE_SUB(CURRENT_DATE('Europe/Berlin'), INTERVAL 1 YEAR), CURRENT_DATETIME(), CURRENT_TIME(), DATE(2024, 1, 1), DATETIME(2024, 1, 1, 0, 0, 0), DATE_FROM_UNIX_DATE(1), TIMESTAMP_MILLIS(1), TIME_TRUNC(CURRENT_TIME(), HOUR)
WITH RECURSIVE tree AS (SELECT id, parent_id, 1 AS lvl FROM emp WHERE parent_id IS NULL UNION ALL SELECT e.id, e.parent_id, t.lvl + 1 FROM emp AS e JOIN tree AS t ON e.parent_id = t.id WHERE t.lvl < 10) SELECT * FROM tree
SELECT REGEXP_EXTRACT(url, r'utm_source=([^&]+)'), REGEXP_CONTAINS(url, r'^https'), REGEXP_REPLACE(url, r'\d+', 'N'), REGEXP_EXTRACT_ALL(url, r'\w+'), REGEXP_INSTR(url, 'x'), NET.HOST(url), NET.REG_DOMAIN(url) FROM hits
SELECT PARSE_DATE('%Y-%m-%d', s), FORMAT_DATE('%Y-%m', d), PARSE_TIMESTAMP('%c', s), FORMAT_TIMESTAMP('%F', ts, 'UTC'), FORMAT_DATETIME('%F', dt), PARSE_DATETIME('%F', s), PARSE_TIME('%T', s) FROM t
SELECT SAFE_DIVIDE(a, b), IEEE_DIVIDE(a, b), SAFE_CAST(x AS INT64), IFNULL(a, 0), IF(a > 0, 1, 0), NULLIF(a, 0), SAFE_MULTIPLY(a, b), SAFE_ADD(a, b), DIV(7, 2), MOD(7, 2) FROM t
SELECT CAST(x AS NUMERIC), CAST(x AS BIGNUMERIC), CAST(x AS STRING), CAST(x AS FLOAT64), CAST(d AS STRING FORMAT 'YYYY-MM'), CAST(x AS BYTES), CAST(x AS TIMESTAMP) FROM t
SELECT SPLIT(tags, ',')[SAFE_OFFSET(0)], SPLIT(tags, ',')[ORDINAL(1)], ARRAY_LENGTH(a), ARRAY_TO_STRING(a, ','), ARRAY_CONCAT(a, b), ARRAY_REVERSE(a), a[0] FROM t
SELECT DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00 UTC', DATETIME '2024-01-01T00:00:00', NUMERIC '1.5', JSON '{"a": 1}', INTERVAL 1 DAY, TIME '12:00:00'
SELECT APPROX_QUANTILES(latency, 4 IGNORE NULLS), PERCENT_RANK() OVER (ORDER BY v), CUME_DIST() OVER (ORDER BY v), NTH_VALUE(v, 2) OVER (ORDER BY ts) FROM t
SELECT id FROM orders WHERE created_at >= TIMESTAMP('2024-01-01', 'Europe/Berlin') AND created_at < TIMESTAMP_ADD(TIMESTAMP '2024-01-01', INTERVAL 24 HOUR)
SELECT COALESCE(SUM(amount), 0) AS s, COUNT(*) / 2, 7 / 2, -amount, +1, NOT TRUE, a <> b, a != b, x & 1, x | 2, x << 1, ~x FROM t GROUP BY a, b, x, amount
SELECT APPROX_COUNT_DISTINCT(id), APPROX_QUANTILES(amount, 100)[OFFSET(50)], APPROX_TOP_COUNT(country, 5), APPROX_TOP_SUM(country, amount, 5) FROM orders
SELECT COUNTIF(status = 'paid'), LOGICAL_OR(a), LOGICAL_AND(b), ANY_VALUE(c), ANY_VALUE(c HAVING MAX d), MAX_BY(a, b), MIN_BY(a, b), BIT_AND(x) FROM t
WITH RECURSIVE d AS (SELECT DATE '2024-01-01' AS day UNION ALL SELECT DATE_ADD(day, INTERVAL 1 DAY) FROM d WHERE day < '2024-12-31') SELECT day FROM d
SELECT COUNT(*) AS n, COUNT(DISTINCT IF(event_name = 'purchase', user_pseudo_id, NULL)) AS buyers FROM `p.analytics_123.events_20240101`
SELECT FARM_FINGERPRINT(email), MD5(a), TO_HEX(SHA256(a)), TO_BASE64(b), FROM_BASE64('YQ=='), CODE_POINTS_TO_STRING([65]) FROM t
SELECT ST_DISTANCE(ST_GEOGPOINT(1, 2), ST_GEOGPOINT(3, 4)), ST_CONTAINS(a, b), ST_AREA(a), ST_GEOGFROMTEXT('POINT(1 2)') FROM t
