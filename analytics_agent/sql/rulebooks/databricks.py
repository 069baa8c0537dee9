"""Databricks SQL, and Spark's. Files by path, Java by reflection, secrets and models are out."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, PIVOT_CLAUSES, PIVOT_NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any any_value approx_count_distinct approx_percentile approx_top_k array_agg bit_and bit_or bit_xor bool_and bool_or collect_list
    collect_set corr count_if count_min_sketch covar_pop covar_samp every first grouping grouping_id histogram_numeric hll_sketch_agg
    hll_sketch_estimate hll_union_agg kurtosis last listagg max_by mean median min_by mode nth_value percentile percentile_approx
    percentile_cont percentile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy skewness
    some std stddev stddev_pop stddev_samp string_agg try_avg try_sum var_pop var_samp variance
"""
_NUMBERS = """
    acosh asinh atan2 atanh bigint bin bit_count bround cbrt ceil ceiling conv cosh cot csc decimal degrees div double e expm1
    factorial float getbit greatest hypot int isnan least ln log log10 log1p log2 mod nanvl negative pmod positive pow radians rand
    randn rint sec shiftleft shiftright shiftrightunsigned signum sinh smallint tanh tinyint try_add try_divide try_multiply
    try_subtract uniform width_bucket
"""
_TEXT = """
    ascii base64 bit_length btrim char char_length character_length charindex chr collate concat_ws contains crc32 decode elt encode
    endswith find_in_set format_number format_string hash hex initcap instr lcase left len length levenshtein locate lpad luhn_check
    mask md5 octet_length overlay parse_url position printf quote regexp regexp_count regexp_extract regexp_extract_all regexp_instr
    regexp_like regexp_replace regexp_substr repeat reverse right rlike rpad sentences sha sha1 sha2 soundex space split split_part
    startswith string substr substring substring_index translate try_to_binary ucase unbase64 unhex url_decode url_encode xxhash64
"""
_TIME = """
    add_months convert_timezone curdate current_date current_timestamp date date_add date_diff date_format date_from_unix_date date_part
    date_sub date_trunc dateadd datediff day dayname dayofmonth dayofweek dayofyear extract from_unixtime from_utc_timestamp getdate
    hour last_day localtimestamp make_date make_dt_interval make_interval make_timestamp make_ym_interval minute month monthname
    months_between next_day now quarter second session_window timediff timestamp timestamp_micros timestamp_millis timestamp_seconds
    timestampadd timestampdiff to_date to_timestamp to_timestamp_ltz to_timestamp_ntz to_unix_timestamp to_utc_timestamp trunc
    try_to_timestamp unix_date unix_micros unix_millis unix_seconds unix_timestamp weekday weekofyear window window_time year
"""
_NESTED = """
    aggregate array array_append array_compact array_contains array_distinct array_except array_insert array_intersect array_join
    array_max array_min array_position array_prepend array_remove array_size array_sort array_union arrays_overlap arrays_zip
    cardinality element_at exists explode explode_outer filter flatten forall from_csv from_json get get_json_object inline inline_outer
    is_variant_null json_array_length json_object_keys json_tuple map map_concat map_contains_key map_entries map_filter map_from_arrays
    map_from_entries map_keys map_values map_zip_with named_struct parse_json posexplode posexplode_outer reduce schema_of_json
    schema_of_variant sequence size slice sort_array stack str_to_map struct to_csv to_json to_variant_object transform transform_keys
    transform_values try_element_at try_parse_json try_variant_get typeof variant_explode variant_get zip_with
"""
_OTHERS = """
    array_repeat binary bit_get bit_reverse boolean cast coalesce decode equal_null h3_latlngtocell h3_longlatash3 if iff ifnull ilike
    isnotnull isnull like nullifzero nvl nvl2 range st_area st_asbinary st_asgeojson st_astext st_aswkt st_azimuth st_boundary st_buffer
    st_centroid st_contains st_convexhull st_coveredby st_covers st_difference st_dimension st_disjoint st_distance st_dwithin
    st_endpoint st_equals st_geohash st_intersection st_intersects st_isempty st_length st_makeline st_makepolygon st_maxdistance
    st_npoints st_numpoints st_perimeter st_point st_simplify st_startpoint st_touches st_union st_within st_x st_y timestamp_ltz
    timestamp_ntz to_binary to_char to_number to_varchar try_cast try_to_number zeroifnull
"""

BOOK = Rulebook(
    dialect="databricks",
    shown="Databricks",
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS),
    table_functions=words(
        """
        explode explode_outer inline inline_outer json_tuple posexplode posexplode_outer range stack unnest variant_explode
        """
    ),
    nodes=NODES | PIVOT_NODES | words("Sort"),
    clauses=more(PIVOT_CLAUSES, Star="except_", Table="catalog", Column="catalog", Lateral="view outer", Union="", Select="sort", Group=""),
    types=TYPES | {exp.DataType.Type[name] for name in words("VARIANT OBJECT BINARY")},
    system_schemas=standard.SCHEMAS
    | {
        "system",
        "csv",
        "json",
        "parquet",
        "orc",
        "avro",
        "text",
        "delta",
        "binaryfile",
        "xml",
        "iceberg",
        "libsvm",
        "cloudfiles",
        "hive_text",
    },
    system_tables=re.compile(r"__"),
    file_marks="/:\\",
    session_words=words("current_user session_user user current_catalog current_database current_schema"),
    pseudo_columns=words("_metadata _rescued_data _commit_version _commit_timestamp _change_type"),
    reads_catalogs=True,
    reads_fields=True,
    long_makers={"repeat": 1, "lpad": 1, "rpad": 1, "space": 0, "array_repeat": 1},
    series={"range": "ends", "sequence": "ends"},
    instead={
        "read_files": "Files cannot be read; only tables of the catalog.",
        "java_method": "Only SQL functions may be called.",
        "reflect": "Only SQL functions may be called.",
        "secret": "Secrets cannot be read.",
        "identifier": "Write the name itself.",
        "input_file_name": "Leave it out.",
        "uuid": "Row identifiers cannot be made here.",
    },
)
