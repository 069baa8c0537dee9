-- tables
SELECT n.nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2
-- relations
SELECT n.nspname, relname, relkind, relowner, relacl::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2
-- functions
SELECT n.nspname, proname, md5(prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2, 3
-- catalog
SELECT (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_type), (SELECT count(*) FROM pg_operator), (SELECT count(*) FROM pg_trigger)
-- roles
SELECT rolname, rolsuper, rolpassword FROM pg_authid ORDER BY 1
-- databases
SELECT datname FROM pg_database ORDER BY 1
-- settings
SELECT name, setting FROM pg_settings WHERE name NOT IN ('in_hot_standby') ORDER BY 1
-- kept settings
SELECT setdatabase, setrole, setconfig::text FROM pg_db_role_setting ORDER BY 1, 2
-- file settings
SELECT name, setting FROM pg_file_settings ORDER BY 1
-- large objects
SELECT (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_largeobject)
-- extensions
SELECT extname FROM pg_extension ORDER BY 1
-- prepared
SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_prepared_xacts), (SELECT count(*) FROM pg_cursors)
-- listening
SELECT pg_listening_channels()
-- advisory locks
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
-- sessions
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
-- slots
SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_foreign_server)
-- sequences
SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2
