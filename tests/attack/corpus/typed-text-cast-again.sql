-- why: the text was cast, not the date: a date came back instead of a timestamp
-- dialect: postgres
-- expect: refused
-- text:
SELECT DATE '2024-02-01'::timestamp
