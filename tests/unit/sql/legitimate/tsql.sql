-- One statement a line; \n is a line break. Every one must pass.
SELECT TOP 5 status, COUNT(*) AS n, SUM(amount) AS total FROM dbo.orders GROUP BY status ORDER BY total DESC
SELECT TOP (10) WITH TIES id, amount FROM orders ORDER BY amount DESC
SELECT TOP 10 PERCENT id FROM orders ORDER BY amount DESC
SELECT o.id, u.name FROM shop.dbo.orders AS o JOIN shop.dbo.users AS u ON u.id = o.user_id
SELECT DATEADD(month, 1, ordered_at) AS due, DATEDIFF(day, ordered_at, GETDATE()) AS age, DATEPART(year, ordered_at) AS y, DATENAME(month, ordered_at) AS m, EOMONTH(ordered_at) AS e FROM orders
SELECT YEAR(ordered_at) AS y, MONTH(ordered_at) AS m, DAY(ordered_at) AS d, DATEFROMPARTS(2024, 1, 2) AS dfp, CAST(ordered_at AS date) AS da, DATETRUNC(month, ordered_at) AS t FROM orders
SELECT FORMAT(ordered_at, 'yyyy-MM') AS f, CONVERT(varchar(10), ordered_at, 120) AS c, CONVERT(date, '2024-01-31') AS d, TRY_CONVERT(int, 'x') AS t, TRY_CAST('x' AS int) AS tc, PARSE('12' AS int) AS p FROM orders
SELECT ordered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Central European Standard Time' AS berlin, SYSUTCDATETIME() AS u, SWITCHOFFSET(SYSDATETIMEOFFSET(), '+02:00') AS s, CURRENT_TIMESTAMP AS c FROM orders
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) AS median, status FROM orders
SELECT APPROX_COUNT_DISTINCT(user_id) AS u, STDEV(amount) AS s, VARP(amount) AS v, COUNT_BIG(*) AS n, COUNT(DISTINCT status) AS d, CHECKSUM_AGG(id) AS c FROM orders
SELECT STRING_AGG(status, ', ') WITHIN GROUP (ORDER BY status) AS s FROM orders
SELECT u.name, l.amount FROM users AS u CROSS APPLY (SELECT TOP 1 amount FROM orders AS o WHERE o.user_id = u.id ORDER BY amount DESC) AS l
SELECT u.name, l.amount FROM users AS u OUTER APPLY (SELECT TOP 1 amount FROM orders AS o WHERE o.user_id = u.id ORDER BY amount DESC) AS l
SELECT e.id, j.color, j.n FROM events AS e CROSS APPLY OPENJSON(e.payload) WITH (color varchar(20) '$.color', n int '$.n') AS j
SELECT e.id, j.[key], j.[value] FROM events AS e CROSS APPLY OPENJSON(e.payload, '$.tags') AS j
SELECT JSON_VALUE(payload, '$.color') AS color, JSON_QUERY(payload, '$.tags') AS tags, ISJSON(payload) AS ok FROM events
SELECT u.id, s.value AS word FROM users AS u CROSS APPLY STRING_SPLIT(u.name, ' ') AS s
SELECT value AS n FROM GENERATE_SERIES(1, 10)
SELECT id, SUM(amount) OVER (PARTITION BY user_id ORDER BY ordered_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running, LAG(amount, 1, 0) OVER (ORDER BY id) AS before, FIRST_VALUE(amount) OVER (ORDER BY id) AS f, NTILE(4) OVER (ORDER BY amount) AS q FROM orders
SELECT id, ROW_NUMBER() OVER (PARTITION BY status ORDER BY amount DESC) AS place, RANK() OVER (ORDER BY amount) AS r, DENSE_RANK() OVER (ORDER BY amount) AS d, PERCENT_RANK() OVER (ORDER BY amount) AS p, CUME_DIST() OVER (ORDER BY amount) AS c FROM orders
SELECT status, user_id, SUM(amount) AS total, GROUPING(status) AS g FROM orders GROUP BY CUBE (status, user_id)
SELECT status, SUM(amount) AS total FROM orders GROUP BY ROLLUP (status)
SELECT status, user_id, SUM(amount) AS total FROM orders GROUP BY GROUPING SETS ((status), (user_id), ())
WITH totals AS (SELECT user_id, SUM(amount) AS total FROM orders GROUP BY user_id) SELECT u.name, t.total FROM users AS u JOIN totals AS t ON t.user_id = u.id
WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r
WITH tree AS (SELECT id, parent_id, 1 AS depth FROM units WHERE parent_id IS NULL UNION ALL SELECT u.id, u.parent_id, t.depth + 1 FROM units AS u JOIN tree AS t ON u.parent_id = t.id) SELECT id, depth FROM tree
WITH ranked AS (SELECT id, ROW_NUMBER() OVER (PARTITION BY status ORDER BY amount DESC) AS place FROM orders) SELECT id FROM ranked WHERE place = 1
SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)
SELECT id FROM orders UNION ALL SELECT id FROM users
SELECT id FROM orders UNION SELECT id FROM users ORDER BY id
SELECT id FROM orders EXCEPT SELECT id FROM users
SELECT id FROM orders INTERSECT SELECT id FROM users
SELECT o.id, u.name FROM orders AS o LEFT JOIN users AS u ON u.id = o.user_id
SELECT o.id, u.name FROM orders AS o FULL OUTER JOIN users AS u ON u.id = o.user_id
SELECT o.id, u.id AS other FROM orders AS o CROSS JOIN users AS u WHERE u.id <> o.user_id
SELECT id FROM orders ORDER BY id OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY
SELECT DISTINCT status FROM orders
SELECT IIF(amount > 10, 'big', 'small') AS size, ISNULL(status, '') AS i, COALESCE(status, '') AS c, NULLIF(status, '') AS n, CHOOSE(1, 'a', 'b') AS ch FROM orders
SELECT CASE WHEN amount > 10 THEN 'big' ELSE 'small' END AS size, COUNT(*) AS n FROM orders GROUP BY CASE WHEN amount > 10 THEN 'big' ELSE 'small' END HAVING COUNT(*) > 1
SELECT UPPER(name) AS u, SUBSTRING(name, 1, 2) AS s, LEFT(name, 1) AS l, RIGHT(name, 1) AS r, LEN(name) AS n, CHARINDEX('a', name) AS c, PATINDEX('%a%', name) AS p, REPLACE(name, 'a', 'b') AS rp, STUFF(name, 1, 1, 'x') AS st, LTRIM(RTRIM(name)) AS t, TRIM(name) AS tr, REVERSE(name) AS rv, CONCAT(name, '-', id) AS cc, CONCAT_WS('-', name, 'x') AS ws, name + 'y' AS pl FROM users
SELECT REPLICATE('ab', 3) AS r, SPACE(2) AS s, ASCII('a') AS a, CHAR(65) AS c, UNICODE(N'a') AS u, NCHAR(65) AS nc, QUOTENAME('x') AS q, SOUNDEX('Robert') AS so, DIFFERENCE('a', 'b') AS d, STR(1.5, 5, 1) AS st, TRANSLATE('abc', 'a', 'b') AS t, DATALENGTH('a') AS dl
SELECT ROUND(amount, 1) AS r, CEILING(amount) AS c, FLOOR(amount) AS f, id % 2 AS m, POWER(2, 3) AS p, SQRT(16) AS q, LOG(10) AS l, LOG10(100) AS l10, ABS(-1) AS a, SIGN(-2) AS s, EXP(1) AS e, PI() AS pi, SQUARE(2) AS sq, GREATEST(1, 2) AS g, LEAST(1, 2) AS le FROM orders
SELECT CAST(amount AS decimal(10, 2)) AS d, CAST('2024-01-01' AS datetime2) AS dt, CAST(id AS nvarchar(20)) AS nv, CAST(1 AS bit) AS b, CAST('1' AS bigint) AS bi, CAST(1.5 AS money) AS m, CAST(0 AS float) AS f FROM orders
SELECT [id], [Größe (cm)] AS [wie groß?], [select] FROM [Odd Table]
SELECT "id" FROM "dbo"."orders"
SELECT id FROM orders WHERE status IN ('paid', N'öffen') AND amount BETWEEN 1 AND 50 AND ordered_at >= '2024-01-01'
SELECT id FROM orders WHERE status LIKE 'p%' AND status NOT LIKE '%[0-9]%' ESCAPE '!'
SELECT name FROM users AS u WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.user_id = u.id AND o.amount > 50)
SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE user_id IS NOT NULL)
SELECT name, (SELECT COUNT(*) FROM orders AS o WHERE o.user_id = u.id) AS n FROM users AS u
SELECT x.status, x.n FROM (SELECT status, COUNT(*) AS n FROM orders GROUP BY status) AS x WHERE x.n > 0
SELECT id FROM orders WHERE amount > ALL (SELECT credit FROM users) OR amount = ANY (SELECT credit FROM users)
SELECT 'it''s; DROP TABLE orders' AS t, '-- no' AS u FROM orders /* ; DELETE /* nested */ */ -- ; EXEC xp_cmdshell
SELECT SUM(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid, SUM(amount) * 100.0 / SUM(SUM(amount)) OVER () AS share, status FROM orders GROUP BY status
SELECT DATEPART(iso_week, ordered_at) AS w, DATEPART(weekday, ordered_at) AS d, DATEPART(quarter, ordered_at) AS q, DATEDIFF(month, '2024-01-01', ordered_at) AS m FROM orders
SELECT a.id, b.id AS next_id FROM orders AS a JOIN orders AS b ON b.id = a.id + 1
SELECT id, amount - AVG(amount) OVER () AS off, SUM(amount) OVER (ORDER BY ordered_at ROWS UNBOUNDED PRECEDING) AS running FROM orders
SELECT CONVERT(varchar(7), ordered_at, 126) AS month, SUM(amount) AS total FROM orders GROUP BY CONVERT(varchar(7), ordered_at, 126)
SELECT HASHBYTES('SHA2_256', name) AS h, CHECKSUM(name) AS c, STRING_ESCAPE(name, 'json') AS s, JSON_MODIFY('{}', '$.a', 1) AS m, ISNUMERIC('1') AS n, ISDATE('2024-01-01') AS d FROM users
SELECT status AS kind, MIN(amount) AS low, MAX(amount) AS high, AVG(amount) AS mean, VAR(amount) AS v, STDEVP(amount) AS sp FROM orders GROUP BY status
SELECT TIMEFROMPARTS(10, 0, 0, 0, 0) AS t, DATETIME2FROMPARTS(2024, 1, 2, 3, 4, 5, 0, 0) AS d, TODATETIMEOFFSET(ordered_at, '+01:00') AS o, DATEDIFF_BIG(second, '2000-01-01', ordered_at) AS s FROM orders
SELECT ordered_at, amount, amount & 1 AS b, -amount AS neg, ~id AS inv FROM orders
SELECT id FROM dbo.orders AS o WHERE o.status <> 'paid' AND o.amount IS NOT NULL
SELECT TOP (100) * FROM [dbo].[Order Details] AS od WHERE od.[Unit Price] > 10 ORDER BY od.[Unit Price] DESC
SELECT a, SUM(b) OVER (PARTITION BY a ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), LAG(b) OVER (PARTITION BY a ORDER BY c), FIRST_VALUE(b) OVER (PARTITION BY a ORDER BY c), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY b) OVER (PARTITION BY a) FROM t
SELECT STRING_AGG(CAST(a AS NVARCHAR(MAX)), ', ') WITHIN GROUP (ORDER BY a) FROM t
SELECT j.* FROM t CROSS APPLY OPENJSON(t.doc, '$.items') WITH (id INT '$.id', name NVARCHAR(50) '$.name', raw NVARCHAR(MAX) '$' AS JSON) AS j
SELECT t.a, x.total FROM t OUTER APPLY (SELECT SUM(b) AS total FROM u WHERE u.k = t.k) AS x
SELECT v.k, v.n FROM t CROSS APPLY (VALUES ('a', t.a), ('b', t.b)) AS v(k, n)
SELECT a AS 'alias', b = c + 1, [d] FROM t
SELECT LEN(a), SUBSTRING(a, 1, 3), CHARINDEX('x', a), REPLACE(a, 'x', 'y'), LTRIM(RTRIM(a)), UPPER(a), LEFT(a, 2), a + N'ü', CONCAT(a, b), STUFF(a, 1, 1, ''), REVERSE(a), TRIM(a), PATINDEX('%x%', a), COALESCE(a, b), NULLIF(a, ''), CHOOSE(2, 'a', 'b') FROM t
WITH c AS (SELECT a, ROW_NUMBER() OVER (PARTITION BY b ORDER BY c DESC) AS rn FROM t) SELECT a FROM c WHERE rn = 1
SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP
SELECT COUNT(DISTINCT a), AVG(CAST(b AS FLOAT)), SUM(CASE WHEN c = 1 THEN 1 ELSE 0 END) * 1.0 / COUNT(*) FROM t WHERE d >= '20240101' AND e IS NOT NULL
SELECT a FROM t1 INNER JOIN t2 ON t1.id = t2.id LEFT OUTER JOIN t3 ON t3.id = t2.id FULL JOIN t4 ON t4.id = t3.id
SELECT TRY_CAST(a AS DECIMAL(10,2)), TRY_CONVERT(INT, b), CONVERT(DECIMAL(10,2), c), CAST(d AS DATETIMEOFFSET), d AT TIME ZONE 'UTC', ROUND(a, 2), ABS(a), POWER(a, 2), a % 2, a & 1 FROM t
SELECT a FROM t ORDER BY (SELECT NULL) OFFSET 0 ROWS
