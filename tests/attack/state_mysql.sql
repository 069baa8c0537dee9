-- tables
SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql') ORDER BY 1, 2
-- routines
SELECT routine_schema, routine_name FROM information_schema.routines WHERE routine_schema <> 'sys' ORDER BY 1, 2
-- users
SELECT user, host, authentication_string FROM mysql.user ORDER BY 1, 2
-- databases
SELECT schema_name FROM information_schema.schemata ORDER BY 1
-- global
SELECT variable_name, variable_value FROM information_schema.global_variables WHERE variable_name NOT LIKE 'GTID%' AND variable_name NOT IN ('TIMESTAMP', 'INNODB_STATUS_OUTPUT') ORDER BY 1
-- session
SELECT variable_name, variable_value FROM information_schema.session_variables WHERE variable_name NOT IN ('TIMESTAMP', 'RAND_SEED1', 'RAND_SEED2', 'ERROR_COUNT', 'WARNING_COUNT', 'IDENTITY', 'LAST_INSERT_ID', 'IN_TRANSACTION', 'PROXY_USER') AND variable_name NOT LIKE 'GTID%' ORDER BY 1
-- last id
SELECT LAST_INSERT_ID()
-- sessions
SELECT count(*) FROM information_schema.processlist WHERE user = 'root'
-- plugins
SELECT plugin_name FROM information_schema.plugins WHERE plugin_status = 'ACTIVE' ORDER BY 1
