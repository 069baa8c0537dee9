-- why: became %, which cuts fractions
-- dialect: sqlite
-- expect: same
-- text:
SELECT mod(5.5, 2), mod(-7, 3)
