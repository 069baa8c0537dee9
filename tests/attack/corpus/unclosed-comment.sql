-- why: SQLite closes it at the end of the text
-- dialect: sqlite
-- expect: refused
-- text:
SELECT 1 /* unclosed
