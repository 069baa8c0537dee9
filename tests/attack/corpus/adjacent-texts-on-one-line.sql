-- why: PostgreSQL wants a line break between them
-- dialect: postgres
-- expect: refused
-- text:
SELECT 'a' 'b'
