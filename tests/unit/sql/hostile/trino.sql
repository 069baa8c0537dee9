-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY id MEASURES A.id AS x PATTERN (A) DEFINE A AS TRUE)
SELECT * FROM orders TABLESAMPLE BERNOULLI (10)
WITH d AS (DELETE FROM orders) SELECT 1
SELECT * FROM iceberg.shop.orders FOR VERSION AS OF 1
SELECT * FROM iceberg.shop.orders FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00'
SELECT * INTO copied FROM orders
SELECT id FROM orders FOR UPDATE
SELECT ?
SELECT :x
SELECT U&'\0061'

-- rule: one-statement
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2

-- rule: only-select
INSERT INTO orders VALUES (1)
INSERT INTO orders SELECT * FROM orders
UPDATE orders SET amount = 0
DELETE FROM orders
MERGE INTO orders USING users ON orders.id = users.id WHEN MATCHED THEN DELETE
TRUNCATE TABLE orders
CREATE TABLE copied AS SELECT * FROM orders
CREATE TABLE hive.shop.x (a varchar) WITH (external_location = 's3://evil/')
CREATE VIEW v AS SELECT 1
CREATE OR REPLACE FUNCTION f() RETURNS bigint RETURN 1
DROP TABLE orders
ALTER TABLE orders ADD COLUMN x int
ALTER TABLE orders EXECUTE optimize
COMMENT ON TABLE orders IS 'x'
CALL system.runtime.kill_query('x', 'y')
CALL hive.system.sync_partition_metadata('s', 't', 'FULL')
EXECUTE p
EXECUTE IMMEDIATE 'DROP TABLE orders'
PREPARE p FROM DELETE FROM orders
DEALLOCATE PREPARE p
SET SESSION query_max_run_time = '100d'
RESET SESSION query_max_run_time
SET ROLE admin
SET TIME ZONE 'UTC'
SET PATH a.b
USE hive.shop
SHOW TABLES
SHOW CATALOGS
SHOW SESSION
SHOW CREATE TABLE orders
SHOW STATS FOR orders
DESCRIBE orders
EXPLAIN SELECT 1
EXPLAIN ANALYZE DELETE FROM orders
EXPLAIN ANALYZE SELECT 1
START TRANSACTION
COMMIT
ROLLBACK
GRANT SELECT ON orders TO x
REVOKE SELECT ON orders FROM x
ANALYZE orders
REFRESH MATERIALIZED VIEW v
VALUES (1)
DENY DELETE ON orders TO x

-- rule: qualified-call
SELECT my_catalog.my_schema.my_function(1)
SELECT my_schema.my_function(1)

-- rule: session-value
SELECT "$path" FROM orders
SELECT o."$file_size" FROM orders AS o
SELECT current_role
SELECT current_schema
SELECT current_path

-- rule: syntax
SELECT j.a FROM JSON_TABLE('{}', 'lax $' PASSING (SELECT 1) AS x COLUMNS (a VARCHAR PATH 'lax $')) AS j
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT * FROM hive.INFORMATION_SCHEMA.TABLES
SELECT * FROM hive."information_schema ".tables
SELECT * FROM hive.shop."$orders"
SELECT * FROM hive.shop."orders$properties"
SELECT * FROM "system" . runtime . queries
SELECT * FROM ſystem.runtime.queries
SELECT * FROM postgresql.pg_catalog.pg_shadow
SELECT j.a FROM JSON_TABLE((SELECT max(query) FROM system.runtime.queries), 'lax $' COLUMNS (a VARCHAR PATH 'lax $')) AS j
SELECT * FROM system.runtime.queries
SELECT * FROM system.runtime.nodes
SELECT * FROM system.metadata.catalogs
SELECT * FROM system.jdbc.tables
SELECT * FROM "system".runtime.queries
SELECT * FROM jmx.current."java.lang:type=runtime"
SELECT * FROM information_schema.tables
SELECT * FROM hive.information_schema.columns
SELECT * FROM "orders$partitions"
SELECT * FROM iceberg.shop."orders$snapshots"
SELECT * FROM iceberg.shop."orders$files"

-- rule: table-function
SELECT * FROM TABLE(table('x'))
SELECT * FROM TABLE(x)
SELECT * FROM TABLE(lower('x'))
SELECT * FROM TABLE(mysql.system.query(query => 'SELECT 1'))
SELECT * FROM TABLE(postgresql.system.query(query => 'DELETE FROM x'))
SELECT * FROM TABLE(system.query('SELECT 1'))
SELECT * FROM TABLE(query('SELECT 1'))
SELECT * FROM TABLE(hive.system.procedure('x'))
SELECT * FROM TABLE(elasticsearch.system.raw_query(schema => 's', index => 'i', query => '{}'))
SELECT * FROM TABLE(sqlserver.system.procedure(query => 'EXEC xp_cmdshell'))
SELECT * FROM TABLE(iceberg.system.table_changes('s', 't', 1, 2))
SELECT * FROM TABLE(exclude_columns(input => TABLE(orders), columns => DESCRIPTOR(id)))
SELECT * FROM TABLE(my_function(1))
SELECT orders.id FROM a.b.c.d

-- rule: two-readings
SELECT 'a' 'b'
SELECT 1_000a

-- rule: unbounded-recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE 1 = 1) SELECT n FROM r

-- rule: unbounded-series
SELECT transform(sequence(1, 100000), x -> sequence(1, x))
SELECT * FROM UNNEST(sequence(1, 10000000000))
SELECT * FROM TABLE(sequence(stop => 1, start => 100000000000))
SELECT * FROM TABLE(sequence(1, 1000000000))
SELECT * FROM TABLE(sequence(1, (SELECT 100000000000)))
SELECT * FROM TABLE(sequence(start => 1, stop => 1000000000))
SELECT n FROM UNNEST(sequence(1, 10000000000)) AS t(n)
SELECT n FROM UNNEST(sequence(1, (SELECT max(id) FROM orders))) AS t(n)
SELECT sequence(timestamp '2000-01-01 00:00:00', timestamp '2024-01-01 00:00:00', INTERVAL '1' SECOND)

-- rule: unbounded-text
SELECT rpad('x', a, 'y') FROM t
SELECT cardinality(repeat(repeat('x', 100), 10000))
SELECT * FROM UNNEST(repeat(1, 1000000000))
SELECT lpad('x', 1000000000, 'y')
SELECT rpad('x', 1000000000, 'y')
SELECT combinations(ARRAY[1, 2], 5000000)
SELECT CAST('x' AS char(100000000))
SELECT format('%1000000000d', 1)
SELECT format(name, 1) FROM users
SELECT repeat('x', 1000000000)

-- rule: unknown-function
SELECT shuffle(sequence(1, 100000000000))
SELECT j.a FROM JSON_TABLE('{}', 'lax $' COLUMNS (a VARCHAR PATH 'lax $' DEFAULT fail('x') ON EMPTY)) AS j
SELECT * FROM TABLE("system".query('x'))
SELECT * FROM TABLE(system.builtin.sequence(1, 10))
WITH FUNCTION f(x bigint) RETURNS bigint RETURN x SELECT f(1)
SELECT current_user
SELECT current_catalog
SELECT current_groups()
SELECT version()
SELECT fail('x')
SELECT uuid()
SELECT shuffle(ARRAY[1, 2])
SELECT my_function(1)
SELECT classify(features(1), m) FROM models
SELECT learn_classifier(1, features(1))
SELECT ai_analyze_sentiment('x')
SELECT ai_gen('prompt')
