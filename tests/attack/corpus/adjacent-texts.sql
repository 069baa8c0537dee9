-- why: the second text is an alias in SQLite; it was joined to the first
-- dialect: sqlite
-- expect: refused
-- text:
SELECT 'a' 'b'
