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

-- Written by somebody who had not seen the rules.
SELECT * FROM (SELECT region, quarter, amount FROM sales) AS s PIVOT (SUM(amount) FOR quarter IN ([Q1], [Q2], [Q3])) AS p
SELECT region, quarter, amount FROM wide UNPIVOT (amount FOR quarter IN (q1, q2, q3)) AS u
WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 366) SELECT i FROM n OPTION (MAXRECURSION 366)
SELECT PRODUCT(x) FROM t
SELECT a, b FROM t WHERE CONTAINS(a, 'word') OR FREETEXT(b, 'words')
WITH base AS (\nSELECT o.CustomerID, DATEFROMPARTS(YEAR(o.OrderDate), MONTH(o.OrderDate), 1) AS MonthStart, SUM(od.Quantity * od.UnitPrice * (1 - od.Discount)) AS Revenue\nFROM [Sales].[dbo].[Orders] AS o\nINNER JOIN [Sales].[dbo].[Order Details] AS od ON od.OrderID = o.OrderID\nWHERE o.OrderDate >= '2024-01-01' AND o.OrderDate < DATEADD(year, 1, '2024-01-01') -- a year; not more\nGROUP BY o.CustomerID, DATEFROMPARTS(YEAR(o.OrderDate), MONTH(o.OrderDate), 1)\n),\nranked AS (\nSELECT *, ROW_NUMBER() OVER (PARTITION BY MonthStart ORDER BY Revenue DESC) AS rn,\nSUM(Revenue) OVER (PARTITION BY CustomerID ORDER BY MonthStart ROWS UNBOUNDED PRECEDING) AS Cumulative,\nLAG(Revenue) OVER (PARTITION BY CustomerID ORDER BY MonthStart) AS PrevRevenue\nFROM base\n)\nSELECT TOP (100) r.MonthStart, c.CompanyName, FORMAT(r.Revenue, 'N2') AS Revenue, r.rn,\nCASE WHEN r.PrevRevenue IS NULL THEN NULL ELSE ROUND((r.Revenue - r.PrevRevenue) / NULLIF(r.PrevRevenue, 0) * 100, 1) END AS GrowthPct,\nSTRING_AGG(c.Region, ',') WITHIN GROUP (ORDER BY c.Region) OVER () AS regions\nFROM ranked r JOIN dbo.Customers c ON c.CustomerID = r.CustomerID\nWHERE r.rn <= 10\nORDER BY r.MonthStart, r.rn;
SELECT LEN(a), DATALENGTH(a), LEFT(a, 2), RIGHT(a, 2), SUBSTRING(a, 1, 2), CHARINDEX('x', a), PATINDEX('%[0-9]%', a), REPLACE(a, 'x', 'y'), STUFF(a, 1, 1, 'z'), UPPER(a), LOWER(a), LTRIM(a), RTRIM(a), TRIM(a), REVERSE(a), REPLICATE('0', 5), SPACE(2), CONCAT(a, b), CONCAT_WS('-', a, b), TRANSLATE(a, 'x', 'y'), ASCII(a), CHAR(65), UNICODE(a), NCHAR(233), QUOTENAME(a), STR(1.5, 5, 1), SOUNDEX(a), DIFFERENCE(a, b), STRING_ESCAPE(a, 'json') FROM t
SELECT SUM(amount) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), LAG(amount, 1, 0) OVER (ORDER BY d), LEAD(amount) OVER (ORDER BY d), FIRST_VALUE(amount) OVER (ORDER BY d), LAST_VALUE(amount) OVER (ORDER BY d ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), NTILE(4) OVER (ORDER BY d), CUME_DIST() OVER (ORDER BY d), PERCENT_RANK() OVER (ORDER BY d) FROM t
SELECT DATEPART(quarter, d), DATEPART(iso_week, d), DATENAME(month, d), DATEDIFF(day, a, b), DATEDIFF_BIG(second, a, b), DATEADD(month, -1, d), EOMONTH(d), EOMONTH(d, 1), DAY(d), DATEFROMPARTS(2024, 1, 1), DATETIMEFROMPARTS(2024, 1, 1, 0, 0, 0, 0), DATEPART(weekday, d) FROM t
SELECT TIMEFROMPARTS(1, 2, 3, 0, 0), DATETIME2FROMPARTS(2024, 1, 1, 0, 0, 0, 0, 0), SMALLDATETIMEFROMPARTS(2024, 1, 1, 0, 0), ISNUMERIC('1'), NCHAR(65), TRY_CONVERT(date, '2024'), ERROR_MESSAGE, MONTH(d) FROM t
SELECT ROUND(x, 2), CEILING(x), FLOOR(x), ABS(x), POWER(2, 3), SQRT(4), SQUARE(3), LOG(x), LOG(x, 2), LOG10(x), EXP(x), SIGN(x), PI(), RADIANS(x), ATN2(1, 2), x % 2, RAND(), RAND(1), DEGREES(1), SIN(1) FROM t
WITH tree AS (SELECT id, parent_id, 1 AS lvl FROM emp WHERE parent_id IS NULL UNION ALL SELECT e.id, e.parent_id, t.lvl + 1 FROM emp e JOIN tree t ON e.parent_id = t.id WHERE t.lvl < 10) SELECT * FROM tree
SELECT r.MonthStart, COUNT(*) AS n FROM (SELECT DATETRUNC(month, OrderDate) AS MonthStart FROM Orders) r GROUP BY r.MonthStart ORDER BY r.MonthStart OFFSET 0 ROWS FETCH NEXT 12 ROWS ONLY
SELECT e.id, j.sku, j.price FROM events e CROSS APPLY OPENJSON(e.payload) WITH (sku nvarchar(20) '$.sku', price decimal(10, 2) '$.price', raw nvarchar(max) '$.raw' AS JSON) AS j
SELECT id, amount, SUM(amount) OVER (PARTITION BY customer_id ORDER BY created_at RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS r FROM orders
SELECT CAST(d AS date) AS day, COUNT(*) AS n FROM events WHERE d >= DATEADD(day, -30, CAST(GETDATE() AS date)) GROUP BY CAST(d AS date) ORDER BY day
WITH m AS (SELECT customer_id, MIN(created_at) AS first_at FROM orders GROUP BY customer_id) SELECT COUNT(*) FROM m WHERE first_at >= '20240101'
WITH d AS (SELECT CAST('2024-01-01' AS date) AS day UNION ALL SELECT DATEADD(day, 1, day) FROM d WHERE day < '2024-03-31') SELECT day FROM d
select o.id, c.name from shop.dbo.orders as o inner join shop.dbo.customers as c on c.id = o.customer_id where c.country in ('DE', N'FR');
SELECT c.id, o.amount FROM customers c CROSS APPLY (SELECT TOP (3) amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC) o
SELECT id FROM orders WHERE created_at BETWEEN '2024-01-01' AND '2024-02-01T00:00:00' AND amount <> 0 AND amount != 1 AND id NOT IN (1, 2)
SELECT x.region, x.total / SUM(x.total) OVER () AS share FROM (SELECT region, SUM(amount) AS total FROM sales GROUP BY region) AS x
SELECT Id, IIF(Amount > 100, 'big', 'small') AS bucket, COUNT(*) OVER (PARTITION BY IIF(Amount > 100, 'big', 'small')) FROM Orders
SELECT ISNULL(a, 0), COALESCE(a, b), NULLIF(a, 0), IIF(a > 1, 'x', 'y'), CHOOSE(2, 'a', 'b'), GREATEST(1, 2), LEAST(1, 2) FROM t
SELECT region, product, SUM(amount), GROUPING(region), GROUPING_ID(region, product) FROM sales GROUP BY ROLLUP (region, product)
SELECT DATEADD(month, DATEDIFF(month, 0, d), 0) AS m, SUM(amount) FROM orders GROUP BY DATEADD(month, DATEDIFF(month, 0, d), 0)
SELECT id FROM orders WHERE name LIKE '[A-C]%' AND name LIKE '50!%' ESCAPE '!' AND name COLLATE Latin1_General_CI_AS = 'x'
SELECT COUNT(*) FROM orders o WHERE o.amount > (SELECT AVG(amount) FROM orders o2 WHERE o2.customer_id = o.customer_id)
SELECT YEAR(OrderDate) AS y, MONTH(OrderDate) AS m, SUM(amount) FROM Orders GROUP BY YEAR(OrderDate), MONTH(OrderDate)
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) AND NOT EXISTS (SELECT 1 FROM v WHERE v.id = t.id)
