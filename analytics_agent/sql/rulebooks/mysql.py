"""MySQL 8 and MariaDB 10.6 and later. Without what reads files, waits, locks, or reads and sets variables of the session."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value bit_and bit_or bit_xor group_concat grouping json_arrayagg json_objectagg median nth_value percentile_cont percentile_disc
    std stddev stddev_pop stddev_samp var_pop var_samp variance
"""
_NUMBERS = """
    atan2 bin bit_count ceil ceiling conv cot crc32 degrees div greatest interval least ln log log10 log2 mod oct pow radians rand
    truncate
"""
_TEXT = """
    ascii bit_length char char_length character_length chr concat_ws elt export_set field find_in_set format from_base64 hex insert
    instr lcase left length locate lpad make_set match md5 mid natural_sort_key octet_length ord position quote regexp regexp_instr
    regexp_like regexp_replace regexp_substr repeat reverse right rlike rpad sformat sha sha1 sha2 soundex space strcmp substr substring
    substring_index to_base64 to_char ucase unhex weight_string
"""
_TIME = """
    add_months adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add date_format date_sub
    datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format hour last_day localtime
    localtimestamp makedate maketime microsecond minute month monthname now period_add period_diff quarter sec_to_time second
    str_to_date subdate subtime sysdate time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_days to_seconds
    unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear year yearweek
"""
_NESTED = """
    json_array json_array_append json_array_insert json_arrayagg json_compact json_contains json_contains_path json_depth json_detailed
    json_equals json_exists json_extract json_insert json_keys json_length json_loose json_merge_patch json_merge_preserve
    json_normalize json_object json_overlaps json_pretty json_query json_quote json_remove json_replace json_search json_set json_table
    json_type json_unquote json_valid json_value value
"""
_OTHERS = """
    bin_to_uuid convert decode_oracle if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa is_ipv4 is_ipv6 is_uuid isnull
    match nvl nvl2 st_area st_astext st_contains st_distance st_distance_sphere st_geomfromtext st_intersects
    st_length st_within st_x st_y uuid_to_bin
"""

BOOK = Rulebook(
    dialect="mysql",
    shown="MySQL",
    is_run_here=True,
    # MariaDB joins at most 61 tables.
    most_joins=60,
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS),
    table_functions=words("json_table"),
    nodes=(NODES - words("IgnoreNulls RespectNulls Bracket Unnest Slice Lambda"))
    | words("MatchAgainst JSONSchema JSONColumnDef National JSONValue OnCondition"),
    types=TYPES
    | {
        exp.DataType.Type[name]
        for name in words(
            "UDECIMAL UDOUBLE UMEDIUMINT LONGTEXT MEDIUMTEXT TINYTEXT LONGBLOB MEDIUMBLOB TINYBLOB YEAR BINARY SET CHARACTER_SET"
        )
    },
    system_schemas=standard.SCHEMAS | {"mysql", "performance_schema", "sys"},
    # The sequence engine of MariaDB makes rows for any name of this form.
    system_tables=re.compile(r"seq_\d+_to_\d+(_step_\d+)?\Z|dual\Z"),
    session_words=words("current_user current_role session_user system_user user"),
    long_makers={
        "repeat": 1,
        "lpad": 1,
        "rpad": 1,
        "space": 0,
        "format": 1,
        "sformat": 0,
        "export_set": 4,
        "weight_string": 1,
        "insert": 2,
    },
    instead={
        "listagg": "Use GROUP_CONCAT(value SEPARATOR ', ').",
        "array_agg": "Use GROUP_CONCAT(value SEPARATOR ', '), or JSON_ARRAYAGG(value).",
        "dateadd": "Write value + INTERVAL 1 DAY.",
        "date_diff": "Use DATEDIFF(a, b), or TIMESTAMPDIFF(DAY, b, a).",
        "strftime": "Use DATE_FORMAT(value, '%Y-%m').",
        "to_date": "Use STR_TO_DATE(text, '%Y-%m-%d').",
        "age": "Use TIMESTAMPDIFF(YEAR, from, to).",
        "date_part": "Use EXTRACT(YEAR FROM value).",
        "iif": "Use IF(condition, a, b).",
        "getdate": "Use NOW().",
        "strpos": "Use INSTR(text, part).",
        "split_part": "Use SUBSTRING_INDEX.",
        "count_if": "Use SUM(condition).",
        "countif": "Use SUM(condition).",
        "initcap": "Use CONCAT(UPPER(LEFT(text, 1)), LOWER(SUBSTRING(text, 2))).",
        "iff": "Use IF(condition, a, b).",
        "load_file": "Files cannot be read.",
        "get_lock": "Leave it out.",
        "database": "Name the tables; the catalog says where they are.",
        "version": "The version is in the catalog; a query need not ask.",
        "last_insert_id": "Use ROW_NUMBER() OVER (ORDER BY column).",
        "date_trunc": "Use DATE_FORMAT(value, '%Y-%m-01').",
        "string_agg": "Use GROUP_CONCAT(value SEPARATOR ', ').",
        "uuid": "Row identifiers cannot be made here.",
    },
)
