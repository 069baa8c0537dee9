-- One statement a line; \n is a line break. Every one must pass.
SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY status ORDER BY total DESC NULLS LAST LIMIT 5
SELECT DATE_TRUNC('month', ordered_at) AS month, SUM(amount) AS total FROM orders GROUP BY 1 ORDER BY 1
SELECT DATEADD(month, 1, ordered_at) AS due, DATEDIFF(day, ordered_at, CURRENT_DATE()) AS age, DATEADD('day', -7, CURRENT_DATE) AS week_ago FROM orders
SELECT YEAR(ordered_at) AS y, MONTH(ordered_at) AS m, DAYOFWEEK(ordered_at) AS d, WEEKISO(ordered_at) AS w, QUARTER(ordered_at) AS q, DAYNAME(ordered_at) AS n, LAST_DAY(ordered_at) AS l, EXTRACT(year FROM ordered_at) AS ey FROM orders
SELECT TO_CHAR(ordered_at, 'YYYY-MM') AS m, TO_DATE('2024-01-31', 'YYYY-MM-DD') AS d, TO_TIMESTAMP('2024-01-31 10:00:00') AS t, TRY_TO_DATE('x') AS td, TO_NUMBER('12.50', 10, 2) AS nr FROM orders
SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', ordered_at) AS berlin, CONVERT_TIMEZONE('Europe/Berlin', ordered_at) AS b2, DATE_FROM_PARTS(2024, 1, 2) AS d, TIMESTAMP_NTZ_FROM_PARTS(2024, 1, 2, 3, 4, 5) AS t FROM orders
SELECT TIME_SLICE(ordered_at, 15, 'MINUTE') AS slot, COUNT(*) AS n FROM orders GROUP BY slot
SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY status ORDER BY amount DESC) = 1
SELECT payload:user.name::string AS name, payload['tags'][0]::string AS tag, payload:n::number AS n FROM events
SELECT e.id, f.value::string AS tag, f.index AS i FROM events AS e, LATERAL FLATTEN(input => e.payload:tags) AS f
SELECT e.id, f.key, f.value FROM events AS e, TABLE(FLATTEN(input => e.payload, recursive => FALSE, mode => 'OBJECT')) AS f
SELECT e.id, f.value FROM events AS e, LATERAL FLATTEN(input => e.payload:tags, outer => TRUE) AS f
SELECT GET_PATH(payload, 'user.name') AS a, GET(payload, 'x') AS b, TRY_PARSE_JSON('{}') AS p, PARSE_JSON('{"a": 1}'):a AS a1, TYPEOF(payload) AS t, ARRAY_SIZE(payload:tags) AS n, OBJECT_KEYS(payload) AS k FROM events
SELECT OBJECT_CONSTRUCT('a', 1, 'b', 'x') AS o, ARRAY_CONSTRUCT(1, 2) AS a, ARRAY_CONTAINS(1::variant, ARRAY_CONSTRUCT(1)) AS c, ARRAY_TO_STRING(ARRAY_CONSTRUCT(1, 2), ',') AS s, ARRAY_SLICE(ARRAY_CONSTRUCT(1, 2, 3), 0, 2) AS sl
SELECT ARRAY_AGG(status) WITHIN GROUP (ORDER BY id) AS l, LISTAGG(DISTINCT status, ', ') WITHIN GROUP (ORDER BY status) AS s, OBJECT_AGG(status, id::variant) AS o FROM orders GROUP BY user_id
SELECT MEDIAN(amount) AS m, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) AS p, APPROX_PERCENTILE(amount, 0.9) AS a, APPROX_COUNT_DISTINCT(user_id) AS u, MODE(status) AS mo, HLL(user_id) AS h FROM orders
SELECT STDDEV(amount) AS s, VAR_SAMP(amount) AS v, CORR(amount, id) AS c, SKEW(amount) AS sk, KURTOSIS(amount) AS k, REGR_SLOPE(amount, id) AS r, COUNT_IF(amount > 10) AS n, MAX_BY(status, amount) AS mb, MIN_BY(status, amount) AS mi, ANY_VALUE(status) AS av FROM orders
SELECT RATIO_TO_REPORT(amount) OVER (PARTITION BY status) AS share, CONDITIONAL_TRUE_EVENT(amount > 10) OVER (ORDER BY id) AS grp FROM orders
SELECT status, user_id, SUM(amount) AS total, GROUPING(status) AS g FROM orders GROUP BY CUBE (status, user_id)
SELECT status, SUM(amount) AS total FROM orders GROUP BY ROLLUP (status)
SELECT status, user_id, SUM(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), (user_id), ())
SELECT status, SUM(amount) AS total FROM orders GROUP BY ALL
SELECT id, SUM(amount) OVER (PARTITION BY user_id ORDER BY ordered_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running, LAG(amount) IGNORE NULLS OVER (ORDER BY id) AS before, FIRST_VALUE(amount) OVER (ORDER BY id) AS f FROM orders
SELECT id, SUM(amount) OVER (ORDER BY ordered_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT TOP 5 id, amount FROM orders ORDER BY amount DESC
SELECT id FROM orders ORDER BY id LIMIT 5 OFFSET 10
SELECT id FROM orders ORDER BY id FETCH FIRST 5 ROWS ONLY
SELECT * EXCLUDE (amount) FROM orders
SELECT * RENAME (amount AS total) FROM orders
SELECT * REPLACE (amount * 2 AS amount) FROM orders
SELECT IFF(amount > 10, 'big', 'small') AS size, NVL(status, '') AS n, NVL2(status, 1, 0) AS n2, ZEROIFNULL(amount) AS z, NULLIFZERO(amount) AS nz, DECODE(status, 'paid', 1, 0) AS d, COALESCE(status, '') AS c, EQUAL_NULL(status, NULL) AS e FROM orders
SELECT CASE WHEN amount > 10 THEN 'big' ELSE 'small' END AS size, COUNT(*) AS n FROM orders GROUP BY size HAVING n > 1
SELECT TRY_CAST('x' AS NUMBER(10, 2)) AS t, '12'::INTEGER AS i, amount::FLOAT AS f, CAST(id AS VARCHAR) AS s, TO_VARIANT(id) AS v, TRY_TO_NUMBER('x') AS tn FROM orders
SELECT SPLIT_PART(name, ' ', 1) AS s, SPLIT(name, ' ')[0]::string AS f, UPPER(name) AS u, INITCAP(name) AS i, LEFT(name, 2) AS l, SUBSTR(name, 1, 2) AS sub, LPAD(id::string, 5, '0') AS p, REPLACE(name, 'a', 'b') AS r, CHARINDEX('a', name) AS c, CONCAT_WS('-', name, 'x') AS w, LENGTH(name) AS n, TRIM(name) AS t FROM users
SELECT REGEXP_SUBSTR(name, '[A-Z]+') AS r, REGEXP_REPLACE(name, '[aeiou]', '') AS rr, REGEXP_LIKE(name, '^A.*') AS rl, name RLIKE 'A.*' AS k, name ILIKE '%a%' AS i, name ILIKE ANY ('%a%', '%b%') AS ia, REGEXP_COUNT(name, 'a') AS n, STARTSWITH(name, 'A') AS sw, CONTAINS(name, 'a') AS c FROM users
SELECT s.value::string AS word FROM users AS u, LATERAL SPLIT_TO_TABLE(u.name, ' ') AS s
SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 100))
SELECT DATEADD(day, SEQ4(), '2024-01-01'::date) AS day FROM TABLE(GENERATOR(ROWCOUNT => 366))
SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) AS n FROM TABLE(GENERATOR(ROWCOUNT => 1000)) AS v
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH totals AS (SELECT user_id, SUM(amount) AS total FROM orders GROUP BY user_id) SELECT u.name, t.total FROM users AS u JOIN totals AS t ON t.user_id = u.id
WITH RECURSIVE tree AS (SELECT id, parent_id, 1 AS depth FROM units WHERE parent_id IS NULL UNION ALL SELECT u.id, u.parent_id, t.depth + 1 FROM units AS u JOIN tree AS t ON u.parent_id = t.id) SELECT * FROM tree
SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)
SELECT id FROM orders UNION ALL SELECT id FROM users
SELECT id FROM orders MINUS SELECT id FROM users
SELECT id FROM orders INTERSECT SELECT id FROM users
SELECT o.id, u.name FROM orders AS o LEFT OUTER JOIN users AS u ON u.id = o.user_id
SELECT o.id, u.name FROM orders AS o JOIN users AS u USING (id)
SELECT o.id, p.price FROM orders AS o ASOF JOIN prices AS p MATCH_CONDITION (o.ordered_at >= p.at) ON p.product = o.product
SELECT u.name, l.amount FROM users AS u, LATERAL (SELECT amount FROM orders AS o WHERE o.user_id = u.id ORDER BY amount DESC LIMIT 1) AS l
SELECT o.id FROM orders AS o WHERE EXISTS (SELECT 1 FROM users AS u WHERE u.id = o.user_id)
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_at >= '2024-01-01'::date
SELECT ROUND(amount, 1) AS r, TRUNC(amount, 1) AS t, CEIL(amount) AS c, FLOOR(amount) AS f, MOD(id, 2) AS m, POWER(2, 3) AS p, SQRT(16) AS q, LN(10) AS l, LOG(10, 100) AS lg, ABS(-1) AS a, SIGN(-2) AS s, GREATEST(1, 2) AS g, LEAST(1, 2) AS le, DIV0(1, 0) AS d, WIDTH_BUCKET(amount, 0, 100, 5) AS w FROM orders
SELECT MONTHS_BETWEEN('2024-03-01'::date, '2024-01-01'::date) AS m, ADD_MONTHS('2024-01-31'::date, 1) AS a, NEXT_DAY('2024-01-01'::date, 'fr') AS n, PREVIOUS_DAY('2024-01-01'::date, 'mo') AS p
SELECT "id", "Größe (cm)" AS "wie groß?" FROM "Odd Table"
SELECT sales.public.orders.id FROM sales.public.orders
SELECT o.id FROM public.orders AS o
SELECT 'it''s; DROP TABLE orders' AS t, '-- no' AS u, $$it's$$ AS d FROM orders /* ; DELETE */ -- ; ALTER
SELECT id FROM orders // a comment; DROP TABLE orders
SELECT TRANSFORM([1, 2], x INT -> x * 2) AS t, FILTER([1, 2], x -> x > 1) AS f
SELECT HASH(id) AS h, MD5(name) AS m, SHA2(name, 256) AS s, BASE64_ENCODE(name) AS b, SOUNDEX(name) AS x, EDITDISTANCE(name, 'a') AS e FROM users
SELECT COUNT(DISTINCT user_id, status) AS pairs, SUM(DISTINCT amount) AS s, BITAND(5, 3) AS b FROM orders
SELECT CURRENT_DATE AS d, CURRENT_TIMESTAMP() AS t, SYSDATE() AS s
SELECT * FROM t WHERE a ILIKE ANY ('%x%') AND b NOT IN (1, 2) AND c::DATE >= DATEADD('day', -30, CURRENT_DATE())
SELECT t.v:a.b[0]."c d"::STRING AS x, v['k']::INT AS y, t.v:"Größe" AS z FROM t
SELECT f.value:name::STRING, f.index, f.path, f.this FROM t, LATERAL FLATTEN(INPUT => t.v:items, PATH => 'x', OUTER => TRUE, RECURSIVE => FALSE, MODE => 'ARRAY') AS f
SELECT a, b FROM t QUALIFY RANK() OVER (PARTITION BY a ORDER BY b DESC) <= 3
SELECT DATE_TRUNC('WEEK', ts), TO_CHAR(ts, 'YYYY-MM-DD HH24:MI:SS'), ts::DATE, ts::TIMESTAMP_NTZ, TO_TIMESTAMP_NTZ(1), DATEDIFF('hour', a, b), TIMESTAMPDIFF(MINUTE, a, b), DATE_PART(EPOCH_SECOND, ts), EXTRACT(DOW FROM ts), CONVERT_TIMEZONE('UTC', ts) FROM t
SELECT a, SUM(b) OVER (PARTITION BY a ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s, LAST_VALUE(b) IGNORE NULLS OVER (PARTITION BY a ORDER BY c) AS l FROM t
SELECT * FROM t1 LEFT JOIN t2 USING (id) NATURAL JOIN t3
SELECT COUNT_IF(a > 1), SUM(IFF(a > 1, b, 0)), APPROX_TOP_K(a, 3), BOOLOR_AGG(a > 1), LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM t
SELECT $$it's$$ AS a, 'a\'b' AS b, "Weird Col" AS c FROM "My DB"."My Schema"."My Table"
SELECT VALUE FROM TABLE(SPLIT_TO_TABLE('a,b', ',')) AS s
SELECT a FROM VALUES (1), (2) AS v (a)
SELECT DATEADD(DAY, ROW_NUMBER() OVER (ORDER BY NULL) - 1, '2024-01-01'::DATE) AS d FROM TABLE(GENERATOR(ROWCOUNT => 365))
SELECT MAX(CASE WHEN k = 'x' THEN v END) AS x FROM t GROUP BY ROLLUP (a, b) HAVING SUM(v) > 1
WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT * FROM b UNION ALL SELECT * FROM a EXCEPT SELECT 2
SELECT REGEXP_SUBSTR(a, 'x(.)', 1, 1, 'e', 1), SPLIT_PART(a, '-', -1), TRY_TO_DOUBLE(a), TO_DECIMAL(a, 10, 2), NULLIFZERO(a), ZEROIFNULL(a), BITAND(a, 1), SYSDATE() FROM t

-- Written by somebody who had not seen the rules.
SELECT * FROM (SELECT region, quarter, amount FROM sales) PIVOT (SUM(amount) FOR quarter IN ('Q1', 'Q2', 'Q3', 'Q4')) AS p
SELECT * FROM wide UNPIVOT (amount FOR quarter IN (q1, q2, q3, q4))
SELECT BITMAP_COUNT(x), HLL_ESTIMATE(HLL_COMBINE(h)), HLL_ACCUMULATE(id), APPROX_PERCENTILE_COMBINE(s) FROM t
SELECT UNIFORM(1, 10, 42), ARRAY_GENERATE_RANGE(1, 10), STRTOK_TO_ARRAY('a b', ' '), REGEXP_SUBSTR_ALL(a, 'x'), REGEXP_INSTR(a, 'x'), PARSE_URL(u), TRY_TO_TIMESTAMP(a), TRY_TO_BOOLEAN(a), BOOLXOR(a, b), COLLATE(a, 'en-ci') FROM t
with cohort as (\nselect customer_id, date_trunc('month', min(created_at)) as cohort_month\nfrom analytics.public.orders\nwhere status <> 'cancelled' -- not; those\ngroup by 1\n),\nact as (\nselect o.customer_id, c.cohort_month, datediff('month', c.cohort_month, o.created_at) as age, sum(o.amount) as rev\nfrom analytics.public.orders o\njoin cohort c on c.customer_id = o.customer_id\ngroup by 1, 2, 3\n),\nsized as (\nselect cohort_month, count(distinct customer_id) as size from cohort group by cohort_month\n)\nselect a.cohort_month, a.age, count(distinct a.customer_id) as active, s.size,\nround(100 * active / nullif(s.size, 0), 1) as pct,\nsum(sum(a.rev)) over (partition by a.cohort_month order by a.age rows between unbounded preceding and current row) as cum_rev\nfrom act a\njoin sized s on s.cohort_month = a.cohort_month\ngroup by a.cohort_month, a.age, s.size\nqualify a.age <= 12\norder by 1, 2;
SELECT INITCAP(a), LPAD(a, 5, '0'), RPAD(a, 5), CHARINDEX('x', a), POSITION('x' IN a), CONTAINS(a, 'x'), STARTSWITH(a, 'x'), ENDSWITH(a, 'x'), LEFT(a, 2), RIGHT(a, 2), SUBSTR(a, 1, 2), SUBSTRING(a, 1, 2), LTRIM(a), RTRIM(a, '0'), REVERSE(a), TRANSLATE(a, 'x', 'y'), EDITDISTANCE(a, b), SOUNDEX(a), ILIKE(a, 'x%'), a || b, CONCAT_WS('-', a, b), JAROWINKLER_SIMILARITY(a, b) FROM t
SELECT LAST_DAY(d), DAYNAME(d), MONTHNAME(d), DAYOFWEEK(d), WEEKISO(d), YEAROFWEEKISO(d), QUARTER(d), HOUR(ts), TIME_SLICE(ts, 15, 'MINUTE'), DATE_PART('epoch', ts), ADD_MONTHS(d, 1), MONTHS_BETWEEN(d, e), NEXT_DAY(d, 'fr'), PREVIOUS_DAY(d, 'mo'), DATE_FROM_PARTS(2024, 1, 1), TIMESTAMPDIFF(hour, a, b), EXTRACT(week FROM d), YEAR(d), TIMESTAMPADD(day, 1, d) FROM t
SELECT TO_DATE('2024-01-01'), TO_TIMESTAMP_NTZ('2024-01-01 00:00:00'), TO_CHAR(created_at, 'YYYY-MM'), TO_NUMBER('1.5', 10, 2), TO_VARCHAR(a), TRY_TO_NUMBER(b), TRY_TO_DATE(c), TRY_CAST(a AS INT), TO_DECIMAL('1', 10, 2), TO_DOUBLE('1') FROM t
SELECT HASH(a), MD5(a), SHA2(a, 256), BITAND(a, 4), BITSHIFTLEFT(1, 2), FLOOR(a), TRUNC(a, 2), ROUND(a, -2), SQUARE(a), CBRT(a), LOG(10, a), HAVERSINE(1, 2, 3, 4), PI(), DEGREES(1), RADIANS(1), ATAN2(1, 2), FACTORIAL(3) FROM t
WITH RECURSIVE tree AS (SELECT id, parent_id, 1 AS lvl FROM emp WHERE parent_id IS NULL UNION ALL SELECT e.id, e.parent_id, t.lvl + 1 FROM emp e JOIN tree t ON e.parent_id = t.id WHERE t.lvl < 10) SELECT * FROM tree
SELECT OBJECT_CONSTRUCT('a', 1, 'b', 2), OBJECT_KEYS(o), GET_PATH(o, 'a.b'), PARSE_JSON('{"a":1}'), TRY_PARSE_JSON(s), TYPEOF(v), IS_ARRAY(v), IS_OBJECT(v), AS_INTEGER(v), TO_JSON(v), TO_VARIANT(1), {'a': 1} FROM t
SELECT ARRAY_SIZE(a), ARRAY_CONTAINS('x'::VARIANT, a), ARRAY_CAT(a, b), ARRAY_DISTINCT(a), ARRAY_SLICE(a, 0, 2), ARRAY_CONSTRUCT(1, 2), ARRAY_COMPACT(a), ARRAY_INTERSECTION(a, b), GET(a, 0), a[0] FROM t
SELECT REGEXP_SUBSTR(url, 'utm=([^&]+)', 1, 1, 'e', 1), REGEXP_REPLACE(url, '[0-9]+', 'N'), REGEXP_LIKE(url, 'https.*'), REGEXP_COUNT(url, '/'), RLIKE(url, 'x.*'), url RLIKE 'a.*' FROM hits
SELECT * FROM orders o JOIN customers c ON o.customer_id = c.id AND c.created_at::date <= o.created_at::date WHERE NOT (c.email ILIKE '%@test.com') AND o.amount NOT BETWEEN 1 AND 2
SELECT COUNT_IF(amount > 10), BOOLOR_AGG(a), BOOLAND_AGG(b), ANY_VALUE(c), MAX_BY(a, b), MIN_BY(a, b), KURTOSIS(a), SKEW(a), CORR(a, b), COVAR_POP(a, b), REGR_SLOPE(a, b) FROM t
SELECT id, NTH_VALUE(amount, 2) OVER (PARTITION BY customer_id ORDER BY created_at), CUME_DIST() OVER (ORDER BY amount), PERCENT_RANK() OVER (ORDER BY amount) FROM orders
SELECT TO_TIMESTAMP(1700000000), TO_TIMESTAMP_LTZ(x), TO_TIME('12:00:00'), DATE_TRUNC(week, d), TRUNC(d, 'MONTH'), TIMESTAMP_NTZ_FROM_PARTS(2024, 1, 1, 0, 0, 0) FROM t
SELECT amount::FLOAT, '2024-01-01'::DATE, created_at::TIMESTAMP_NTZ, x::VARIANT, id::VARCHAR(10), a::NUMBER(38, 0), b::TIMESTAMP_TZ, c::BOOLEAN, d::ARRAY FROM orders
SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', created_at), CONVERT_TIMEZONE('America/New_York', created_at), CURRENT_TIMESTAMP(), SYSDATE(), GETDATE() FROM orders
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount), PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY amount), MEDIAN(amount), MODE(status) FROM orders
SELECT IFF(a > 1, 'x', 'y'), ZEROIFNULL(a), NULLIFZERO(a), NVL(a, 0), NVL2(a, 1, 2), IFNULL(a, 0), DECODE(a, 1, 'one', 'other'), EQUAL_NULL(a, b) FROM t
WITH RECURSIVE d AS (SELECT '2024-01-01'::DATE AS day UNION ALL SELECT DATEADD(day, 1, day) FROM d WHERE day < '2024-12-31') SELECT day FROM d
SELECT REGR_R2(y, x), REGR_INTERCEPT(y, x), VARIANCE(x), STDDEV(x), VAR_POP(x), BITOR_AGG(x), MINHASH(10, x), APPROXIMATE_SIMILARITY(m) FROM t
SELECT LISTAGG(DISTINCT name, ', ') WITHIN GROUP (ORDER BY name), ARRAY_AGG(name) WITHIN GROUP (ORDER BY id), OBJECT_AGG(k, v) FROM t
SELECT SUM(amount) OVER (PARTITION BY region ORDER BY d RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM sales
SELECT c.id, o.n FROM customers c LEFT JOIN LATERAL (SELECT COUNT(*) AS n FROM orders o WHERE o.customer_id = c.id) o ON TRUE
SELECT DATEADD(day, ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1, '2024-01-01'::DATE) AS d FROM TABLE(GENERATOR(ROWCOUNT => 365))
SELECT LAST_VALUE(v IGNORE NULLS) OVER (PARTITION BY id ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t
SELECT LAST_VALUE(v) IGNORE NULLS OVER (PARTITION BY id ORDER BY ts) AS x, LAG(v, 1) IGNORE NULLS OVER (ORDER BY ts) FROM t
SELECT payload:user.name::STRING AS n, payload:items[0].price::NUMBER(10,2) AS p, payload['a']['b']::INT FROM events
