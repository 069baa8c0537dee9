"""Snowflake. Stages, result scans, sequences and system functions are out; semi-structured data and its functions are in."""

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, PIVOT_CLAUSES, PIVOT_NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value approx_count_distinct approx_percentile approx_percentile_accumulate approx_percentile_combine
    approx_percentile_estimate approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate
    approximate_jaccard_index approximate_similarity array_agg array_union_agg array_unique_agg bit_and_agg bit_or_agg bit_xor_agg
    bitand_agg bitmap_bit_position bitmap_bucket_number bitmap_construct_agg bitmap_count bitmap_or_agg bitor_agg bitxor_agg
    booland_agg boolor_agg boolxor_agg conditional_change_event conditional_true_event corr count_if covar_pop covar_samp grouping
    grouping_id hash_agg hll hll_accumulate hll_combine hll_estimate kurtosis listagg max_by median min_by minhash minhash_combine
    mode nth_value object_agg percentile_cont percentile_disc ratio_to_report regr_avgx regr_avgy regr_count regr_intercept regr_r2
    regr_slope regr_sxx regr_sxy regr_syy regr_valx regr_valy skew stddev stddev_pop stddev_samp var_pop var_samp variance
    variance_pop variance_samp
"""
_NUMBERS = """
    acosh asinh atan2 atanh bitand bitnot bitor bitshiftleft bitshiftright bitxor cbrt ceil ceiling cosh cot degrees div0 div0null
    factorial getbit greatest greatest_ignore_nulls haversine least least_ignore_nulls ln log mod nullifzero pow radians random sinh
    square tanh trunc truncate uniform width_bucket zeroifnull
"""
_TEXT = """
    ascii base64_decode_string base64_encode bit_length char charindex chr collate concat_ws contains editdistance endswith
    hex_decode_string hex_encode initcap insert jarowinkler_similarity left len length like_all like_any lpad md5 md5_hex octet_length
    parse_ip parse_url position regexp regexp_count regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr
    regexp_substr_all repeat reverse right rlike rpad rtrimmed_length sha1 sha1_hex sha2 sha2_hex soundex space split split_part
    startswith strtok strtok_to_array substr substring translate try_base64_decode_string try_hex_decode_string unicode
"""
_TIME = """
    add_months convert_timezone current_date current_time current_timestamp date date_from_parts date_part date_trunc dateadd datediff
    datefromparts day dayname dayofmonth dayofweek dayofweekiso dayofyear extract from_unixtime getdate hour last_day localtime
    localtimestamp minute month monthname months_between next_day previous_day quarter second sysdate time time_from_parts time_slice
    timeadd timediff timefromparts timestamp_from_parts timestamp_ltz_from_parts timestamp_ntz_from_parts timestamp_tz_from_parts
    timestampadd timestampdiff timestampfromparts to_date to_time to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz
    try_to_date try_to_time try_to_timestamp try_to_timestamp_ltz try_to_timestamp_ntz try_to_timestamp_tz week weekiso weekofyear year
    yearofweek yearofweekiso
"""
_NESTED = """
    array_append array_cat array_compact array_construct array_construct_compact array_contains array_distinct array_except
    array_flatten array_insert array_intersection array_max array_min array_position array_prepend array_remove array_remove_at
    array_reverse array_size array_slice array_sort array_sum array_to_string arrays_overlap arrays_to_object arrays_zip as_array
    as_boolean as_char as_date as_decimal as_double as_integer as_number as_object as_time as_timestamp_ltz as_timestamp_ntz
    as_timestamp_tz as_varchar check_json filter flatten get get_ignore_case get_path is_array is_boolean is_char is_date is_decimal
    is_double is_integer is_null_value is_object is_real is_time is_timestamp_ltz is_timestamp_ntz is_timestamp_tz is_varchar
    json_extract_path_text map_cat map_contains_key map_delete map_insert map_keys map_pick map_size object_construct
    object_construct_keep_null object_delete object_insert object_keys object_pick parse_json reduce strip_null_value to_array to_json
    to_object to_variant transform try_parse_json typeof
"""
_CASTS = """
    to_binary to_boolean to_char to_decfloat to_decimal to_double to_number to_numeric to_varchar try_cast try_to_boolean try_to_decimal
    try_to_double try_to_number try_to_numeric
"""
_OTHERS = """
    array_generate_range bit_and bit_andagg bit_not bit_or bit_oragg bit_shiftleft bit_shiftright bit_xor bit_xoragg bitandagg bitoragg
    bitxoragg booland boolnot boolor boolxor collation decode equal_null generator h3_cell_to_point h3_latlng_to_cell hash
    hex_decode_binary if iff ifnull ilike like md5_binary md5_number_lower64 md5_number_upper64 nvl nvl2 regr_valx seq1 seq2 seq4 seq8
    sha1_binary sha2_binary split_to_table st_area st_asbinary st_asgeojson st_astext st_aswkt st_azimuth st_boundary st_buffer
    st_centroid st_contains st_convexhull st_coveredby st_covers st_difference st_dimension st_disjoint st_distance st_dwithin
    st_endpoint st_equals st_geographyfromtext st_geographyfromwkt st_geohash st_intersection st_intersects st_isempty st_length
    st_makeline st_makepoint st_makepolygon st_maxdistance st_npoints st_numpoints st_perimeter st_point st_simplify st_startpoint
    st_touches st_union st_within st_x st_y strtok_split_to_table systimestamp timestampntzfromparts to_geography to_geometry
    try_to_binary vector_cosine_similarity vector_inner_product vector_l1_distance vector_l2_distance
"""

BOOK = Rulebook(
    dialect="snowflake",
    shown="Snowflake",
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _CASTS, _OTHERS),
    table_functions=words("flatten generator split_to_table strtok_split_to_table"),
    nodes=NODES | PIVOT_NODES | words("TableFromRows"),
    clauses=more(
        PIVOT_CLAUSES,
        Star="except_ replace rename",
        Table="catalog",
        Lateral="view outer",
        Column="catalog",
        Join="match_condition",
        Select="exclude",
    ),
    types=TYPES | {exp.DataType.Type[name] for name in words("VARIANT OBJECT GEOGRAPHY GEOMETRY DECFLOAT VECTOR BINARY")},
    system_schemas=standard.SCHEMAS | {"snowflake", "account_usage", "organization_usage", "reader_account_usage"},
    file_marks="@",
    session_words=words(
        """
        current_account current_available_roles current_client current_database current_region current_role current_schema
        current_secondary_roles current_session current_statement current_transaction current_user current_version current_warehouse
        """
    ),
    pseudo_columns=words(
        """
        nextval currval metadata$filename metadata$start_scan_time
        metadata$file_row_number metadata$action metadata$isupdate metadata$row_id
        """
    ),
    reads_catalogs=True,
    recurses_unsaid=True,
    reads_fields=True,
    long_makers={"repeat": 1, "lpad": 1, "rpad": 1, "space": 0},
    series={"array_generate_range": "ends"},
    instead={
        "result_scan": "Results of other queries cannot be read; repeat the query.",
        "identifier": "Write the name itself.",
        "last_query_id": "Results of other queries cannot be read; repeat the query.",
        "system$wait": "Leave it out.",
        "nextval": "Use ROW_NUMBER() OVER (ORDER BY column).",
        "uuid_string": "Row identifiers cannot be made here.",
        "randstr": "Leave it out.",
        "string_agg": "Use LISTAGG(value, ', ').",
        "get_presigned_url": "Files cannot be read.",
    },
)
