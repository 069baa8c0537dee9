"""DuckDB 1.3 and later. Functions that its own list calls free of side effects, without those that read settings or the session."""

import re

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import CLAUSES, NODES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin
    array_agg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr count_if count_star countif covar_pop covar_samp entropy favg
    fill first fsum geomean geometric_mean group_concat grouping grouping_id histogram kahan_sum kurtosis kurtosis_pop last list listagg
    mad max_by mean median min_by mode nth_value percentile_cont percentile_disc product quantile quantile_cont quantile_disc regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop
    stddev_samp string_agg sum_no_overflow sumkahan var_pop var_samp variance wavg weighted_avg
"""
_NUMBERS = """
    acosh add asinh atan2 atanh bit_count cbrt ceil ceiling cosh cot degrees divide era even factorial fdiv fmod gamma gcd greatest
    greatest_common_divisor isfinite isinf isnan lcm least least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pow
    radians random round_even roundbankers signbit sinh subtract tanh trunc xor
"""
_TEXT = """
    array_extract ascii bar base64 bin bit_length char_length character_length chr concat_ws contains damerau_levenshtein decode
    editdist3 encode ends_with format format_bytes formatreadabledecimalsize formatreadablesize from_base64 from_binary from_hex hamming
    hash hex ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme
    levenshtein like_escape lpad md5 md5_number mismatches nfc_normalize not_ilike_escape not_like_escape octet_length ord overlay
    parse_dirname parse_dirpath parse_filename parse_path position prefix printf regexp_escape regexp_extract regexp_extract_all
    regexp_full_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat reverse right right_grapheme rpad
    sha1 sha256 split split_part starts_with str_split str_split_regex string_split string_split_regex string_to_array strip_accents
    strlen strpos substr substring substring_grapheme suffix to_base to_base64 to_binary to_hex translate ucase unbin unhex unicode
    url_decode url_encode
"""
_TIME = """
    age ago century current_date current_localtime current_localtimestamp current_time current_timestamp date date_add date_diff
    date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month decade
    epoch epoch_ms epoch_ns epoch_us extract get_current_time get_current_timestamp hour isodow isoyear julian last_day localtime
    localtimestamp make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium
    millisecond minute month monthname nanosecond normalized_interval now quarter second strftime strptime time_bucket timezone
    timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes
    to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp try_strptime week weekday weekofyear
    year yearweek
"""
_LISTS = """
    aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_cosine_distance
    array_cosine_similarity array_distance array_distinct array_filter array_grade_up array_has array_has_all array_has_any
    array_indexof array_inner_product array_intersect array_length array_pop_back array_pop_front array_position array_prepend
    array_push_back array_push_front array_reduce array_reverse array_reverse_sort array_select array_slice array_sort array_to_json
    array_to_string array_transform array_unique array_value array_where array_zip element_at filter flatten generate_series
    generate_subscripts grade_up list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct list_avg
    list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat list_contains list_cosine_distance
    list_cosine_similarity list_count list_distance list_distinct list_dot_product list_element list_entropy list_extract list_filter
    list_first list_grade_up list_has list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect
    list_kurtosis list_kurtosis_pop list_last list_mad list_max list_median list_min list_mode list_pack list_position list_prepend
    list_product list_reduce list_reverse list_reverse_sort list_select list_sem list_skewness list_slice list_sort list_stddev_pop
    list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop list_var_samp list_where list_zip range
    reduce unnest
"""
_NESTED = """
    bit_position cardinality enum_code enum_first enum_last enum_range equi_width_bins from_json from_json_strict json json_array
    json_array_length json_contains json_exists json_extract json_extract_path json_extract_path_text json_extract_string
    json_group_array json_group_object json_group_structure json_insert json_keys json_merge_patch json_object json_pretty json_quote
    json_remove json_replace json_set json_strip_nulls json_structure json_transform json_transform_strict json_type json_valid
    json_value map map_concat map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value
    map_from_entries map_keys map_values row row_to_json struct_concat struct_contains struct_extract struct_extract_at struct_insert
    struct_keys struct_pack struct_values to_json typeof union_extract union_tag union_value variant_extract variant_typeof
"""
_OTHERS = "struct can_cast_implicitly if ifnull nvl constant_or_null"

BOOK = Rulebook(
    dialect="duckdb",
    shown="DuckDB",
    is_run_here=True,
    # Its planner cannot be interrupted: 200 joins of tiny tables took 25 seconds.
    most_joins=60,
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _LISTS, _NESTED, _OTHERS),
    nodes=NODES - {"Overlaps"},
    clauses=more(CLAUSES, Star="except_ replace rename"),
    table_functions=words("generate_series json_each json_tree range regexp_split_to_table unnest"),
    system_schemas=standard.SCHEMAS | {"pg_catalog", "system", "temp", "sqlite_master", "sqlite_schema"},
    system_tables=re.compile(r"(duckdb|pragma|pg|sqlite)_"),
    # A name that is no table is read as a file, an address or a Python variable.
    file_marks="./*?\\:[",
    # It puts the parts of a name together again: data.parquet without quotes is a file, too.
    file_endings=words(
        "arrow arrows avro bz2 csv db ddb duckdb feather geojson gpkg gz ipc json jsonl lance ndjson orc parquet shp sqlite sqlite3 "
        "tsv txt vortex xls xlsx zst"
    ),
    session_words=words("current_user session_user user current_role current_catalog current_schema current_database"),
    reads_fields=True,
    long_makers={
        "repeat": 1,
        "lpad": 1,
        "rpad": 1,
        "bar": 3,
        "bitstring": 1,
        "equi_width_bins": 2,
        "list_resize": 1,
        "array_resize": 1,
    },
    series={"range": "ends", "generate_series": "ends"},
    instead={
        "dateadd": "Write value + INTERVAL 1 DAY.",
        "to_date": "Use STRPTIME(text, '%Y-%m-%d'), or CAST(text AS DATE).",
        "str_to_date": "Use STRPTIME(text, '%Y-%m-%d').",
        "curdate": "Use CURRENT_DATE.",
        "iif": "Use CASE, or IF(condition, a, b).",
        "charindex": "Use STRPOS(text, part).",
        "read_csv": "Files cannot be read; only tables of the catalog.",
        "read_parquet": "Files cannot be read; only tables of the catalog.",
        "read_json": "Files cannot be read; only tables of the catalog.",
        "query": "SQL inside text is not run; write it as a subquery.",
        "query_table": "Name the table itself.",
        "getenv": "The environment cannot be read.",
        "current_setting": "Settings cannot be read.",
        "nextval": "Use ROW_NUMBER() OVER (ORDER BY column).",
        "to_char": "Use STRFTIME(value, '%Y-%m').",
        "date_format": "Use STRFTIME(value, '%Y-%m').",
        "uuid": "Row identifiers cannot be made here.",
    },
)
