"""PostgreSQL 14 and later. Every function here is immutable or stable in pg_proc, or gives a random number or the time: a test says so."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import CLAUSES, NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value array_agg bit_and bit_or bit_xor bool_and bool_or corr covar_pop covar_samp every grouping json_agg json_arrayagg
    json_object_agg jsonb_agg jsonb_object_agg mode nth_value percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg var_pop
    var_samp variance
"""
_NUMBERS = """
    acosd acosh asind asinh atan2 atan2d atand atanh bit_count cbrt ceil ceiling cosd cosh cot cotd degrees div erf erfc factorial gamma
    gcd greatest lcm least lgamma ln log log10 min_scale mod numeric numeric_add pow radians random random_normal scale sind sinh tand
    tanh to_number trim_scale trunc width_bucket
"""
_TEXT = """
    ascii bit_length btrim casefold char_length character_length chr concat_ws convert_from convert_to decode encode format get_bit
    get_byte initcap left length lpad md5 normalize octet_length overlay position quote_ident quote_literal quote_nullable regexp_count
    regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat
    reverse right rpad sha224 sha256 sha384 sha512 split_part starts_with string_to_array string_to_table strpos substr substring
    to_ascii to_bin to_hex to_oct translate unistr
"""
_TIME = """
    age clock_timestamp current_date current_time current_timestamp date date_add date_bin date_part date_subtract date_trunc extract
    isfinite justify_days justify_hours justify_interval localtime localtimestamp make_date make_interval make_time make_timestamp
    make_timestamptz now statement_timestamp timeofday timezone to_char to_date to_timestamp transaction_timestamp
"""
_NESTED = """
    array array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions array_prepend
    array_remove array_replace array_reverse array_sort array_to_json array_to_string array_upper cardinality generate_subscripts
    hstore_to_json json_array json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
    json_each json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_keys json_query json_scalar
    json_strip_nulls json_to_record json_to_recordset json_typeof json_value jsonb_array_elements jsonb_array_elements_text
    jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_contains jsonb_delete jsonb_delete_path jsonb_each
    jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
    jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty
    jsonb_set jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row row_to_json to_json to_jsonb trim_array unnest
"""
_OTHERS = """
    broadcast daterange family generate_series host int4range int8range isempty lower_inc lower_inf masklen netmask network num_nonnulls
    num_nulls numrange pg_typeof phraseto_tsquery plainto_tsquery range_merge strip to_tsquery to_tsvector ts_headline ts_rank
    ts_rank_cd tsrange tstzrange upper_inc upper_inf websearch_to_tsquery
"""
_OF_EXTENSIONS = (
    "similarity word_similarity strict_word_similarity unaccent levenshtein soundex difference metaphone dmetaphone akeys avals"
)
"""Of pg_trgm, unaccent, fuzzystrmatch and hstore, which come with PostgreSQL and are pure as well."""

BOOK = Rulebook(
    dialect="postgres",
    shown="PostgreSQL",
    is_run_here=True,
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS, _OF_EXTENSIONS),
    table_functions=words(
        """
        generate_series generate_subscripts json_array_elements json_array_elements_text json_each json_each_text json_object_keys
        json_table json_to_record json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text
        jsonb_object_keys jsonb_path_query jsonb_to_record jsonb_to_recordset regexp_matches regexp_split_to_table string_to_table unnest
        """
    ),
    nodes=NODES | words("JSONValue OnCondition JSONSchema JSONColumnDef"),
    types=TYPES - {exp.DType.LIST, exp.DType.MAP, exp.DType.STRUCT},
    clauses=more(CLAUSES, LimitOptions="with_ties"),
    longest_name=63,
    system_schemas=standard.SCHEMAS | {"pg_catalog", "pg_toast", "pg_temp"},
    # No table of a person may begin with pg_: PostgreSQL keeps the prefix for schemas, and its search path begins with pg_catalog.
    system_tables=re.compile(r"pg_"),
    session_words=words("current_user session_user user current_role current_catalog current_schema system_user"),
    pseudo_columns=words("ctid xmin xmax cmin cmax tableoid"),
    long_makers={"repeat": 1, "lpad": 1, "rpad": 1},
    series={"generate_series": "ends"},
    instead={
        "year": "Use EXTRACT(YEAR FROM value).",
        "month": "Use EXTRACT(MONTH FROM value).",
        "day": "Use EXTRACT(DAY FROM value).",
        "quarter": "Use EXTRACT(QUARTER FROM value).",
        "week": "Use EXTRACT(WEEK FROM value).",
        "hour": "Use EXTRACT(HOUR FROM value).",
        "minute": "Use EXTRACT(MINUTE FROM value).",
        "dayofweek": "Use EXTRACT(ISODOW FROM value): 1 is Monday.",
        "weekday": "Use EXTRACT(ISODOW FROM value): 1 is Monday.",
        "dayofyear": "Use EXTRACT(DOY FROM value).",
        "date_sub": "Write value - INTERVAL '1 month'.",
        "subdate": "Write value - INTERVAL '1 day'.",
        "adddate": "Write value + INTERVAL '1 day'.",
        "dateadd": "Write value + INTERVAL '1 day'.",
        "add_months": "Write value + INTERVAL '1 month'.",
        "months_between": "Use EXTRACT(YEAR FROM AGE(a, b)) * 12 + EXTRACT(MONTH FROM AGE(a, b)).",
        "timestampdiff": "Subtract the dates, or use EXTRACT(EPOCH FROM a - b).",
        "last_day": "Use DATE_TRUNC('month', value) + INTERVAL '1 month' - INTERVAL '1 day'.",
        "str_to_date": "Use TO_DATE(text, 'YYYY-MM-DD').",
        "curdate": "Use CURRENT_DATE.",
        "from_unixtime": "Use TO_TIMESTAMP(seconds).",
        "unix_timestamp": "Use EXTRACT(EPOCH FROM value).",
        "listagg": "Use STRING_AGG(value, ', ').",
        "if": "Use CASE.",
        "instr": "Use STRPOS(text, part).",
        "len": "Use LENGTH.",
        "charindex": "Use STRPOS(text, part).",
        "quantile": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column).",
        "approx_quantile": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column).",
        "arg_max": "Use (ARRAY_AGG(value ORDER BY by DESC))[1].",
        "try_cast": "Use CASE WHEN value ~ '^[0-9]+$' THEN CAST(value AS INTEGER) END.",
        "version": "The version is in the catalog; a query need not ask.",
        "current_setting": "Settings cannot be read.",
        "nvl": "Use COALESCE.",
        "ifnull": "Use COALESCE.",
        "isnull": "Use COALESCE, or IS NULL.",
        "iif": "Use CASE.",
        "getdate": "Use CURRENT_DATE or CURRENT_TIMESTAMP.",
        "datediff": "Subtract the dates, or use EXTRACT(EPOCH FROM a - b).",
        "date_format": "Use TO_CHAR(value, 'YYYY-MM').",
        "strftime": "Use TO_CHAR(value, 'YYYY-MM').",
        "group_concat": "Use STRING_AGG(value, ', ').",
        "median": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column).",
        "percentile": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column).",
        "countif": "Use COUNT(*) FILTER (WHERE condition).",
        "query_to_xml": "SQL inside text is not run; write it as a subquery.",
        "dblink": "Only tables of the catalog can be read.",
        "nextval": "Use ROW_NUMBER() OVER (ORDER BY column).",
    },
)
