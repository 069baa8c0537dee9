"""SQLite 3.38 and later, as Python carries it."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, TYPES
from analytics_agent.sql.words import words

_FUNCTIONS = """
    acosh asinh atan2 atanh ceil ceiling char cosh current_date current_time current_timestamp date datetime degrees format glob
    group_concat hex ifnull iif instr json json_array json_array_length json_each json_extract json_group_array json_group_object
    json_insert json_object json_patch json_quote json_remove json_replace json_set json_tree json_type json_valid julianday length like
    likelihood likely ln log log10 log2 mod nth_value pow printf quote radians random sinh soundex strftime string_agg substr substring
    tanh time total trunc typeof unicode unixepoch unlikely
"""

BOOK = Rulebook(
    dialect="sqlite",
    shown="SQLite",
    is_run_here=True,
    # The word RECURSIVE means nothing to it.
    recurses_unsaid=True,
    # SQLite joins at most 64 tables.
    most_joins=60,
    functions=(standard.FUNCTIONS - {"concat"}) | words(_FUNCTIONS),
    nodes=NODES
    - words("RegexpLike Rollup Cube GroupingSets Any All Lateral Unnest SimilarTo ILike Array Struct Map AtTimeZone Interval IntervalSpan"),
    types=TYPES
    - {
        exp.DType[name]
        for name in words("ARRAY LIST MAP STRUCT INTERVAL HSTORE INET DATERANGE INT4RANGE INT8RANGE NUMRANGE TSRANGE TSTZRANGE ENUM MONEY")
    },
    table_functions=words("json_each json_tree"),
    system_schemas=standard.SCHEMAS | {"temp"},
    # Tables that functions make of nothing, in builds that have them.
    system_tables=re.compile(
        r"(sqlite|pragma)_|generate_series\Z|csv\Z|zipfile\Z|wholenumber\Z|dbstat\Z|bytecode\Z|tables_used\Z|completion\Z|fsdir\Z|stmt\Z"
    ),
    long_makers={"zeroblob": 0, "randomblob": 0},
    instead={
        "year": "Use CAST(STRFTIME('%Y', value) AS INTEGER).",
        "month": "Use CAST(STRFTIME('%m', value) AS INTEGER).",
        "day": "Use CAST(STRFTIME('%d', value) AS INTEGER).",
        "hour": "Use CAST(STRFTIME('%H', value) AS INTEGER).",
        "minute": "Use CAST(STRFTIME('%M', value) AS INTEGER).",
        "week": "Use CAST(STRFTIME('%W', value) AS INTEGER).",
        "dayofweek": "Use CAST(STRFTIME('%w', value) AS INTEGER).",
        "weekday": "Use CAST(STRFTIME('%w', value) AS INTEGER).",
        "quarter": "Use (CAST(STRFTIME('%m', value) AS INTEGER) + 2) / 3.",
        "date_add": "Use DATE(value, '+1 day').",
        "dateadd": "Use DATE(value, '+1 day').",
        "date_sub": "Use DATE(value, '-1 day').",
        "datediff": "Use JULIANDAY(a) - JULIANDAY(b).",
        "date_diff": "Use JULIANDAY(a) - JULIANDAY(b).",
        "age": "Use JULIANDAY(a) - JULIANDAY(b).",
        "date_format": "Use STRFTIME('%Y-%m', value).",
        "curdate": "Use DATE('now').",
        "getdate": "Use DATETIME('now').",
        "listagg": "Use GROUP_CONCAT(value, ', ').",
        "array_agg": "Use GROUP_CONCAT(value, ', '), or JSON_GROUP_ARRAY(value).",
        "nvl": "Use COALESCE.",
        "if": "Use IIF or CASE.",
        "strpos": "Use INSTR(text, part).",
        "charindex": "Use INSTR(text, part).",
        "greatest": "Use MAX(a, b).",
        "least": "Use MIN(a, b).",
        "median": "Number the rows with ROW_NUMBER() and COUNT(*) OVER () in a CTE and average the middle ones.",
        "percentile_cont": "Number the rows with ROW_NUMBER() and COUNT(*) OVER () in a CTE and take the row wanted.",
        "variance": "SQLite has none: AVG(x * x) - AVG(x) * AVG(x).",
        "to_date": "Dates are texts here: use DATE(value).",
        "concat": "Use ||.",
        "regexp_like": "SQLite has no REGEXP of its own: use LIKE or GLOB.",
        "percentile": "Number the rows with ROW_NUMBER() and COUNT(*) OVER () in a CTE and take those in the middle.",
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
