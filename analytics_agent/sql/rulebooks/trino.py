"""Trino. Table functions of connectors run SQL or read files elsewhere; hidden tables hold metadata after a $ in their name."""

import re

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import CLAUSES, NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any_value approx_distinct approx_most_frequent approx_percentile approx_set arbitrary array_agg bitwise_and_agg bitwise_or_agg
    bitwise_xor_agg bool_and bool_or checksum corr count_if covar_pop covar_samp entropy every geometric_mean grouping histogram
    kurtosis listagg map_agg map_union max_by merge min_by multimap_agg nth_value numeric_histogram qdigest_agg reduce_agg regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy skewness stddev stddev_pop stddev_samp tdigest_agg
    var_pop var_samp variance
"""
_NUMBERS = """
    atan2 beta_cdf bit_count bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor cbrt ceil ceiling cosh
    cosine_similarity degrees e from_base greatest infinity inverse_normal_cdf is_finite is_infinite is_nan least ln log log10 log2 mod
    nan normal_cdf pow radians rand random sinh t_cdf tanh to_base truncate width_bucket wilson_interval_lower wilson_interval_upper
"""
_TEXT = """
    chr codepoint concat_ws contains_sequence crc32 ends_with format format_number from_base32 from_base64 from_base64url from_hex
    from_utf8 hamming_distance initcap length levenshtein_distance lpad luhn_check md5 normalize parse_data_size position regexp_count
    regexp_extract regexp_extract_all regexp_like regexp_position regexp_replace regexp_split reverse rpad sha1 sha256 sha512 soundex
    split split_part split_to_map split_to_multimap starts_with strpos strrpos substr substring to_base32 to_base64 to_base64url to_hex
    to_utf8 translate url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter url_extract_path
    url_extract_port url_extract_protocol url_extract_query word_stem xxhash64
"""
_TIME = """
    at_timezone current_date current_time current_timestamp date date_add date_diff date_format date_parse date_trunc day day_of_month
    day_of_week day_of_year dow doy extract format_datetime from_iso8601_date from_iso8601_timestamp from_iso8601_timestamp_nanos
    from_unixtime from_unixtime_nanos hour human_readable_seconds last_day_of_month localtime localtimestamp millisecond minute month
    now parse_datetime parse_duration quarter second timestamp timezone_hour timezone_minute to_iso8601 to_milliseconds to_unixtime week
    week_of_year with_timezone year year_of_week yow
"""
_NESTED = """
    all_match any_match array array_average array_distinct array_except array_first array_histogram array_intersect array_join
    array_last array_max array_min array_position array_remove array_sort array_sum array_union arrays_overlap bitwise_not
    cardinality combinations contains cosine_distance dot_product element_at filter flatten great_circle_distance inverse_beta_cdf
    is_json_scalar json_array json_array_contains json_array_get json_array_length json_exists json_extract json_extract_scalar
    json_format json_object json_parse json_query json_size json_value line_interpolate_point line_locate_point map map_concat
    map_entries map_filter map_from_entries map_keys map_values map_zip_with multimap_from_entries murmur3 ngrams none_match reduce
    repeat row sequence set_agg shuffle simplify_geometry slice st_area st_asbinary st_asgeojson st_astext st_aswkt st_azimuth
    st_boundary st_buffer st_centroid st_contains st_convexhull st_coveredby st_covers st_difference st_dimension st_disjoint
    st_distance st_dwithin st_endpoint st_equals st_geohash st_geometryfromtext st_intersection st_intersects st_isempty st_length
    st_linefromtext st_makeline st_makepolygon st_maxdistance st_npoints st_numpoints st_perimeter st_polygon st_simplify
    st_startpoint st_touches st_union st_within st_x st_y to_geometry to_spherical_geography transform transform_keys
    transform_values trim_array typeof unnest value_at_quantile values_at_quantiles zip zip_with
"""
_OTHERS = (
    "json_table table try try_cast if st_distance st_point st_x st_y st_contains geometry_to_wkt ip_prefix to_char to_date to_timestamp"
)

BOOK = Rulebook(
    dialect="trino",
    shown="Trino",
    functions=standard.FUNCTIONS | words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _NESTED, _OTHERS),
    table_functions=words("json_table unnest"),
    nodes=NODES | words("JSONColumnDef JSONSchema OverflowTruncateBehavior JSONExtractQuote JSONValue OnCondition"),
    clauses=more(CLAUSES, Table="catalog", Column="catalog", LimitOptions="with_ties"),
    types=TYPES | {exp.DataType.Type[name] for name in words("IPADDRESS IPPREFIX GEOMETRY HLLSKETCH TDIGEST")},
    system_schemas=standard.SCHEMAS | {"system", "jmx", "pg_catalog", "performance_schema"},
    # orders$partitions, orders$snapshots, orders$files: metadata, with paths of files.
    system_tables=re.compile(r".*\$"),
    session_words=words("current_user current_role current_catalog current_schema current_path session_user"),
    pseudo_columns=words("$path $file_size $file_modified_time $bucket $partition $properties"),
    reads_catalogs=True,
    reads_fields=True,
    long_makers={"lpad": 1, "rpad": 1, "combinations": 1, "ngrams": 1, "repeat": 1},
    series={"sequence": "ends"},
    instead={
        "query": "SQL inside text is not run; write it as a subquery.",
        "fail": "Leave it out.",
        "string_agg": "Use LISTAGG(value, ', ') WITHIN GROUP (ORDER BY value).",
        "median": "Use APPROX_PERCENTILE(value, 0.5).",
        "uuid": "Row identifiers cannot be made here.",
    },
)
