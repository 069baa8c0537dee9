-- why: became LOG(10, x), which is numeric and fails for double precision
-- dialect: postgres
-- expect: same
-- text:
SELECT log10(value + 100) FROM events WHERE id < 3 ORDER BY id
