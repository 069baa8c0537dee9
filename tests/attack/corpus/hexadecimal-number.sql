-- why: became a bit string: 00011111 instead of 31
-- dialect: postgres
-- expect: refused
-- text:
SELECT 0x1F
