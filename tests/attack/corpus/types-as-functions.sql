-- why: the parser took twice as long for each level: every type's word before a bracket is tried as a type first
-- dialect: clickhouse
-- expect: refused
-- text:
SELECT INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(INT(DATE(1))))))))))))))))))))))))
