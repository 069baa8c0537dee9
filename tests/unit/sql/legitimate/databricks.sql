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

-- Written by somebody who had not seen the rules.
SELECT from_utc_timestamp(ts, 'Europe/Berlin'), to_utc_timestamp(ts, 'UTC'), convert_timezone('UTC', 'Europe/Berlin', ts), from_unixtime(1700000000), unix_timestamp(ts), to_unix_timestamp(s), timestamp_seconds(1), timestamp_millis(1), current_date(), current_timestamp(), now(), getdate(), make_date(2024, 1, 1), make_timestamp(2024, 1, 1, 0, 0, 0) FROM t
SELECT * FROM (SELECT region, quarter, amount FROM sales) PIVOT (sum(amount) AS total FOR quarter IN ('Q1' AS q1, 'Q2' AS q2))
SELECT * FROM wide UNPIVOT (amount FOR quarter IN (q1, q2, q3))
SELECT * FROM wide UNPIVOT INCLUDE NULLS (amount FOR quarter IN (q1 AS `Q 1`, q2))
SELECT width_bucket(v, 0, 100, 10), round(v, 2), bround(v, 2), ceil(v), floor(v, 1), cbrt(v), log(2, v), log10(v), log2(v), ln(v), pow(2, 3), pmod(-1, 3), mod(5, 2), 5 % 2, rand(), randn(), uniform(1, 10), greatest(1, 2), hypot(3, 4), factorial(3), bin(5), hex(10), conv('10', 2, 10), shiftleft(1, 2), bit_count(3), negative(v), sign(v), pi(), e() FROM t
SELECT id, region FROM sales SORT BY amount DESC LIMIT 5
with base as (\nselect customer_id, date_trunc('week', created_at) as wk, sum(amount) as amt, count(*) as n, max_by(channel, created_at) as last_channel\nfrom main.shop.orders\nwhere created_at >= current_date() - interval 1 year -- a; year\nand status not in ('cancelled')\ngroup by all\n),\nspine as (\nselect c.customer_id, w.wk from (select distinct customer_id from base) c\ncross join (select explode(sequence(date_trunc('week', current_date() - interval 1 year), date_trunc('week', current_date()), interval 1 week)) as wk) w\n),\nfilled as (\nselect s.customer_id, s.wk, coalesce(b.amt, 0) as amt, coalesce(b.n, 0) as n, b.last_channel\nfrom spine s left join base b on b.customer_id = s.customer_id and b.wk = s.wk\n)\nselect wk, percentile_approx(amt, 0.5) as p50, count_if(n > 0) as active,\nsum(sum(amt)) over (order by wk rows between 3 preceding and current row) as r4,\nround(try_divide(sum(amt), count(distinct customer_id)), 2) as arpu,\nlast(max(last_channel), true) over (order by wk) as ch\nfrom filled\ngroup by wk\nhaving sum(amt) > 0\norder by wk;
SELECT split(tags, ','), split(tags, ',')[0], split_part(email, '@', 2), substring_index(a, '.', 1), concat_ws(',', a, b), substr(a, 1, 2), substring(a FROM 1 FOR 2), lpad(a, 5, '0'), rpad(a, 5), initcap(a), reverse(a), instr(a, 'x'), locate('x', a), charindex('x', a), position('x' IN a), contains(a, 'x'), startswith(a, 'x'), endswith(a, 'x'), ltrim(a), rtrim(a), translate(a, 'x', 'y'), levenshtein(a, b), soundex(a), left(a, 2), right(a, 2), format_string('%s', a), format_number(1.5, 2), a || b, char_length(a), ascii(a), chr(65), ilike(a, 'x'), btrim(a), overlay(a PLACING 'x' FROM 1), repeat(a, 3) FROM t
SELECT size(arr), cardinality(arr), array_contains(arr, 1), array_distinct(arr), array_join(arr, ','), array_position(arr, 1), slice(arr, 1, 2), flatten(nested), array_max(arr), array_min(arr), array_union(a, b), array_intersect(a, b), array_except(a, b), arrays_overlap(a, b), array_remove(arr, 1), sort_array(arr, false), arrays_zip(a, b), element_at(arr, 1), arr[0], array_append(arr, 1), array_compact(arr), get(arr, 0), array_size(arr), array_repeat(1, 3), sequence(1, 10), array_insert(arr, 1, 2), try_element_at(arr, 1) FROM t
SELECT map('a', 1), map_keys(m), map_values(m), m['a'], element_at(m, 'a'), map_filter(m, (k, v) -> v > 1), transform_values(m, (k, v) -> v + 1), transform_keys(m, (k, v) -> upper(k)), map_concat(m, n), map_entries(m), map_from_arrays(a, b), map_from_entries(e), str_to_map(s, ',', '='), map_contains_key(m, 'a'), map_zip_with(m, n, (k, x, y) -> x) FROM t
SELECT try_cast(x AS INT), try_divide(a, b), try_add(a, b), try_to_number(s, '999'), cast(x AS STRING), x::DOUBLE, cast(x AS DECIMAL(10, 2)), cast(x AS TIMESTAMP_NTZ), bigint(x), double(x), string(x), int(x), date(x), cast(x AS ARRAY<INT>), cast(x AS MAP<STRING, INT>), x::TIMESTAMP, to_number('1', '9'), to_char(x, '99'), a DIV b, x?::INT FROM t
SELECT date_format(ts, 'yyyy-MM'), to_date(s, 'yyyy-MM-dd'), to_timestamp(s), year(d), quarter(d), month(d), dayofweek(d), weekofyear(d), weekday(d), dayofyear(d), hour(ts), minute(ts), second(ts), date_part('week', d), extract(DOW FROM d), trunc(d, 'MM'), dayname(d), window(ts, '1 hour'), try_to_timestamp(s), day(d) FROM t
SELECT transform(arr, x -> x * 2), filter(arr, x -> x > 1), aggregate(arr, 0, (acc, x) -> acc + x), reduce(arr, 0, (acc, x) -> acc + x), exists(arr, x -> x = 1), forall(arr, x -> x > 0), zip_with(a, b, (x, y) -> x + y), array_sort(arr, (l, r) -> CASE WHEN l < r THEN -1 ELSE 1 END), transform(arr, (x, i) -> x + i) FROM t
SELECT regexp_extract(url, 'utm=([^&]+)', 1), regexp_replace(url, '\\d+', 'N'), regexp_like(url, '^https'), url RLIKE 'x.*', regexp_extract_all(url, '(\\w+)', 1), regexp_count(url, 'x'), regexp_substr(url, 'x'), regexp_instr(url, 'x'), parse_url(url, 'HOST'), url_decode(u), url REGEXP 'x' FROM hits
SELECT datediff(shipped_at, created_at), datediff(DAY, a, b), date_add(a, 1), date_sub(a, 1), add_months(a, 1), months_between(a, b), dateadd(MONTH, 1, a), timestampdiff(HOUR, a, b), date_diff(DAY, a, b), timestampadd(HOUR, 1, a), last_day(a), next_day(a, 'MON') FROM orders
SELECT sum(amount) FILTER (WHERE status = 'paid'), max_by(price, ts), min_by(price, ts), any_value(name), first(name), last(name, true), bool_or(a), every(b), some(c), collect_list(id), collect_set(id), array_agg(id), string_agg(name, ', '), listagg(name, ',') FROM t
SELECT if(a > 0, 'pos', 'neg'), iff(a > 0, 1, 0), nvl(a, 0), nvl2(a, 1, 2), ifnull(a, 0), nullif(a, 0), coalesce(a, b), decode(a, 1, 'one', 'x'), zeroifnull(a), nullifzero(a), isnull(a), isnotnull(b), isnan(c), nanvl(c, 0), equal_null(a, b), a <=> b FROM t
SELECT get_json_object(payload, '$.user.name'), from_json(payload, 'a INT, b STRING'), to_json(struct(a, b)), json_array_length(j), json_object_keys(j), schema_of_json('{"a":1}'), json_tuple(payload, 'a', 'b') FROM events
SELECT approx_count_distinct(id), percentile(amount, 0.5), percentile_approx(amount, array(0.5, 0.9), 100), approx_percentile(amount, 0.95), median(amount), mode(status), count_if(status = 'paid') FROM orders
WITH RECURSIVE tree (id, lvl) AS (SELECT id, 1 FROM emp WHERE parent_id IS NULL UNION ALL SELECT e.id, t.lvl + 1 FROM emp e JOIN tree t ON e.parent_id = t.id WHERE t.lvl < 10) SELECT * FROM tree
SELECT last_value(v) IGNORE NULLS OVER (PARTITION BY id ORDER BY ts), last(v, true) OVER (ORDER BY ts), lag(v, 1, 0) OVER (ORDER BY ts), nth_value(v, 2) OVER (ORDER BY ts) FROM t
SELECT parse_json('{"a":1}'), try_parse_json(s), variant_get(v, '$.a', 'int'), is_variant_null(v), schema_of_variant(v), try_variant_get(v, '$.b', 'string'), v:a::int FROM t
SELECT id FROM orders WHERE created_at BETWEEN '2024-01-01' AND '2024-02-01' AND amount <> 0 AND NOT status = 'x' AND id NOT IN (1, 2) AND name IS NOT NULL
WITH RECURSIVE d AS (SELECT DATE'2024-01-01' AS day UNION ALL SELECT date_add(day, 1) FROM d WHERE day < DATE'2024-12-31') SELECT day FROM d
SELECT FROM_UNIXTIME(UNIX_TIMESTAMP(created_at), 'yyyy-MM-dd'), DATE(created_at), CAST(created_at AS DATE), TO_DATE(created_at) FROM orders
SELECT c.id, o.amount FROM customers c, LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) o
SELECT c.id, o.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) o ON TRUE
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), percentile_disc(0.9) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT CASE WHEN a IS DISTINCT FROM b THEN 1 END, (a, b) IN ((1, 2)), EXISTS (SELECT 1 FROM u WHERE u.id = t.id) FROM t
SELECT array_agg(struct(id, amount)) AS rows, collect_list(named_struct('a', a)) FROM orders GROUP BY customer_id
