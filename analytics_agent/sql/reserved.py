"""Words that an engine reads as something other than a name when they stand without quotes.

Quoting one too many costs nothing. One too few is a hole: unquoted, PostgreSQL reads the column `user` as the login's name.
"""

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.words import words

_CORE = words(
    """
    abort action add after all alter always analyse analyze and anti any array as asc asof asymmetric at attach authorization
    autoincrement before begin between bigint binary bit boolean both by cascade case cast char character check coalesce collate collation
    column columns commit concurrently conflict constraint create cross current current_catalog current_date current_role current_schema
    current_time current_timestamp current_user database date dec decimal default deferrable deferred delete desc describe detach distinct
    do drop each else end escape except exclude exclusive exists explain extract fail false fetch filter first float following for foreign
    freeze from full generated glob grant greatest group grouping groups having if ignore ilike immediate in index indexed initially inner
    inout insert instead int integer intersect interval into is isnull join json_array json_object key lambda last lateral leading least
    left like limit localtime localtimestamp map match materialized national natural nchar no none normalize not nothing notnull null
    nullif nulls numeric of offset on only or order others out outer over overlaps overlay partition pivot pivot_longer pivot_wider
    placing plan position positional pragma preceding precision primary qualify query raise range real recursive references regexp reindex
    release rename replace restrict returning right rollback row rows savepoint select semi session_user set setof show similar smallint
    some struct substring summarize symmetric system_user table tablesample temp temporary then ties time timestamp to trailing
    transaction treat trigger trim true try_cast unbounded union unique unpivot update user using vacuum values varchar variadic verbose
    view virtual when where window with within without xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
    xmlroot xmlserialize xmltable
    """
)
"""Of SQL itself and of PostgreSQL, DuckDB and SQLite: quoted in every dialect."""

_MYSQL = words(
    """
    accessible asensitive blob call change condition continue convert cube cume_dist cursor databases day_hour day_microsecond day_minute
    day_second declare delayed delete_domain_id dense_rank deterministic distinctrow div do_domain_ids double dual elseif empty enclosed
    escaped exit first_value float4 float8 force fulltext function general get high_priority hour_microsecond hour_minute hour_second
    ignore_domain_ids ignore_server_ids infile insensitive int1 int2 int3 int4 int8 io_after_gtids io_before_gtids iterate json_table keys
    kill lag last_value lead leave linear lines load lock long longblob longtext loop low_priority manual master_bind
    master_demote_to_replica master_demote_to_slave master_heartbeat_period master_ssl_verify_server_cert maxvalue mediumblob mediumint
    mediumtext middleint minute_microsecond minute_second mod modifies no_write_to_binlog nth_value ntile optimize optimizer_costs option
    optionally outfile page_checksum parallel parse_vcol_expr percent_rank portion procedure purge rank read read_write reads
    ref_system_id repeat require resignal return revoke rlike row_number rownum schema schemas second_microsecond sensitive separator
    signal slow spatial specific sql sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result
    sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join sysdate
    system terminated tinyblob tinyint tinytext undo unlock unsigned usage use utc_date utc_time utc_timestamp uuid varbinary varcharacter
    varying vector while write xor year_month zerofill
    """
)
_TSQL = words(
    """
    apply backup break browse bulk checkpoint close clustered compute contains containstable continue convert cursor dbcc deallocate
    declare deny disk distributed double dump errlvl exec execute exit external file fillfactor freetext freetexttable function goto
    holdlock identity identity_insert identitycol kill lineno load merge nocheck nonclustered off offsets open opendatasource openquery
    openrowset openxml option percent print proc procedure public raiserror read readtext reconfigure replication restore return revert
    revoke rowcount rowguidcol rule save schema securityaudit semantickeyphrasetable semanticsimilaritydetailstable
    semanticsimilaritytable setuser shutdown statistics textsize top tran truncate try_convert tsequal updatetext use varying waitfor
    while writetext
    """
)
_OTHERS = words(
    """
    account assert_rows_modified cluster connect connection contains cube current_path deallocate define distribute enum execute final
    flatten format global gscluster hash issue json_exists json_query json_table json_value kill level listagg local lookup merge minus
    new organization paste prepare prewhere prior proto respect rlike rollup rowid rownum sample schema sets settings skip sort start
    stream sysdate timestamp_ltz timestamp_ntz try_convert unnest value whenever
    """
)
"""Of ClickHouse, Snowflake, BigQuery, Trino and Databricks."""

_MORE: dict[Dialect, frozenset[str]] = {
    "mysql": _MYSQL,
    "tsql": _TSQL,
    "clickhouse": _OTHERS,
    "snowflake": _OTHERS,
    "bigquery": _OTHERS,
    "trino": _OTHERS,
    "databricks": _OTHERS,
}


def is_reserved(word: str, dialect: Dialect) -> bool:
    """In any case."""
    lower = word.lower()
    return lower in _CORE or lower in _MORE.get(dialect, ())
