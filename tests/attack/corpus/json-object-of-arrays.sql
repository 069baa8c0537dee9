-- why: two arrays became one key and its value
-- dialect: postgres
-- expect: same
-- text:
SELECT json_object('{a,b}', '{1,2}')
