-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT COLUMNS('.*') FROM orders
SELECT * FROM orders USING SAMPLE 10
WITH d AS (DELETE FROM orders RETURNING id) SELECT * FROM d
SELECT id FROM orders FOR UPDATE
SELECT $1
SELECT ?
SELECT * FROM (PIVOT orders ON status USING sum(amount))
SELECT * FROM orders TABLESAMPLE 10%
SELECT * FROM orders AT (VERSION => 1)
SELECT [x FOR x IN [1, 2]]

-- rule: only-select
ATTACH '/tmp/x.db'
DETACH main
INSTALL httpfs
LOAD httpfs
PRAGMA database_list
SET threads = 1
USE main
COPY orders TO '/tmp/x.csv'
CREATE SECRET s (TYPE s3)
SUMMARIZE orders
DESCRIBE orders
PIVOT orders ON status USING sum(amount)
CHECKPOINT
INSERT INTO orders VALUES (1)
UPDATE orders SET amount = 0
DELETE FROM orders
TRUNCATE orders
CREATE TABLE copied AS SELECT * FROM orders
CREATE MACRO m(a) AS a
DROP TABLE orders
ALTER TABLE orders ADD COLUMN x INTEGER
EXPLAIN ANALYZE SELECT 1
CALL pragma_version()
PREPARE p AS SELECT 1
EXECUTE p
VACUUM
SHOW TABLES
SHOW ALL TABLES
SET VARIABLE x = 1
RESET threads
BEGIN
FORCE CHECKPOINT
UNPIVOT orders ON amount INTO NAME k VALUE v
EXPORT DATABASE '/tmp/x'
IMPORT DATABASE '/tmp/x'

-- rule: other-database
SELECT * FROM other.main.orders

-- rule: syntax
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT * FROM '/etc/passwd'
FROM 'data.parquet'
SELECT * FROM "https://example.com/x.csv"
SELECT * FROM duckdb_tables
SELECT * FROM sqlite_master
SELECT * FROM information_schema.tables
SELECT * FROM duckdb_logs
SELECT * FROM pg_catalog.pg_class
SELECT * FROM "a/b.csv"
SELECT * FROM "data.parquet"

-- rule: table-function
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM read_parquet('s3://bucket/x.parquet')
SELECT * FROM read_json('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/etc/passwd')
SELECT * FROM glob('/*')
SELECT * FROM sniff_csv('/etc/passwd')
SELECT * FROM parquet_metadata('x.parquet')
SELECT * FROM query('DROP TABLE orders')
SELECT * FROM query_table('orders')
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_secrets()
SELECT * FROM pragma_table_info('orders')
SELECT * FROM json_execute_serialized_sql('x')
SELECT * FROM sql_auto_complete('SEL')
SELECT * FROM read_ndjson('/etc/passwd')
SELECT * FROM read_csv(['/etc/passwd'])
SELECT * FROM parquet_scan('x.parquet')
SELECT * FROM parquet_schema('x.parquet')
SELECT * FROM parquet_kv_metadata('x.parquet')
SELECT * FROM read_duckdb('x.duckdb')
SELECT * FROM sqlite_scan('x.db', 't')
SELECT * FROM postgres_scan('host=x', 'public', 't')
SELECT * FROM postgres_query('db', 'DELETE FROM t')
SELECT * FROM mysql_query('db', 'DELETE FROM t')
SELECT * FROM iceberg_scan('x')
SELECT * FROM delta_scan('x')
SELECT * FROM st_read('x')
SELECT * FROM read_xlsx('x.xlsx')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(1)
SELECT * FROM python_map_function(1)
SELECT * FROM seq_scan(1)
SELECT * FROM which_secret('s3://x', 's3')
SELECT * FROM duckdb_functions()
SELECT * FROM duckdb_extensions()
SELECT * FROM pragma_storage_info('orders')
SELECT * FROM test_all_types()
SELECT * FROM checkpoint()
SELECT * FROM force_checkpoint()
SELECT * FROM enable_logging()
SELECT * FROM repeat_row(1, num_rows = 1000000000)
SELECT * FROM summary(TABLE orders)
SELECT * FROM histogram_values(orders, amount)
SELECT * FROM my_macro(1)

-- rule: two-readings
SELECT 'a' 'b'
SELECT INTERVAL '1 day ago'

-- rule: unbounded-recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r

-- rule: unbounded-series
SELECT COUNT(*) FROM range(9000) AS a, range(9000) AS b, range(9000) AS c
SELECT * FROM range(10000000000)
SELECT range(10000000000)
SELECT range(id) FROM orders
SELECT * FROM generate_series(TIMESTAMP '2000-01-01', TIMESTAMP '2024-01-01', INTERVAL 1 SECOND)

-- rule: unbounded-text
SELECT repeat('x', 10000000000)
SELECT lpad('x', 1000000000, 'y')
SELECT bar(1, 0, 1, 1000000000)
SELECT printf('%1000000000d', 1)
SELECT format('{:>1000000000}', 'x')

-- rule: unknown-function
SELECT getenv('HOME')
SELECT getvariable('x')
SELECT current_setting('memory_limit')
SELECT nextval('s')
SELECT json_execute_serialized_sql('x')
SELECT my_macro(1)
SELECT current_user
SELECT current_schema()
SELECT current_database()
SELECT current_query()
SELECT version()
SELECT txid_current()
SELECT pg_sleep(10)
SELECT sleep_ms(10000)
SELECT write_log('x')
SELECT setseed(0.5)
SELECT currval('s')
SELECT error('x')
SELECT uuid()
SELECT gen_random_uuid()
SELECT json_serialize_sql('SELECT 1')
SELECT json_deserialize_sql('{}')
SELECT in_search_path('a', 'b')
SELECT get_block_size('x')
SELECT list_resize([1], 1000000000)

-- rule: system-catalog
SELECT * FROM data.parquet
FROM main.csv
SELECT * FROM a.xlsx AS t
SELECT * FROM orders JOIN other.json AS j ON true
SELECT * FROM shop.db

-- rule: two-readings
SELECT attributes ->> 'a.b' FROM customers
SELECT attributes -> 'a[0]' FROM customers

-- rule: unbounded-text
SELECT format('{:{}}', 'x', 1000000000)
SELECT format('{0:>{1}}', 'x', 1000000000)
SELECT replace(repeat('a', 10000), 'a', repeat('b', 10000))
SELECT regexp_replace(repeat('a', 10000), '', 'xxxxxxxxxxxx', 'g')
SELECT list_transform([1, 2], lambda x: repeat('x', 10000))

-- rule: unbounded-series
SELECT * FROM generate_series(TIMESTAMP '1900-01-01', TIMESTAMP '290000-01-01', INTERVAL 1 DAY)
SELECT * FROM range(0, 9, 1e-9)

-- rule: unknown-function
SELECT unnest(glob('/**'))
SELECT sleep_ms(1000)
SELECT json_serialize_plan('SELECT 1')

-- rule: table-function
FROM orders JOIN read_csv('x') AS r ON true
SELECT * FROM orders, LATERAL (FROM read_text('x'))

-- rule: not-allowed
SELECT * LIKE 'i%' FROM orders
SELECT o.* SIMILAR TO 'i.*' FROM orders AS o
SELECT id FROM orders LIMIT 10%
