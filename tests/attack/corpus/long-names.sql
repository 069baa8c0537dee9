-- why: PostgreSQL cuts names at 63 bytes: the two are one
-- dialect: postgres
-- expect: refused
-- text:
WITH bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1 AS (SELECT 1 AS x) SELECT x FROM bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2
