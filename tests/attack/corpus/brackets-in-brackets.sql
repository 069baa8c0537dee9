-- why: quick by itself, but what was made of it kept the second check busy for ever
-- dialect: postgres
-- expect: refused
-- text:
SELECT [[[[[[[[[[[[[[[[[[[[[[[[[[[[[['AS']]]]]]]]]]]]]]]]]]]]]]]]]]]]]] AS "a.b" FROM events AS t12
