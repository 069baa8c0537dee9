-- why: brackets are put between signs: what was made of it nested too deeply for the second check
-- dialect: sqlite
-- expect: refused
-- text:
SELECT - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - 1
