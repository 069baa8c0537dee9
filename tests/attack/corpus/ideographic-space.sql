-- why: a letter of the name in SQLite; it was read as a blank
-- dialect: sqlite
-- expect: refused
-- text:
SELECT id FROM orders\u3000ORDER BY id
