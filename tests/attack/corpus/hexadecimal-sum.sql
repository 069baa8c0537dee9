-- why: 0x41 is a number in MariaDB, x'41' a text: 65 became 0
-- dialect: mysql
-- expect: refused
-- text:
SELECT 0x41 + 0
