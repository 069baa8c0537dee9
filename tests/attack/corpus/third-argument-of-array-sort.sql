-- why: the third argument was dropped
-- dialect: postgres
-- expect: same
-- text:
SELECT array_sort(ARRAY[2, 1, NULL], false, true)
