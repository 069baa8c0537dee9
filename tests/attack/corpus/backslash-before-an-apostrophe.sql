-- why: a backslash is a character like any other in PostgreSQL
-- dialect: postgres
-- expect: same
-- text:
SELECT 'a\', 'b' -- '
