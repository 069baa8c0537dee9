-- One statement a line, under the rule that refuses it; \n is a line break. Every one must be refused, with and without a catalog.

-- rule: not-allowed
SELECT * FROM orders PIVOT (SUM((SELECT MAX(id) FROM users)) FOR status IN ([paid])) AS p
SELECT id FROM orders OPTION (MAXRECURSION 40000)
SELECT id FROM orders OPTION (MAXRECURSION 100, RECOMPILE)
SELECT id FROM orders TABLESAMPLE (10 PERCENT)
SELECT id FROM orders OPTION (MAXRECURSION 0)
SELECT id FROM orders OPTION (MAXDOP 1)
SELECT * INTO copied FROM orders
SELECT * INTO #copied FROM orders
SELECT * FROM #temp
SELECT * FROM ##temp
SELECT @@VERSION
SELECT @@SERVERNAME
SELECT @@SPID
SELECT @x
SELECT @x = id FROM orders
SELECT @@IDENTITY
SELECT NEXT VALUE FOR s
SELECT id FROM orders FOR XML PATH
SELECT id FROM orders FOR JSON AUTO
SELECT id FROM orders FOR BROWSE
SELECT id FROM orders WITH (NOLOCK)
SELECT id FROM orders WITH (TABLOCKX, HOLDLOCK)
SELECT id FROM orders FOR SYSTEM_TIME AS OF '2020-01-01'
SELECT ?

-- rule: one-statement
SELECT 1 CHECKPOINT
SELECT 1 RETURN
SELECT 1 BREAK
SELECT 1 AS [a]EXEC('x')
SELECT 1;EXEC('x')
SELECT 1 EXEC('x')
SELECT 1\nEXEC xp_cmdshell 'dir'
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2
SELECT 1 DROP TABLE orders
SELECT 1 DELETE FROM orders
SELECT id FROM orders EXEC xp_cmdshell 'dir'
SELECT id FROM orders WAITFOR DELAY '0:0:10'
INSERT INTO orders EXEC my_procedure
MERGE INTO orders USING users ON orders.id = users.id WHEN MATCHED THEN DELETE;
BULK INSERT orders FROM 'c:\x.csv'
DECLARE @x int = 1; SELECT @x
WITH d AS (DELETE FROM orders OUTPUT deleted.id) SELECT 1

-- rule: only-select
INSERT INTO orders VALUES (1)
UPDATE orders SET amount = 0
DELETE FROM orders
DELETE TOP (1) FROM orders
TRUNCATE TABLE orders
CREATE TABLE copied (id int)
DROP TABLE orders
ALTER TABLE orders ADD x int
EXEC xp_cmdshell 'dir'
EXEC sp_executesql N'DROP TABLE orders'
EXEC ('DROP TABLE orders')
EXEC ('SELECT 1') AT other_server
EXECUTE AS LOGIN = 'sa'
REVERT
DECLARE @x int
USE master
PRINT 'x'
RAISERROR ('x', 16, 1)
WAITFOR DELAY '0:0:10'
BEGIN TRANSACTION
COMMIT
BEGIN SELECT 1 END
IF 1 = 1 SELECT 1
WHILE 1 = 1 SELECT 1
SHUTDOWN
BACKUP DATABASE shop TO DISK = 'c:\x.bak'
RESTORE DATABASE shop FROM DISK = 'c:\x.bak'
DBCC CHECKDB
KILL 52
RECONFIGURE
GRANT CONTROL TO x
DENY SELECT ON orders TO x
CREATE LOGIN x WITH PASSWORD = 'y'
CREATE ASSEMBLY a FROM 'c:\x.dll'
SET @x = 1
SET NOCOUNT ON
SET IDENTITY_INSERT orders ON
THROW
GOTO x
VALUES (1)
OPEN SYMMETRIC KEY k DECRYPTION BY PASSWORD = 'x'

-- rule: qualified-call
SELECT master.dbo.fn_varbintohexstr(0x01)
SELECT dbo.my_function(1)
SELECT shop.dbo.my_function(1)
SELECT CAST('<x/>' AS xml).query('/x')
SELECT x.value('(/a)[1]', 'int') FROM orders

-- rule: session-value
SELECT $IDENTITY FROM orders

-- rule: syntax
SELECT * FROM {oj a LEFT OUTER JOIN b ON a.x = b.x}
SELECT * FROM CHANGETABLE(CHANGES orders, 0) AS c
SELECT %%physloc%% FROM orders
SELECT id FROM orders WHERE id = (

-- rule: system-catalog
SELECT * FROM STRING_SPLIT((SELECT MAX(name) FROM sys.objects), ',')
SELECT * FROM OPENJSON((SELECT MAX(name) FROM sys.objects))
SELECT * FROM dbo.syscolumns
SELECT * FROM db.sys.objects
SELECT * FROM [sys].objects
SELECT * FROM sys . objects
SELECT * FROM t CROSS APPLY (SELECT * FROM sys.objects) o
SELECT DATEDIFF(day, (SELECT MAX(create_date) FROM sys.objects), d) FROM t
SELECT a FROM t UNPIVOT (x FOR y IN ([a])) u, sys.objects
SELECT * FROM (SELECT name FROM sys.objects) AS s PIVOT (COUNT(name) FOR name IN ([a])) AS p
SELECT * FROM [master]..[sysprocesses]
SELECT * FROM sys.dm_exec_requests
SELECT * FROM sys.objects
SELECT * FROM sys.sql_logins
SELECT * FROM [sys].[server_principals]
SELECT * FROM sysobjects
SELECT * FROM dbo.sysusers
SELECT * FROM shop..sysobjects
SELECT * FROM master..sysprocesses
SELECT * FROM master.dbo.spt_values
SELECT * FROM msdb.dbo.sysjobs
SELECT * FROM tempdb..x
SELECT * FROM INFORMATION_SCHEMA.TABLES
SELECT * FROM shop.INFORMATION_SCHEMA.COLUMNS

-- rule: table-function
SELECT * FROM OPENROWSET('SQLNCLI', 'Server=x;Trusted_Connection=yes', 'SELECT 1')
SELECT * FROM OPENQUERY(other_server, 'SELECT 1')
SELECT * FROM OPENDATASOURCE('SQLNCLI', 'Data Source=x').db.dbo.t
SELECT * FROM OPENXML(1, '/x')
SELECT * FROM other_server.db.dbo.t
SELECT * FROM other_server.db..t
SELECT * FROM CONTAINSTABLE(orders, status, 'x')
SELECT * FROM FREETEXTTABLE(orders, status, 'x')
SELECT * FROM dbo.my_table_function(1)
SELECT * FROM sys.fn_get_audit_file('c:\x', NULL, NULL)
SELECT * FROM fn_dblog(NULL, NULL)
SELECT * FROM fn_trace_gettable('c:\x.trc', 1)
SELECT * FROM fn_xe_file_target_read_file('c:\x', NULL, NULL, NULL)
SELECT * FROM sys.dm_exec_sql_text(0x01)
SELECT * FROM @table

-- rule: two-readings
SELECT 'a' 'b'

-- rule: unbounded-recursion
WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT n FROM r

-- rule: unbounded-series
SELECT value FROM GENERATE_SERIES(1, 1000000000)
SELECT value FROM GENERATE_SERIES(1, (SELECT MAX(id) FROM orders))

-- rule: unbounded-text
SELECT REPLICATE('x', 1000000000)
SELECT REPLICATE(CAST('x' AS varchar(max)), 1000000000)
SELECT SPACE(1000000000)
SELECT STR(1, 1000000000)

-- rule: unknown-function
SELECT [xp_cmdshell]('x')
SELECT {d '2024-01-01'}
SELECT * FROM t CROSS APPLY dbo.f(t.a) o
SELECT * FROM t CROSS APPLY OPENROWSET(BULK 'x', SINGLE_CLOB) o
SELECT * FROM t CROSS APPLY sys.dm_exec_sql_text(t.h)
SELECT DATEDIFF(dbo.f(1), a, b) FROM t
SELECT {fn DATABASE()}
SELECT {fn USER()}
SELECT * FROM OPENROWSET(BULK 'c:\x.txt', SINGLE_CLOB) AS x
SELECT SYSTEM_USER
SELECT SUSER_SNAME()
SELECT USER_NAME()
SELECT CURRENT_USER
SELECT SESSION_USER
SELECT ORIGINAL_LOGIN()
SELECT HOST_NAME()
SELECT APP_NAME()
SELECT DB_NAME()
SELECT DB_NAME(1)
SELECT OBJECT_ID('orders')
SELECT OBJECT_DEFINITION(1)
SELECT OBJECT_NAME(1)
SELECT SERVERPROPERTY('ProductVersion')
SELECT IS_SRVROLEMEMBER('sysadmin')
SELECT HAS_PERMS_BY_NAME('x', 'y', 'z')
SELECT CONNECTIONPROPERTY('client_net_address')
SELECT SESSION_CONTEXT(N'x')
SELECT CONTEXT_INFO()
SELECT IDENT_CURRENT('orders')
SELECT SCOPE_IDENTITY()
SELECT NEWID()
SELECT NEWSEQUENTIALID()
SELECT PWDENCRYPT('x')
SELECT PWDCOMPARE('x', 0x01)
SELECT DECRYPTBYPASSPHRASE('x', 0x01)
SELECT DECOMPRESS(0x01)
SELECT my_function(1)
SELECT geography::Point(1, 2, 4326)
SELECT hierarchyid::GetRoot()
SELECT id FROM orders (NOLOCK)
SELECT id FROM orders WITH (INDEX (1))
