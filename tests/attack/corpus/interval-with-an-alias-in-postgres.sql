-- why: ninety seconds under the alias h became ninety hours
-- dialect: postgres
-- expect: refused
-- text:
SELECT INTERVAL '90' h
