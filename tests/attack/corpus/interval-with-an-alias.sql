-- why: ninety seconds under the alias m became ninety minutes
-- dialect: duckdb
-- expect: refused
-- text:
SELECT INTERVAL '90' m
