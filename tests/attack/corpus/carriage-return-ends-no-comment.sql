-- why: where a line ends decides what runs
-- dialect: mysql
-- expect: same
-- text:
SELECT 1 -- c\u000d+ 1
