-- why: became CHAR(), which is binary
-- dialect: mysql
-- expect: same
-- text:
SELECT chr(65)
