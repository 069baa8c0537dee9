"""The functions that a statement may call: pure functions of their arguments, by dialect.

A function that sqlglot knows is listed by its class, any other by the name as written. Left out on purpose: whatever reads files,
settings, the server or the session, sleeps, sets, notifies, takes SQL as text, draws numbers from sequences, or makes long text
from short. Functions that users defined are not known and so not allowed.
"""

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.words import words

_AGGREGATES = """
    AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin ArrayAgg ArrayUniqueAgg Avg BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg Corr
    Count CountIf CovarPop CovarSamp First GroupConcat Grouping GroupingId JSONArrayAgg JSONBObjectAgg JSONObjectAgg Kurtosis Last
    LogicalAnd LogicalOr Max Median Min Mode PercentileCont PercentileDisc Quantile RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2
    RegrSlope RegrSxx RegrSxy RegrSyy Skewness Stddev StddevPop StddevSamp Sum Variance VariancePop
"""
_WINDOWS = "CumeDist DenseRank FirstValue Lag LastValue Lead NthValue Ntile PercentRank Rank RowNumber"
_NUMBERS = """
    Abs Acos Acosh Asin Asinh Atan Atan2 Atanh BitwiseCount Cbrt Ceil Cos Cosh Cot Degrees Exp Factorial Floor Greatest IsInf IsNan
    Least Ln Log Pi Radians Rand Round SafeDivide Sign Sin Sinh Sqrt Tan Tanh ToNumber Trunc WidthBucket
"""
_TEXT = """
    Ascii BitLength ByteLength Chr Concat ConcatWs Contains EndsWith Format Hex Initcap JarowinklerSimilarity Left Length
    Levenshtein Lower MD5 Overlay Pad RegexpCount RegexpExtract RegexpExtractAll RegexpFullMatch RegexpInstr RegexpReplace
    RegexpSplit RegexpSubstr Repeat Replace Reverse Right SHA SHA2 Soundex Split SplitPart StartsWith StrPosition Strtok Substring
    Translate Trim Unicode Upper
"""
_TIME = """
    ConvertTimezone CurrentDate CurrentDatetime CurrentTime CurrentTimestamp Date DateAdd DateBin DateDiff DateFromParts
    DateStrToDate DateSub Datetime DateTrunc Day Dayname DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Extract Hour JustifyDays
    JustifyHours JustifyInterval LastDay Localtime Localtimestamp MakeInterval Minute Month Monthname Quarter Second StrToDate
    StrToTime StrToUnix Time TimeFromParts Timestamp TimestampAdd TimestampDiff TimestampFromParts TimestampSub TimestampTrunc
    TimestampTzFromParts TimeStrToTime TimeToStr TimeToUnix TimeTrunc ToChar TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToDatetime
    TsOrDsToTime TsOrDsToTimestamp UnixMicros UnixMillis UnixSeconds UnixToTime Week WeekOfYear Year YearOfWeek YearOfWeekIso
"""
_NESTED = """
    Array ArrayAppend ArrayConcat ArrayContains ArrayDistinct ArrayFilter ArrayFirst ArrayIntersect ArrayLast ArrayMax ArrayMin
    ArrayPosition ArrayPrepend ArrayRemove ArrayReverse ArraySize ArraySlice ArraySort ArraySum ArrayToString Explode Flatten
    JSONArray JSONBContainsTopKey JSONExists JSONFormat JSONKeys JSONObject JSONType List Map MapFromEntries MapKeys ParseJSON
    Reduce StringToArray Struct StructExtract ToArray Transform Typeof Unnest
"""
_SERIES = "ExplodingGenerateSeries GenerateSeries GenerateDateArray GenerateTimestampArray"
_CONDITIONS = "Nvl2 Try"

CLASSES = words(_AGGREGATES, _WINDOWS, _NUMBERS, _TEXT, _TIME, _NESTED, _SERIES, _CONDITIONS)

_POSTGRES = """
    acosd age array_dims array_length array_lower array_ndims array_positions array_replace array_reverse array_sort array_to_json
    array_upper ascii asind atand bit_count bool_and bool_or btrim cardinality char_length character_length clock_timestamp cosd cot
    cume_dist date_bin date_part daterange dense_rank div erf erfc every gamma gcd int4range int8range isempty isfinite json_agg
    json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text
    json_extract_path json_extract_path_text json_object_agg json_object_keys json_typeof jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
    jsonb_extract_path_text jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_query jsonb_path_query_array
    jsonb_path_query_first jsonb_pretty jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lcm lgamma
    lower_inc ltrim make_date make_interval make_time make_timestamp make_timestamptz min_scale mod mode num_nonnulls num_nulls
    numrange octet_length percent_rank percentile_cont percentile_disc quote_ident quote_literal random random_normal range_agg rank
    regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_split_to_array regexp_split_to_table regexp_substr row
    row_to_json rtrim scale similarity sind starts_with statement_timestamp stddev_pop stddev_samp string_to_table tand timeofday
    to_date to_json to_jsonb to_number to_timestamp transaction_timestamp trim_array trim_scale tsrange unaccent unistr upper_inc
    var_pop var_samp variance width_bucket word_similarity xor
"""
_DUCKDB = """
    add age approx_count_distinct approx_quantile arg_max arg_min array_agg array_extract array_length array_value bar bit_count
    bool_and bool_or century concat_ws contains corr covar_pop covar_samp date_add date_diff date_part date_sub datepart datetrunc
    day dayname dayofmonth dayofweek dayofyear decade degrees divide element_at ends_with entropy epoch epoch_ms epoch_ns epoch_us
    equi_width_bins era even favg fdiv fmod format fsum gcd geomean greatest_common_divisor histogram hour ilike_escape instr
    isfinite isinf isnan isodow isoyear jaccard jaro_similarity json json_array json_array_length json_contains json_exists
    json_extract json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object json_keys
    json_object json_quote json_structure json_transform json_type json_valid json_value julian kurtosis_pop last_day lcm
    least_common_multiple len list_aggregate list_any_value list_append list_apply list_avg list_cat list_concat list_contains
    list_cosine_similarity list_count list_distinct list_element list_extract list_filter list_first list_grade_up list_has
    list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min list_mode list_position
    list_prepend list_product list_reduce list_reverse list_reverse_sort list_select list_slice list_sort list_stddev_samp
    list_string_agg list_sum list_transform list_unique list_value list_var_samp list_where list_zip ltrim mad make_date make_time
    make_timestamp map_contains map_entries map_extract map_keys map_values max_by microsecond millennium millisecond min_by
    mismatches mode month monthname multiply nanosecond nextafter now parse_filename percentile_cont percentile_disc pow prefix
    product quantile quantile_cont quantile_disc quarter random regexp_escape regexp_split_to_array regexp_split_to_table
    regr_intercept regr_r2 regr_slope reservoir_quantile row rtrim sem signbit skewness split_part starts_with stddev stddev_pop
    stddev_samp str_split str_split_regex strip_accents strlen strpos strptime struct_extract struct_insert struct_pack
    substring_grapheme subtract suffix sum_no_overflow sumkahan time_bucket timezone timezone_hour timezone_minute to_centuries
    to_days to_decades to_hours to_json to_microseconds to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp
    to_weeks to_years today trim try_strptime typeof unicode union_extract union_tag var_pop var_samp variance week weekday
    weekofyear year yearweek
"""
_SQLITE = """
    acos acosh asin asinh atan atan2 atanh char cos cosh date datetime degrees exp format glob group_concat hex ifnull iif instr
    json json_array json_array_length json_each json_extract json_group_array json_group_object json_object json_quote json_tree
    json_type json_valid julianday length like likelihood likely ln log log10 log2 ltrim max min mod nullif octet_length pi power
    printf quote radians random replace round rtrim sign sin sinh sqrt strftime string_agg substr substring tan tanh time timediff
    total trim trunc typeof unicode unixepoch unlikely upper
"""
NAMES: dict[Dialect, frozenset[str]] = {
    "postgres": words(_POSTGRES),
    "duckdb": words(_DUCKDB),
    "sqlite": words(_SQLITE),
}

TABLE_FUNCTIONS = words("""
    explode generate_series json_array_elements json_array_elements_text json_each json_each_text json_object_keys json_tree
    jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query range
    regexp_matches regexp_split_to_table string_to_table unnest
""")
"""Functions that may stand in FROM. Any other one there reads something that is not in the catalog."""

INSTEAD = {
    "version": "The version is in the catalog; a query need not ask.",
    "current_user": "The login is of no use to an analysis; leave it out.",
    "current_setting": "Settings cannot be read.",
    "pg_sleep": "Leave it out.",
    "nvl": "Use COALESCE.",
    "isnull": "Use COALESCE, or IS NULL.",
    "getdate": "Use CURRENT_DATE or CURRENT_TIMESTAMP.",
    "datediff": "Subtract the dates, or use the engine's own date functions.",
    "dateadd": "Add an INTERVAL.",
    "percentile": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column).",
    "uuid": "Row identifiers cannot be made here.",
}
"""What to use instead of functions that a model is likely to try."""


def name_of(call: exp.Func) -> str:
    """The function's name in lower case, as written or as sqlglot names it."""
    if isinstance(call, (exp.Anonymous, exp.AnonymousAggFunc)):
        return call.name.lower()
    return call.sql_name().lower()


def is_known(call: exp.Func, dialect: Dialect) -> bool:
    """Whether this call may stand in a statement of this dialect. A quoted name is not: "Lower" may be somebody's own function."""
    if isinstance(call, (exp.Anonymous, exp.AnonymousAggFunc)):
        is_plain = isinstance(call.this, str)
        return is_plain and call.name.lower() in NAMES[dialect]
    return type(call).__name__ in CLASSES
