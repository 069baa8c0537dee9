-- One statement a line; \n is a line break. Every one must pass.
SELECT status, count() AS n, sum(amount) AS total FROM orders GROUP BY status ORDER BY total DESC LIMIT 5
SELECT toStartOfMonth(ordered_at) AS month, sum(amount) AS total, uniq(user_id) AS users FROM events GROUP BY month ORDER BY month
SELECT toYYYYMM(ordered_at) AS m, toDayOfWeek(ordered_at) AS d, toHour(ordered_at) AS h, formatDateTime(ordered_at, '%Y-%m') AS f, dateDiff('day', ordered_at, now()) AS age FROM events
SELECT toStartOfInterval(ordered_at, INTERVAL 15 MINUTE) AS slot, count() AS n FROM events GROUP BY slot
SELECT quantile(0.5)(amount) AS median, quantiles(0.25, 0.5, 0.75)(amount) AS q, quantileTDigest(0.99)(amount) AS p99, quantileExact(0.9)(amount) AS p90 FROM orders
SELECT sumIf(amount, status = 'paid') AS paid, countIf(status = 'open') AS open, avgIf(amount, amount > 0) AS mean, uniqExactIf(user_id, status = 'paid') AS payers FROM orders
SELECT argMax(status, ordered_at) AS last_status, argMin(status, ordered_at) AS first_status, any(status) AS one, anyLast(status) AS last FROM orders
SELECT groupArray(status) AS l, groupUniqArray(status) AS u, topK(3)(status) AS t, groupArray(10)(id) AS ten, uniqCombined(user_id) AS c FROM orders
SELECT id, tag FROM events ARRAY JOIN tags AS tag
SELECT id, arrayJoin(tags) AS tag FROM events
SELECT id, tag, i FROM events LEFT ARRAY JOIN tags AS tag, arrayEnumerate(tags) AS i
SELECT arrayMap(x -> x * 2, [1, 2]) AS m, arrayFilter(x -> x > 1, [1, 2]) AS f, arraySum([1, 2]) AS s, arraySort([2, 1]) AS o, has([1], 1) AS h, length([1]) AS n, indexOf([1, 2], 2) AS i, arrayDistinct([1, 1]) AS d
SELECT arrayReduce('sum', [1, 2]) AS r, arrayConcat([1], [2]) AS c, arraySlice([1, 2, 3], 1, 2) AS sl, arrayElement([1, 2], 1) AS e, [1, 2][1] AS b, arrayStringConcat(['a', 'b'], ',') AS j
SELECT map('a', 1)['a'] AS v, mapKeys(map('a', 1)) AS k, tuple(1, 'x').1 AS t, (1, 'x').2 AS u, tupleElement((1, 2), 1) AS e
SELECT JSONExtractString(payload, 'color') AS color, JSONExtractInt(payload, 'n') AS n, JSONHas(payload, 'x') AS h, JSONLength(payload, 'tags') AS l, JSONExtract(payload, 'tags', 'Array(String)') AS tags FROM events
SELECT visitParamExtractString(payload, 'a') AS a, simpleJSONExtractInt(payload, 'n') AS n FROM events
WITH 10 AS minimum SELECT id FROM orders WHERE amount > minimum
WITH totals AS (SELECT user_id, sum(amount) AS total FROM orders GROUP BY user_id) SELECT avg(total) AS mean FROM totals
SELECT id, amount FROM orders FINAL WHERE status = 'paid'
SELECT id FROM orders PREWHERE status = 'paid' WHERE amount > 10
SELECT status, user_id, sum(amount) AS total FROM orders GROUP BY ROLLUP(status, user_id)
SELECT status, sum(amount) AS total FROM orders GROUP BY status WITH TOTALS
SELECT status, sum(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), ())
SELECT id, amount FROM orders ORDER BY amount DESC LIMIT 2 BY status
SELECT id FROM orders ORDER BY amount DESC LIMIT 5 WITH TIES
SELECT id FROM orders LIMIT 10 OFFSET 5
SELECT o.id, u.name FROM orders AS o INNER JOIN users AS u ON u.id = o.user_id
SELECT o.id, u.name FROM orders AS o LEFT JOIN users AS u USING (id)
SELECT o.id, p.price FROM orders AS o ASOF JOIN prices AS p ON p.product = o.product AND p.at <= o.ordered_at
SELECT o.id FROM orders AS o LEFT SEMI JOIN users AS u ON u.id = o.user_id
SELECT o.id FROM orders AS o LEFT ANTI JOIN users AS u ON u.id = o.user_id
SELECT o.id FROM orders AS o ANY LEFT JOIN users AS u ON u.id = o.user_id
SELECT id FROM orders UNION ALL SELECT id FROM users
SELECT id FROM orders UNION DISTINCT SELECT id FROM users
SELECT id FROM orders EXCEPT SELECT id FROM users
SELECT id FROM orders INTERSECT SELECT id FROM users
SELECT id, sum(amount) OVER (PARTITION BY user_id ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS running, row_number() OVER (ORDER BY amount DESC) AS place FROM orders
SELECT id, lagInFrame(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS before, rank() OVER w AS r, dense_rank() OVER w AS d FROM orders WINDOW w AS (ORDER BY amount)
SELECT number FROM numbers(10)
SELECT number FROM numbers(5, 10)
SELECT toDate('2024-01-01') + number AS day FROM numbers(366)
SELECT day, n FROM (SELECT toDate(ordered_at) AS day, count() AS n FROM events GROUP BY day) ORDER BY day WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP INTERVAL 1 DAY
SELECT range(10) AS r, range(1, 10, 2) AS s
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
SELECT multiIf(amount > 100, 'large', amount > 10, 'middle', 'small') AS size, if(amount > 10, 1, 0) AS b, amount > 10 ? 'big' : 'small' AS t FROM orders
SELECT CASE WHEN amount > 10 THEN 'big' ELSE 'small' END AS size, coalesce(status, '') AS c, ifNull(status, '') AS i, nullIf(status, '') AS n, isNull(status) AS z, assumeNotNull(status) AS a FROM orders
SELECT toString(id) AS s, toInt32('1') AS i, toFloat64('1.5') AS f, toDecimal64('1.5', 2) AS d, CAST(id AS String) AS c, id::String AS k, toInt32OrNull('x') AS n, CAST(id AS Nullable(Int64)) AS q FROM orders
SELECT lower(name) AS l, upper(name) AS u, substring(name, 1, 2) AS s, position(name, 'a') AS p, replaceAll(name, 'a', 'b') AS r, splitByChar(',', name) AS sp, concat(name, 'x') AS c, lengthUTF8(name) AS n, startsWith(name, 'a') AS st, trim(name) AS t FROM users
SELECT match(name, '^a') AS m, extract(name, '(a)') AS e, extractAll(name, 'a') AS ea, replaceRegexpAll(name, '[aeiou]', '') AS r, like(name, 'a%') AS l, name ILIKE '%A%' AS i, name NOT LIKE 'b%' AS nl FROM users
SELECT domain(url) AS d, path(url) AS p, cutQueryString(url) AS c, extractURLParameter(url, 'q') AS q, topLevelDomain(url) AS t FROM events
SELECT round(amount, 1) AS r, floor(amount) AS f, intDiv(7, 2) AS d, modulo(7, 2) AS m, 7 % 2 AS rest, pow(2, 3) AS p, sqrt(16) AS q, log10(100) AS l, exp(1) AS e, abs(-1) AS a, greatest(1, 2) AS g, least(1, 2) AS le, sign(-2) AS s FROM orders
SELECT addDays(ordered_at, 7) AS a, subtractMonths(ordered_at, 1) AS s, ordered_at + INTERVAL 1 DAY AS d, toTimeZone(ordered_at, 'Europe/Berlin') AS z, toUnixTimestamp(ordered_at) AS u, dateTrunc('month', ordered_at) AS t, toMonday(ordered_at) AS mo, date_diff('hour', ordered_at, now()) AS h FROM events
SELECT parseDateTimeBestEffort('2024-01-01 10:00') AS p, toDateTime('2024-01-01 00:00:00', 'UTC') AS t, today() AS d, yesterday() AS y, fromUnixTimestamp(0) AS f, makeDate(2024, 1, 2) AS m
SELECT windowFunnel(3600)(ordered_at, status = 'open', status = 'paid') AS level, retention(status = 'open', status = 'paid') AS r FROM events GROUP BY user_id
SELECT sumMap(map('a', 1)) AS s, corr(amount, id) AS c, stddevSamp(amount) AS sd, varPop(amount) AS v, covarSamp(amount, id) AS cs, skewPop(amount) AS sk, simpleLinearRegression(id, amount) AS lr FROM orders
SELECT sumMerge(total_state) AS total, uniqMerge(users_state) AS users FROM daily GROUP BY day
SELECT * EXCEPT (amount) FROM orders
SELECT * REPLACE (amount * 2 AS amount) FROM orders
SELECT `id`, "status", `größe (cm)` FROM `odd table`
SELECT shop.orders.id FROM shop.orders
SELECT 'it\'s; DROP TABLE orders' AS t, '-- no' AS u FROM orders /* ; DELETE */ -- ; ALTER
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND user_id IN (SELECT id FROM users)
SELECT name FROM users WHERE id GLOBAL IN (SELECT user_id FROM orders)
SELECT x.status, x.n FROM (SELECT status, count() AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT count(DISTINCT user_id) AS u, uniqExact(user_id, status) AS pairs FROM orders
SELECT status, count() * 100.0 / (SELECT count() FROM orders) AS share FROM orders GROUP BY status HAVING share > 1
SELECT runningDifference(amount) AS d, bar(amount, 0, 100, 20) AS b, formatReadableSize(1024) AS f FROM orders
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY amount DESC) = 1
SELECT toStartOfWeek(d, 1) AS w, countIf(status = 'x') / count() AS r, quantileExactWeighted(0.5)(a, b) AS q FROM t GROUP BY w WITH ROLLUP
SELECT a, groupArray((b, c)) AS l, arrayMap((x, y) -> x + y, l1, l2) AS m, arrayFirst(x -> x > 1, l3) AS f, arrayZip(l1, l2) AS z FROM t GROUP BY a
SELECT * FROM t1 GLOBAL ANY LEFT JOIN t2 ON t1.a = t2.a
SELECT a FROM t WHERE has(tags, 'x') AND hasAny(tags, ['a', 'b']) AND a IN tuple(1, 2) AND NOT empty(tags)
SELECT JSONExtract(j, 'a', 'Nullable(String)') AS a, JSON_VALUE(j, '$.a') AS b, j.a.b AS c FROM t
SELECT a FROM t ORDER BY a ASC NULLS LAST LIMIT 1, 10
SELECT sum(x) AS s, s / 2 AS half FROM t
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b
WITH (SELECT max(a) FROM t) AS m SELECT a / m FROM t
WITH x AS (SELECT 1 AS a) SELECT * FROM x
SELECT if(empty(a), NULL, a)::Nullable(String) AS x, a::UInt64 AS u, CAST(b AS Decimal(18, 2)) AS d, CAST(c, 'DateTime') AS e FROM t
SELECT lagInFrame(a, 1, 0) OVER (PARTITION BY b ORDER BY c) AS l, sum(a) OVER (ORDER BY c RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) AS s FROM t
SELECT sumForEach(l), avgArray(l), uniqMap(m), quantilesTDigestIf(0.5, 0.9)(a, b > 1), argMaxIf(a, b, c = 1), countDistinct(a), minOrNull(a), anyOrDefault(a) FROM t
SELECT t.a, u.b FROM t, u WHERE t.k = u.k
SELECT a FROM t PREWHERE b = 1 WHERE c = 2 GROUP BY a HAVING count() > 1 ORDER BY a LIMIT 5 BY b
SELECT * FROM (SELECT number AS n, n * 2 AS m FROM numbers(100)) AS x WHERE m > 10

-- Written by somebody who had not seen the rules.
SELECT d, sum(amount) FROM daily GROUP BY d ORDER BY d WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP 1
SELECT uniqState(id), finalizeAggregation(uniqState(id)) FROM t
SELECT x, y FROM values('x Int32, y String', (1, 'a'), (2, 'b'))
SELECT exponentialMovingAverage(0.5)(v, toUInt64(ts)), deltaSum(v), boundingRatio(x, y), rankCorr(x, y), entropy(x), sumKahan(v), maxMap(m), groupUniqArrayArray(arr), quantileIf(0.5)(v, v > 0), uniqIf(id, v > 0), sumOrNull(v), avgOrDefault(v) FROM t
with per_user as (\nselect user_id, toDate(ts) as day, count() as hits, uniqExact(session_id) as sessions\nfrom events\nwhere ts >= '2024-01-01' -- since; the start\ngroup by user_id, day\n),\nranked as (\nselect *, row_number() over (partition by day order by hits desc) as rn,\nsum(hits) over (partition by user_id order by day asc rows between 6 preceding and current row) as hits7\nfrom per_user\n)\nselect day, quantile(0.5)(hits7) as p50, countIf(rn = 1) as tops, avg(sessions) as avg_sessions\nfrom ranked\ngroup by day\nhaving tops > 0\norder by day\nlimit 100
WITH first_orders AS (SELECT customer_id, toStartOfMonth(min(created_at)) AS cohort FROM orders GROUP BY customer_id),\nactivity AS (SELECT o.customer_id AS customer_id, dateDiff('month', f.cohort, toStartOfMonth(o.created_at)) AS age, f.cohort AS cohort FROM orders AS o INNER JOIN first_orders AS f ON f.customer_id = o.customer_id)\nSELECT cohort, age, uniqExact(customer_id) AS active, round(active / first_value(active) OVER (PARTITION BY cohort ORDER BY age), 3) AS retention\nFROM activity GROUP BY cohort, age ORDER BY cohort, age
SELECT toDayOfWeek(d), toISOWeek(d), toMonday(d), toStartOfWeek(d, 1), toQuarter(d), toStartOfQuarter(d), toStartOfYear(d), toStartOfHour(ts), toUnixTimestamp(ts), fromUnixTimestamp(1700000000), dateName('month', d), addMonths(d, 1), subtractDays(d, 2), toLastDayOfMonth(d), parseDateTimeBestEffort('2024-01-01') FROM t
SELECT position(name, 'x'), substring(name, 1, 3), leftPad(name, 10, '0'), lowerUTF8(name), upperUTF8(name), reverse(name), concat(a, b), a || b, startsWith(name, 'a'), endsWith(name, 'z'), trimBoth(name), format('{} {}', a, b) FROM t
SELECT arrayElement(arr, 1), arr[1], arr[-1], has(arr, 3), indexOf(arr, 3), arrayConcat(arr, [1]), arrayDistinct(arr), arrayReverse(arr), arraySlice(arr, 1, 2), arrayUniq(arr), empty(arr), notEmpty(arr), range(10) FROM t
SELECT JSONExtractString(payload, 'user', 'name') AS n, JSONExtractInt(payload, 'age'), JSONExtractFloat(payload, 'x'), JSONHas(payload, 'a'), JSONExtract(payload, 'tags', 'Array(String)') FROM events
SELECT toInt64OrNull(code), toFloat64OrZero(price), toDecimal64(price, 2), toString(id), toUInt8(1), toDateTime64('2024-01-01 00:00:00', 3, 'UTC') FROM products
SELECT arrayMap(x -> x * 2, [1, 2, 3]), arrayFilter(x -> x > 1, [1, 2, 3]), arraySum([1, 2]), arrayExists(x -> x = 1, [1]), arrayCount(x -> x > 0, [1, -1])
SELECT quantile(0.95)(latency), quantiles(0.5, 0.9, 0.99)(latency), median(latency), quantileTDigest(0.9)(latency), quantileExact(0.5)(latency) FROM hits
SELECT avg(amount) OVER w AS a FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
SELECT toDate(created_at) AS d, uniq(customer_id), uniqExact(customer_id), uniqCombined(customer_id), uniqHLL12(customer_id) FROM orders GROUP BY d
SELECT extract(url, 'utm_source=([^&]+)') AS source, replaceRegexpAll(url, '[0-9]+', 'N'), match(url, '^https'), domain(url), path(url) FROM hits
SELECT arrayZip([1, 2], ['a', 'b']), arrayCumSum([1, 2, 3]), arrayReduce('max', [1, 2, 3]), arrayFold((acc, x) -> acc + x, [1, 2], toInt64(0))
SELECT lagInFrame(amount) OVER (PARTITION BY customer_id ORDER BY created_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders
WITH (SELECT max(created_at) FROM orders) AS last_day SELECT count() FROM orders WHERE created_at >= last_day - INTERVAL 7 DAY
SELECT countIf(status = 'paid') AS paid, sumIf(amount, status = 'paid') AS paid_sum, avgIf(amount, amount > 0) FROM orders
SELECT simpleLinearRegression(x, y), corr(x, y), covarPop(x, y), stddevPop(x), varSamp(x), skewPop(x), kurtSamp(x) FROM t
SELECT multiIf(amount < 10, 'small', amount < 100, 'medium', 'large') AS bucket, count() FROM orders GROUP BY bucket
SELECT windowFunnel(3600)(ts, event = 'view', event = 'cart', event = 'pay') AS level FROM events GROUP BY user_id
SELECT dateDiff('day', created_at, shipped_at) AS days, dateAdd(DAY, 3, created_at), toIntervalDay(1) FROM orders
SELECT cityHash64(name) % 10, sipHash64(name), xxHash64(name), MD5(name), hex(MD5(name)), halfMD5(name) FROM t
SELECT argMax(price, updated_at) AS latest_price, argMin(price, updated_at) FROM prices GROUP BY product_id
SELECT toTimeZone(created_at, 'Europe/Berlin') AS local, toHour(created_at, 'America/New_York') FROM orders
SELECT ifNull(name, ''), coalesce(a, b, 0), nullIf(a, 0), assumeNotNull(a), isNull(a), isNotNull(b) FROM t
SELECT count() FROM orders WHERE status IN ('paid', 'open') AND has(['a', 'b'], code) AND name ILIKE '%x%'
SELECT sequenceMatch('(?1)(?t<3600)(?2)')(ts, event = 'view', event = 'pay') FROM events GROUP BY user_id
