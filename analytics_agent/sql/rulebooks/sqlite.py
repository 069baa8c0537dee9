"""SQLite 3.38 and later, as Python carries it."""

import re

from analytics_agent.sql.rulebook import Rulebook
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.words import words

_FUNCTIONS = """
    acosh asinh atan2 atanh ceil ceiling char concat_ws cosh current_date current_time current_timestamp date datetime degrees format
    glob group_concat hex if ifnull iif instr json json_array json_array_length json_each json_extract json_group_array
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set json_tree json_type
    json_valid julianday length like likelihood likely ln log log10 log2 median mod nth_value octet_length percentile percentile_cont
    percentile_disc pow printf quote radians random sinh soundex strftime string_agg substr substring tanh time timediff total trunc
    typeof unhex unicode unistr unixepoch unlikely
"""

BOOK = Rulebook(
    dialect="sqlite",
    shown="SQLite",
    functions=standard.FUNCTIONS | words(_FUNCTIONS),
    table_functions=words("json_each json_tree"),
    system_schemas=standard.SCHEMAS | {"temp"},
    system_tables=re.compile(r"(sqlite|pragma)_|dbstat\Z|bytecode\Z|tables_used\Z|completion\Z|fsdir\Z|stmt\Z"),
    long_makers={"zeroblob": 0, "randomblob": 0},
    instead={
        "load_extension": "Extensions cannot be loaded.",
        "readfile": "Files cannot be read.",
        "to_char": "Use STRFTIME('%Y-%m', value).",
        "date_trunc": "Use STRFTIME('%Y-%m-01', value), or DATE(value, 'start of month').",
        "extract": "Use STRFTIME('%Y', value).",
        "date_part": "Use STRFTIME('%Y', value).",
        "now": "Use DATE('now') or DATETIME('now').",
        "left": "Use SUBSTR(value, 1, n).",
        "right": "Use SUBSTR(value, -n).",
        "split_part": "Use SUBSTR and INSTR.",
        "stddev": "SQLite has none: SQRT(AVG(x * x) - AVG(x) * AVG(x)).",
        "generate_series": "Use a recursive CTE with a bound.",
    },
)
