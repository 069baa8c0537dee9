-- why: the check ended with an AttributeError
-- dialect: sqlite
-- expect: refused
-- text:
SELECT name FROM master..syslogins
