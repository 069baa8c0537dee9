"""SQL Server's T-SQL. Linked servers, extended procedures, ad hoc sources, and what reads the server or its metadata are out."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, PIVOT_CLAUSES, PIVOT_NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    approx_count_distinct approx_percentile_cont approx_percentile_disc checksum_agg count_big grouping grouping_id json_arrayagg
    json_objectagg percentile_cont percentile_disc product stdev stdevp string_agg var varp
"""
_NUMBERS = """
    atn2 bit_count ceiling cot degrees get_bit greatest least left_shift log log10 radians rand right_shift set_bit square
"""
_TEXT = """
    ascii base64_encode binary_checksum char charindex checksum concat_ws contains datalength difference edit_distance
    edit_distance_similarity format freetext hashbytes jaro_winkler_similarity left len nchar parsename patindex quotename
    regexp_count regexp_instr regexp_like regexp_replace regexp_substr replicate reverse right soundex space str string_escape
    string_split stuff substring translate unicode
"""
_TIME = """
    current_date current_timestamp date_bucket dateadd datediff datediff_big datefromparts datename datepart datetime2fromparts
    datetimefromparts datetimeoffsetfromparts datetrunc day eomonth getdate getutcdate isdate month smalldatetimefromparts switchoffset
    sysdatetime sysdatetimeoffset sysutcdatetime timefromparts todatetimeoffset year
"""
_NESTED = "generate_series json_array json_contains json_modify json_object json_path_exists json_query json_value isjson openjson"
_OTHERS = "choose convert iif isnull isnumeric parse try_cast try_convert try_parse vector_distance"

BOOK = Rulebook(
    dialect="tsql",
    shown="T-SQL",
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS),
    table_functions=words("generate_series open_json openjson string_split"),
    nodes=NODES - {"Interval", "IntervalSpan"} | PIVOT_NODES | words("OpenJSONColumnDef National QueryOption"),
    clauses=more(
        PIVOT_CLAUSES, Table="catalog", Column="catalog", Lateral="cross_apply", Select="options", LimitOptions="with_ties percent"
    ),
    types=TYPES
    | {
        exp.DataType.Type[name]
        for name in words("DATETIME2 SMALLDATETIME SMALLMONEY UMEDIUMINT BINARY ROWVERSION GEOGRAPHY GEOMETRY VECTOR")
    },
    system_schemas=standard.SCHEMAS
    | {"sys", "guest", "master", "msdb", "tempdb", "model", "resource", "ssisdb", "distribution", "db_owner", "db_accessadmin"},
    # sysobjects and its kin answer in every schema; # begins a temporary table, @ a variable; xp_ and sp_ are procedures.
    system_tables=re.compile(r"sys[a-z]+\Z|dm_|#|@|xp_|sp_|inserted\Z|deleted\Z"),
    session_words=words("current_user session_user system_user user"),
    pseudo_columns=words("identitycol rowguidcol $identity $rowguid $action $partition %%physloc%% $node_id $edge_id"),
    reads_catalogs=True,
    recurses_unsaid=True,
    long_makers={"replicate": 1, "space": 0, "str": 1},
    series={"generate_series": "ends"},
    instead={
        "openrowset": "Other sources cannot be read; only tables of the catalog.",
        "openquery": "Other servers cannot be read; only tables of the catalog.",
        "opendatasource": "Other servers cannot be read; only tables of the catalog.",
        "interval": "Use DATEADD(day, 1, value).",
        "newid": "Row identifiers cannot be made here.",
        "date_trunc": "Use DATETRUNC(month, value), or DATEFROMPARTS.",
        "date_format": "Use FORMAT(value, 'yyyy-MM').",
        "to_char": "Use FORMAT(value, 'yyyy-MM').",
        "group_concat": "Use STRING_AGG(value, ', ').",
        "extract": "Use DATEPART(year, value).",
        "length": "Use LEN.",
    },
)
