"""BigQuery. Other sources (EXTERNAL_QUERY), models, sessions and the metadata views are out."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import NODES, PIVOT_CLAUSES, PIVOT_NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value approx_count_distinct approx_quantiles approx_top_count approx_top_sum array_agg array_concat_agg bit_and bit_or bit_xor
    corr count_if countif covar_pop covar_samp grouping logical_and logical_or max_by min_by nth_value percentile_cont percentile_disc
    stddev stddev_pop stddev_samp string_agg var_pop var_samp variance
"""
_NUMBERS = """
    acosh asinh atan2 atanh bit_count cbrt ceil ceiling cosh cosine_distance cot coth csc csch div euclidean_distance greatest
    ieee_divide is_inf is_nan least ln log log10 mod pow rand range_bucket safe_add safe_divide safe_multiply safe_negate safe_subtract
    sec sech sinh tanh trunc
"""
_TEXT = """
    ascii byte_length char_length character_length chr code_points_to_bytes code_points_to_string collate contains_substr edit_distance
    ends_with farm_fingerprint format from_base32 from_base64 from_hex initcap instr left length lpad md5 normalize
    normalize_and_casefold octet_length regexp_contains regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr
    repeat reverse right rpad safe_convert_bytes_to_string sha1 sha256 sha512 soundex split starts_with strpos substr substring
    to_base32 to_base64 to_code_points to_hex translate unicode
"""
_TIME = """
    current_date current_datetime current_time current_timestamp date date_add date_bucket date_diff date_from_unix_date date_sub
    date_trunc datetime datetime_add datetime_bucket datetime_diff datetime_sub datetime_trunc extract format_date format_datetime
    format_time format_timestamp generate_date_array generate_timestamp_array justify_days justify_hours justify_interval last_day
    make_interval parse_date parse_datetime parse_time parse_timestamp range range_contains range_end range_overlaps range_start string
    time time_add time_diff time_sub time_trunc timestamp timestamp_add timestamp_bucket timestamp_diff timestamp_micros
    timestamp_millis timestamp_seconds timestamp_sub timestamp_trunc unix_date unix_micros unix_millis unix_seconds week
"""
_NESTED = """
    array array_concat array_filter array_first array_includes array_includes_all array_includes_any array_is_distinct array_last
    array_length array_max array_min array_reverse array_slice array_sum array_to_string array_transform array_zip bool float64
    generate_array int64 json_array json_array_append json_array_insert json_extract json_extract_array json_extract_scalar
    json_extract_string_array json_keys json_object json_query json_query_array json_remove json_set json_strip_nulls json_type
    json_value json_value_array lax_bool lax_float64 lax_int64 lax_string offset ordinal parse_json safe_offset safe_ordinal struct
    to_json to_json_string unnest
"""
_OTHERS = """
    hll_count.extract hll_count.init hll_count.merge hll_count.merge_partial if ifnull net.host net.ip_from_string net.ip_net_mask
    net.ip_to_string net.ip_trunc net.ipv4_from_int64 net.ipv4_to_int64 net.public_suffix net.reg_domain net.safe_ip_from_string
    nullifzero parse_bignumeric parse_numeric s2_cellidfrompoint s2_coveringcellids safe_cast st_area st_asbinary st_asgeojson st_astext
    st_aswkt st_azimuth st_boundary st_buffer st_centroid st_centroid_agg st_closestpoint st_clusterdbscan st_contains st_convexhull
    st_coveredby st_covers st_difference st_dimension st_disjoint st_distance st_dump st_dwithin st_endpoint st_equals st_extent
    st_geogfromgeojson st_geogfromtext st_geogfromwkb st_geogpoint st_geogpointfromgeohash st_geohash st_intersection st_intersects
    st_iscollection st_isempty st_length st_makeline st_makepolygon st_maxdistance st_npoints st_numpoints st_perimeter st_pointn
    st_simplify st_snaptogrid st_startpoint st_touches st_union st_union_agg st_within st_x st_y zeroifnull
"""

BOOK = Rulebook(
    dialect="bigquery",
    shown="BigQuery",
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS),
    table_functions=words("unnest"),
    nodes=NODES | PIVOT_NODES | words("HavingMax ByteString RawString SafeFunc NetFunc"),
    clauses=more(
        PIVOT_CLAUSES,
        Star="except_ replace",
        Select="kind",
        Table="catalog",
        Column="catalog",
        Unnest="explode_array",
        Union="side kind on",
        Except="side kind on",
        Intersect="side kind on",
    ),
    types=TYPES | {exp.DataType.Type[name] for name in words("GEOGRAPHY RANGE BINARY")},
    system_schemas=standard.SCHEMAS,
    # A wildcard table reads the tables of one dataset that begin with its name, which must be one: events_*. The region qualifier leads
    # to the metadata of all datasets.
    system_tables=re.compile(r"[^*]{0,2}\*|_[^*]*\*|[^*]*\*.+|.*[`\\]|__tables(_summary)?__\Z|information_schema|region-"),
    session_words=frozenset(),
    pseudo_columns=words("_file_name _change_type _change_timestamp _change_sequence_number"),
    reads_catalogs=True,
    reads_fields=True,
    long_makers={"repeat": 1, "lpad": 1, "rpad": 1},
    series={"generate_array": "ends", "generate_date_array": "ends", "generate_timestamp_array": "ends"},
    instead={
        "external_query": "Other databases cannot be read; only tables of the catalog.",
        "session_user": "The login is of no use to an analysis; leave it out.",
        "error": "Leave it out.",
        "generate_uuid": "Row identifiers cannot be made here.",
        "to_char": "Use FORMAT_DATE('%Y-%m', value).",
        "group_concat": "Use STRING_AGG(value, ', ').",
        "median": "Use APPROX_QUANTILES(value, 2)[OFFSET(1)].",
    },
)
