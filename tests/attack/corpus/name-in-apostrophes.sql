-- why: SQLite takes a text for a table's name here
-- dialect: sqlite
-- expect: refused
-- text:
SELECT id FROM 'orders' WHERE 1 = (SELECT 1 FROM 'sqlite_schema')
