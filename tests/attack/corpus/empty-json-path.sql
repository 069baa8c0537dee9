-- why: the path was dropped: the whole document came back
-- dialect: postgres
-- expect: refused
-- text:
SELECT attributes -> '' FROM customers
