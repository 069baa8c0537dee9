-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: empty
;

-- rule: field-access
SELECT (ROW(1)).pg_sleep

-- rule: long-name
SELECT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa FROM orders

-- rule: not-allowed
SELECT * FROM orders TABLESAMPLE SYSTEM (1)
WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone
WITH made AS (INSERT INTO orders VALUES (1) RETURNING id) SELECT * FROM made
WITH changed AS (UPDATE orders SET amount = 0 RETURNING id) SELECT id FROM changed
SELECT * INTO copied FROM orders
SELECT * INTO TEMP copied FROM orders
SELECT * FROM orders FOR UPDATE
SELECT * FROM orders FOR SHARE SKIP LOCKED
SELECT * FROM (SELECT * FROM orders FOR UPDATE) AS x
SELECT 'orders'::regclass
SELECT 'pg_authid'::regclass::oid
SELECT U&'\0061'
SELECT E'\'; DROP TABLE orders; --'
SELECT $1
SELECT /*+ SeqScan(orders) */ pg_backend_pid()
SELECT * FROM ONLY orders

-- rule: one-statement
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2
SELECT 1;; DELETE FROM orders
SELECT 1 /* ; */ ; /* */ DELETE FROM orders
SELECT 1 --\n; DELETE FROM orders WHERE 1 = 1; --

-- rule: only-select
CREATE TABLE copied AS SELECT * FROM orders
COPY orders TO '/tmp/out.csv'
COPY (SELECT * FROM orders) TO PROGRAM 'id'
COPY orders FROM '/etc/passwd'
DO $$ BEGIN DELETE FROM orders; END $$
CALL refresh_everything()
EXPLAIN ANALYZE DELETE FROM orders
EXPLAIN SELECT * FROM orders
VALUES (1)
SET statement_timeout = 0
RESET ALL
SHOW ALL
BEGIN
COMMIT
LISTEN channel
LOCK TABLE orders
VACUUM
ANALYZE orders
GRANT ALL ON orders TO PUBLIC
ALTER ROLE reader SUPERUSER
CREATE EXTENSION dblink
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
PREPARE p AS DELETE FROM orders
EXECUTE p
DECLARE c CURSOR FOR SELECT 1
REFRESH MATERIALIZED VIEW v
TRUNCATE orders
MERGE INTO orders USING orders AS o ON true WHEN MATCHED THEN DELETE
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
SELEC id FROM orders

-- rule: other-database
SELECT * FROM other.public.orders

-- rule: qualified-call
SELECT pg_catalog.pg_sleep(10)
SELECT my_schema.my_function(1)

-- rule: session-value
SELECT current_role
SELECT user
SELECT ctid FROM orders
SELECT xmin FROM orders
SELECT tableoid FROM orders

-- rule: syntax
SELECT id FROM orders WHERE id = (
SELECT '
SELECT a = b = c FROM (SELECT 1 AS a, 1 AS b, TRUE AS c) AS t

-- rule: system-catalog
SELECT * FROM pg_catalog.pg_shadow
SELECT * FROM pg_authid
SELECT * FROM "pg_authid"
SELECT * FROM PG_STAT_ACTIVITY
SELECT * FROM information_schema.tables
TABLE pg_authid
SELECT orders.my_function FROM orders, pg_class
SELECT v.x FROM orders CROSS JOIN LATERAL (VALUES ((SELECT MAX(relname) FROM pg_class))) AS v(x)
SELECT v.x FROM LATERAL (VALUES ((SELECT MAX(relname) FROM pg_class))) AS v(x)
SELECT 1 FROM ((pg_class CROSS JOIN orders))
SELECT 1 FROM (((orders CROSS JOIN (pg_class))))

-- rule: table-function
SELECT * FROM pg_ls_dir('/')
SELECT * FROM dblink('host=evil', 'SELECT 1') AS t(a int)
SELECT * FROM ts_stat('DELETE FROM orders')
SELECT * FROM ROWS FROM (pg_ls_dir('/')) AS t
SELECT * FROM XMLTABLE('/x' PASSING '<x/>' COLUMNS a text)
SELECT * FROM crosstab('SELECT 1') AS t(a int)

-- rule: two-readings
SELECT 0x1F
SELECT 1_000
SELECT 'a' 'b'
SELECT INTERVAL '1 day ago'
SELECT attributes -> '' FROM customers

-- rule: unbounded-recursion
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r WHERE n < 5) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE true) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT n FROM r

-- rule: unbounded-series
SELECT COUNT(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b, generate_series(1, 100000) AS c
SELECT generate_series(1, 1000000000)
SELECT * FROM generate_series(1, (SELECT max(id) FROM orders))
SELECT * FROM generate_series(now(), now() + interval '1 year', '1 microsecond')
SELECT generate_series(1, 10, 0)
SELECT * FROM generate_series('2000-01-01'::timestamp, '2024-01-01', '1 second')

-- rule: unbounded-text
SELECT repeat('x', 1000000000)
SELECT lpad('x', 1000000000)
SELECT format('%1000000000s', 'x')
SELECT rpad('x', 1000000000, 'y')
SELECT repeat('x', id) FROM orders
SELECT 'x'::char(10000000)
SELECT CAST(1 AS bit(10000000))

-- rule: unknown-function
SELECT pg_sleep(10)
SELECT "pg_sleep"(10)
SELECT PG_SLEEP_FOR('1 hour')
SELECT id FROM orders WHERE (SELECT pg_sleep(5)) IS NULL
SELECT id FROM orders ORDER BY pg_sleep(1)
SELECT CASE WHEN pg_sleep(1) IS NULL THEN 1 END FROM orders
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NOT NULL) FROM orders
SELECT sum(amount) OVER (ORDER BY pg_sleep(1)) FROM orders
SELECT * FROM orders LIMIT (SELECT pg_sleep(1)::text::int)
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_ls_dir('/')
SELECT pg_stat_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT lo_from_bytea(0, 'x')
SELECT dblink_connect('host=evil')
SELECT set_config('statement_timeout', '0', false)
SELECT current_setting('data_directory')
SELECT nextval('orders_id_seq')
SELECT setval('orders_id_seq', 1)
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_advisory_lock(1)
SELECT pg_notify('channel', 'text')
SELECT query_to_xml('DELETE FROM orders', true, true, '')
SELECT table_to_xml('orders', true, true, '')
SELECT xpath('/x', '<x/>'::xml)
SELECT ts_stat('SELECT 1')
SELECT version()
SELECT inet_server_addr()
SELECT current_user
SELECT session_user
SELECT has_table_privilege('orders', 'SELECT')
SELECT 1 OPERATOR(evil.+) 2
SELECT my_function(1)
SELECT pg_read_file('/etc/passwd', 0, 100, true)
SELECT convert_from(pg_read_binary_file('/etc/passwd'), 'UTF8')
SELECT lo_get(1)
SELECT lo_unlink(1)
SELECT lowrite(1, 'x')
SELECT pg_logical_slot_get_changes('s', NULL, NULL)
SELECT pg_create_restore_point('x')
SELECT pg_switch_wal()
SELECT pg_rotate_logfile()
SELECT pg_promote()
SELECT pg_start_backup('x')
SELECT pg_stat_reset()
SELECT pg_try_advisory_xact_lock(1)
SELECT pg_export_snapshot()
SELECT pg_current_logfile()
SELECT pg_size_pretty(pg_database_size('x'))
SELECT pg_total_relation_size('orders')
SELECT pg_get_functiondef(1)
SELECT pg_get_viewdef('v')
SELECT pg_input_is_valid('1', 'regclass')
SELECT to_regclass('pg_authid')
SELECT to_regprocedure('x()')
SELECT txid_current()
SELECT pg_current_xact_id()
SELECT currval('s')
SELECT lastval()
SELECT gen_random_uuid()
SELECT setseed(0.5)
SELECT cursor_to_xml('c', 1, true, true, '')
SELECT database_to_xml(true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT query_to_xmlschema('SELECT 1', true, true, '')
SELECT ts_rewrite('a'::tsquery, 'SELECT 1')
SELECT xpath_table('id', 'x', 'orders', '/a', 'true')
SELECT crosstab('SELECT 1')
SELECT connectby('orders', 'id', 'parent', '1', 0)
SELECT dblink_exec('DROP TABLE orders')
SELECT dblink_send_query('c', 'SELECT 1')
SELECT postgres_fdw_disconnect_all()
SELECT pg_file_write('x', 'y', false)
SELECT pg_ls_logdir()
SELECT pg_ls_waldir()
SELECT plperl_call_handler()
SELECT current_catalog
SELECT current_schema
SELECT inet_client_addr()
SELECT pg_backend_pid()
SELECT pg_my_temp_schema()
SELECT array_fill(1, ARRAY[100000000])
SELECT nvl(amount, 0) FROM orders

-- rule: unknown-type
SELECT '<x/>'::xml

-- rule: unbounded-recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n > 0) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n - 1 FROM r WHERE n < 10) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE 0 < n) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10 OR TRUE) SELECT n FROM r

-- rule: unbounded-series
SELECT d FROM generate_series('2024-01-01'::date, '5874897-12-31'::date, interval '1 day') AS g(d)
SELECT d FROM generate_series(timestamp '2024-01-01', timestamp 'infinity', interval '1 day') AS g(d)
SELECT d FROM generate_series(current_date, current_date + 100000000, interval '1 day') AS g(d)

-- rule: unbounded-text
SELECT replace(repeat('a', 10000), 'a', repeat('b', 10000)) FROM orders
SELECT replace(replace(replace('a', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', 'cccccccccccccccccccccccccccccccccccccccccccccccccc'), 'c', 'dddddddddddddddddddddddddddddddddddddddddddddddddd') FROM orders

-- rule: system-catalog
SELECT * FROM pg_temp.orders
SELECT * FROM "pg_toast".pg_toast_1

-- rule: unknown-function
SELECT to_regclass('pg_shadow')
SELECT pg_input_is_valid('x', 'regclass')
SELECT pg_get_userbyid(10)
SELECT pg_size_pretty(pg_total_relation_size('orders'))
SELECT coalesce(pg_sleep(1)::text, '')
SELECT (pg_read_file('/etc/passwd'))
SELECT pg_sleep/**/(10)
SELECT id FROM orders ORDER BY (SELECT pg_sleep(1))

-- rule: not-allowed
SELECT (SELECT id FROM orders FOR UPDATE LIMIT 1)
WITH x AS (MERGE INTO orders AS o USING customers AS c ON o.id = c.id WHEN MATCHED THEN DELETE RETURNING *) SELECT * FROM x
