-- why: the check ended with an AttributeError
-- dialect: tsql
-- expect: judged
-- text:
SELECT name FROM master..syslogins
