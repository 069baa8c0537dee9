-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: bare-in
SELECT 1 IN salaries FROM (SELECT id AS salaries FROM orders) AS made
SELECT id FROM orders WHERE id IN json_each('[1]')

-- rule: not-allowed
WITH d AS (DELETE FROM orders RETURNING id) SELECT * FROM d
SELECT id FROM orders WHERE status MATCH 'x'
SELECT * FROM orders INDEXED BY i
SELECT ?
SELECT :x
SELECT @x
SELECT id FROM orders GROUP BY ROLLUP (id)
SELECT id FROM orders WHERE amount > ALL (SELECT 1)
SELECT * FROM orders FOR UPDATE
SELECT * INTO copied FROM orders

-- rule: one-statement
SELECT 1; DELETE FROM orders
CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END
SELECT id FROM orders; ATTACH '/tmp/x' AS x

-- rule: only-select
ATTACH DATABASE '/tmp/x.db' AS x
DETACH DATABASE x
PRAGMA writable_schema = ON
VACUUM INTO '/tmp/x.db'
REINDEX
REPLACE INTO orders VALUES (1)
INSERT OR REPLACE INTO orders VALUES (1)
DELETE FROM orders
DROP TABLE orders
INSERT INTO orders VALUES (1)
UPDATE orders SET amount = 0
CREATE TABLE copied AS SELECT * FROM orders
CREATE VIRTUAL TABLE v USING fts5(a)
ALTER TABLE orders ADD COLUMN x
ANALYZE
BEGIN
COMMIT
SAVEPOINT s
RELEASE s
ROLLBACK
EXPLAIN SELECT 1
EXPLAIN QUERY PLAN SELECT 1

-- rule: qualified-call
SELECT main.my_function(1)

-- rule: syntax
SELECT ?1
(SELECT 1) UNION (SELECT 2)
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT * FROM sqlite_master
SELECT * FROM sqlite_schema
SELECT * FROM "sqlite_temp_master"
SELECT * FROM pragma_database_list
SELECT * FROM dbstat
SELECT * FROM sqlite_dbpage
SELECT * FROM sqlite_stmt
SELECT * FROM temp.x
SELECT * FROM sqlite_sequence
SELECT * FROM SQLITE_MASTER
SELECT * FROM [sqlite_master]
SELECT * FROM main.sqlite_master
SELECT (SELECT sql FROM sqlite_master LIMIT 1)
SELECT * FROM pragma_function_list

-- rule: table-function
SELECT * FROM pragma_table_info('orders')
SELECT * FROM fsdir('/')
SELECT * FROM csv('/etc/passwd')
SELECT * FROM bytecode('SELECT 1')
SELECT * FROM completion('s')

-- rule: two-readings
SELECT 0x1F
SELECT 1_000
SELECT 'a' 'b'

-- rule: unbounded-recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r WHERE n < 5) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT n FROM r

-- rule: unbounded-text
SELECT printf('%1000000000d', 1)
SELECT printf('%*d', 1000000000, 1)
SELECT format('%1000000000s', 'x')

-- rule: unknown-column
SELECT $x

-- rule: unknown-function
SELECT load_extension('/tmp/evil.so')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'y')
SELECT edit('x')
SELECT fts3_tokenizer('x')
SELECT zeroblob(1000000000)
SELECT randomblob(1000000000)
SELECT sqlite_version()
SELECT last_insert_rowid()
SELECT * FROM generate_series(1, 10000000000)
SELECT changes()
SELECT total_changes()
SELECT sqlite_source_id()
SELECT sqlite_compileoption_get(0)
SELECT sqlite_log(1, 'x')
SELECT sqlite_offset(id) FROM orders
SELECT fts5('x')
SELECT highlight(orders, 0, '<', '>') FROM orders
SELECT matchinfo(orders) FROM orders
SELECT rtreenode(2, 'x')
SELECT eval('DELETE FROM orders')
SELECT shell('id')
SELECT ls('/')
SELECT lsdir('/')
SELECT fsdir('/')
SELECT * FROM generate_series(1, 10)
SELECT replace(hex(zeroblob(100000000)), '00', 'x')
SELECT my_function(1)
SELECT "my_function"(1)
SELECT extract(year FROM ordered_on) FROM orders
SELECT concat(1, 2)
SELECT now()

-- rule: unbounded-recursion
WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT -1) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 100000000) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n > 0) SELECT n FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 10 OFFSET 10000000) SELECT n FROM r

-- rule: system-catalog
SELECT count(*) FROM generate_series
SELECT value FROM generate_series WHERE start = 1 AND stop = 100000000000
SELECT * FROM temp.sqlite_temp_schema

-- rule: unbounded-text
SELECT replace(replace(replace('a', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', 'cccccccccccccccccccccccccccccccccccccccccccccccccc'), 'c', 'dddddddddddddddddddddddddddddddddddddddddddddddddd')

-- rule: unknown-function
SELECT id FROM orders WHERE status REGEXP '^p'
