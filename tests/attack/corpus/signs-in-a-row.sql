-- why: became ~-, an operator that does not exist
-- dialect: postgres
-- expect: same
-- text:
SELECT ~ -1
