-- why: a letter of the name in PostgreSQL; it was read as a blank
-- dialect: postgres
-- expect: refused
-- text:
SELECT\u00a0id FROM orders
