-- why: comments nest in PostgreSQL
-- dialect: postgres
-- expect: same
-- text:
SELECT 1 /* a /* b */ + 5 */ + 2
