-- One statement a line; \n is a line break. Every one must pass.
SELECT status, count(*) AS n, sum(amount) AS total FROM orders GROUP BY status ORDER BY total DESC NULLS LAST LIMIT 5
SELECT date_trunc('MONTH', ordered_at) AS month, sum(amount) AS total FROM main.shop.orders GROUP BY 1 ORDER BY 1
SELECT o.id, u.name FROM shop.orders AS o JOIN shop.users AS u ON u.id = o.user_id
SELECT date_add(ordered_on, 7) AS later, date_sub(ordered_on, 7) AS before, datediff(current_date(), ordered_on) AS age, add_months(ordered_on, 1) AS due, months_between(current_date(), ordered_on) AS m, last_day(ordered_on) AS l FROM orders
SELECT dateadd(MONTH, 1, ordered_at) AS a, datediff(DAY, ordered_at, current_timestamp()) AS d, timestampdiff(HOUR, ordered_at, current_timestamp()) AS h FROM orders
SELECT year(ordered_on) AS y, month(ordered_on) AS m, dayofweek(ordered_on) AS d, weekofyear(ordered_on) AS w, quarter(ordered_on) AS q, extract(HOUR FROM ordered_at) AS h, date_part('DOY', ordered_on) AS doy FROM orders
SELECT date_format(ordered_on, 'yyyy-MM') AS m, to_date('2024-01-31', 'yyyy-MM-dd') AS d, to_timestamp('2024-01-31 10:00:00') AS t, unix_timestamp(ordered_at) AS u, from_unixtime(0) AS f, from_utc_timestamp(ordered_at, 'Europe/Berlin') AS b, convert_timezone('UTC', 'Europe/Berlin', ordered_at) AS c, make_date(2024, 1, 2) AS md FROM orders
SELECT ordered_on + INTERVAL 1 MONTH AS a, ordered_on - INTERVAL '7' DAY AS b, DATE '2024-01-01' AS c, TIMESTAMP '2024-01-01 10:00:00' AS d FROM orders
SELECT percentile(amount, 0.5) AS p, percentile_approx(amount, 0.9) AS pa, median(amount) AS m, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS pc, approx_count_distinct(user_id) AS u, count_if(amount > 10) AS n, any_value(status) AS a, max_by(status, amount) AS mb, mode(status) AS mo FROM orders
SELECT collect_list(status) AS l, collect_set(status) AS s, array_agg(status) AS a, stddev_samp(amount) AS sd, corr(amount, id) AS c, var_pop(amount) AS v, bool_or(amount > 10) AS b, skewness(amount) AS sk, kurtosis(amount) AS k FROM orders
SELECT sum(amount) FILTER (WHERE status = 'paid') AS paid, count(DISTINCT user_id) AS u FROM orders
SELECT e.id, t.tag FROM events AS e LATERAL VIEW explode(e.tags) t AS tag
SELECT e.id, t.tag FROM events AS e LATERAL VIEW OUTER explode(e.tags) t AS tag
SELECT e.id, t.place, t.tag FROM events AS e LATERAL VIEW posexplode(e.tags) t AS place, tag
SELECT id, explode(tags) AS tag FROM events
SELECT e.id, t.tag FROM events AS e, LATERAL explode(e.tags) AS t(tag)
SELECT e.id, i.price FROM events AS e LATERAL VIEW inline(e.items) i AS price, name
SELECT payload:color AS color, payload:user.name::string AS name, payload:tags[0]::string AS tag FROM events
SELECT get_json_object(payload, '$.color') AS c, from_json(payload, 'a INT, b STRING').a AS a, to_json(named_struct('a', 1)) AS t, json_array_length('[1]') AS n, schema_of_json('{}') AS s FROM events
SELECT transform(array(1, 2), x -> x * 2) AS t, filter(array(1, 2), x -> x > 1) AS f, aggregate(array(1, 2), 0, (s, x) -> s + x) AS a, exists(array(1), x -> x = 1) AS e, forall(array(1), x -> x > 0) AS fa, zip_with(array(1), array(2), (x, y) -> x + y) AS z
SELECT array(1, 2)[0] AS first, element_at(array(1, 2), 1) AS e, size(array(1, 2)) AS n, array_contains(array(1), 1) AS c, array_join(array('a', 'b'), ',') AS j, sort_array(array(2, 1)) AS s, array_distinct(array(1, 1)) AS d, slice(array(1, 2, 3), 1, 2) AS sl, flatten(array(array(1))) AS fl, array_max(array(1)) AS mx
SELECT map('a', 1)['a'] AS v, map_keys(map('a', 1)) AS k, map_filter(map('a', 1), (k, v) -> v > 0) AS f, map_entries(map('a', 1)) AS e, str_to_map('a:1,b:2', ',', ':') AS s, named_struct('a', 1).a AS st, struct(1, 'x') AS sx
SELECT user.name, user.address.city, items[0].price FROM events
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY amount DESC) = 1
SELECT id, sum(amount) OVER (PARTITION BY user_id ORDER BY ordered_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running, lag(amount, 1) OVER (ORDER BY id) AS before, first_value(amount) IGNORE NULLS OVER (ORDER BY id) AS f, ntile(4) OVER (ORDER BY amount) AS q FROM orders
SELECT id, sum(amount) OVER (ORDER BY ordered_on RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, rank() OVER w AS r, dense_rank() OVER w AS d, percent_rank() OVER w AS p, cume_dist() OVER w AS c FROM orders WINDOW w AS (ORDER BY amount)
SELECT status, user_id, sum(amount) AS total, grouping(status) AS g FROM orders GROUP BY CUBE (status, user_id)
SELECT status, sum(amount) AS total FROM orders GROUP BY status WITH ROLLUP
SELECT status, user_id, sum(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), (user_id), ())
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH totals AS (SELECT user_id, sum(amount) AS total FROM orders GROUP BY user_id) SELECT u.name, t.total FROM users AS u JOIN totals AS t ON t.user_id = u.id
SELECT v.a, v.b FROM VALUES (1, 'x'), (2, 'y') AS v(a, b)
SELECT n.id FROM range(10) AS n
SELECT explode(sequence(1, 10)) AS n
SELECT explode(sequence(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 1 DAY)) AS day
SELECT id FROM orders UNION ALL SELECT id FROM users
SELECT id FROM orders UNION SELECT id FROM users
SELECT id FROM orders EXCEPT SELECT id FROM users
SELECT id FROM orders MINUS SELECT id FROM users
SELECT id FROM orders INTERSECT SELECT id FROM users
SELECT o.id, u.name FROM orders AS o LEFT JOIN users AS u USING (id)
SELECT o.id FROM orders AS o LEFT SEMI JOIN users AS u ON u.id = o.user_id
SELECT o.id FROM orders AS o LEFT ANTI JOIN users AS u ON u.id = o.user_id
SELECT o.id, u.name FROM orders AS o FULL OUTER JOIN users AS u ON u.id = o.user_id
SELECT u.name, l.amount FROM users AS u, LATERAL (SELECT amount FROM orders AS o WHERE o.user_id = u.id ORDER BY amount DESC LIMIT 1) AS l
SELECT o.id FROM orders AS o WHERE EXISTS (SELECT 1 FROM users AS u WHERE u.id = o.user_id)
SELECT id FROM orders WHERE status IN ('paid', 'open') AND amount BETWEEN 1 AND 50 AND ordered_on >= DATE '2024-01-01' AND status <=> 'paid'
SELECT id FROM orders ORDER BY amount DESC LIMIT 5 OFFSET 10
SELECT * EXCEPT (amount) FROM orders
SELECT try_cast('x' AS INT) AS t, CAST('12.5' AS DECIMAL(10, 2)) AS d, '12'::INT AS i, CAST(id AS STRING) AS s, int('1') AS f, double('1.5') AS db, CAST('2024-01-01' AS DATE) AS da FROM orders
SELECT if(amount > 10, 'big', 'small') AS size, iff(amount > 10, 1, 0) AS i, coalesce(status, '') AS c, nvl(status, '') AS n, nvl2(status, 1, 0) AS n2, nullif(status, '') AS z, CASE WHEN amount > 10 THEN 1 ELSE 0 END AS k, decode(status, 'paid', 1, 0) AS d, try_divide(1, 0) AS td FROM orders
SELECT upper(name) AS u, substring(name, 1, 2) AS s, split(name, ' ')[0] AS f, split_part(name, ' ', 1) AS sp, concat(name, 'x') AS c, name || 'y' AS cc, replace(name, 'a', 'b') AS r, instr(name, 'a') AS p, locate('a', name) AS l, lpad(name, 5, '.') AS lp, length(name) AS n, trim(name) AS t, startswith(name, 'A') AS sw, contains(name, 'a') AS co, initcap(name) AS i, format_string('%05d', id) AS fs, concat_ws('-', name, 'x') AS ws FROM users
SELECT name RLIKE '^A' AS c, regexp_extract(name, '(\\w+)', 1) AS e, regexp_replace(name, '[aeiou]', '') AS r, regexp_extract_all(name, '(\\w+)', 1) AS a, regexp_like(name, '^A') AS rl, name LIKE 'A%' AS l, name ILIKE '%a%' AS il, name LIKE ANY ('A%', 'B%') AS la FROM users
SELECT parse_url(url, 'HOST') AS h, md5(name) AS m, sha2(name, 256) AS s, base64(name) AS b, hash(name) AS ha, xxhash64(name) AS x, levenshtein('a', 'b') AS l, soundex('a') AS so, ascii('a') AS a FROM events
SELECT round(amount, 1) AS r, ceil(amount) AS c, floor(amount) AS f, mod(id, 2) AS m, id % 2 AS rest, id DIV 2 AS dv, pow(2, 3) AS p, sqrt(16) AS q, ln(10) AS l, log(10, 100) AS lg, log10(100) AS l10, abs(-1) AS a, sign(-2) AS s, greatest(1, 2) AS g, least(1, 2) AS le, width_bucket(amount, 0, 100, 5) AS w FROM orders
SELECT `größe (cm)` AS `wie groß?`, `select` FROM `odd table`
SELECT 'it\'s; DROP TABLE orders' AS t, "-- no" AS u FROM orders /* ; DELETE */ -- ; ALTER
SELECT x.status, x.n FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING n > 1
SELECT array_size(array(1, 2)) AS s, first(status, TRUE) AS f, last(status) AS l, try_sum(amount) AS t FROM orders
SELECT date_trunc('HOUR', at) AS h, count(*) AS n FROM events GROUP BY date_trunc('HOUR', at)
SELECT date_trunc('week', ts), to_date(s, 'dd/MM/yyyy'), date_format(ts, 'yyyy-MM'), datediff(a, b), date_add(d, 1), current_date() - INTERVAL 30 DAYS, from_unixtime(x, 'yyyy'), ts::date, extract(week FROM ts), dayofweek(d), months_between(a, b), trunc(d, 'MM') FROM c.s.t
SELECT col.*, pos FROM t LATERAL VIEW posexplode(l) x AS pos, col
SELECT explode(from_json(j, 'array<struct<a:int,b:string>>')) AS x FROM t
SELECT transform(l, (x, i) -> x + i), aggregate(l, CAST(0 AS BIGINT), (acc, x) -> acc + x, acc -> acc * 2), map_from_entries(l), array_sort(l, (a, b) -> CASE WHEN a < b THEN -1 ELSE 1 END), size(l), l[0], m['k'], element_at(l, -1) FROM t
SELECT a, percentile_approx(b, array(0.5, 0.9)), collect_set(c), max_by(a, b), approx_count_distinct(d), count_if(e > 1), any_value(f), string_agg(g, ',') FROM t GROUP BY CUBE (a)
SELECT j:a.b, j:l[0].c::int, j:['x y'], get_json_object(j, '$.a') FROM t
SELECT * EXCEPT (a, b) FROM t QUALIFY row_number() OVER (PARTITION BY c ORDER BY d DESC) = 1
SELECT /* c */ a FROM t -- x
SELECT INLINE(array(struct(1, 'a'))) FROM t
SELECT stack(2, 'a', x, 'b', y) AS (k, v) FROM t
SELECT t.*, u.k FROM t CROSS JOIN LATERAL explode(t.l) AS u(k)
SELECT a FROM t WHERE b RLIKE '^x' AND c NOT LIKE '%y' AND d IN ('x') AND array_contains(l, 1) AND e <=> NULL
SELECT named_struct('a', 1, 'b', 2).a, struct(a, b).a, map('k', 1), array(1, 2), s.f.g, bround(x, 2), pmod(a, 7), a DIV b, a % b, nvl(a, 0) FROM t
