"""PostgreSQL's and MariaDB's functions as the rulebooks list them, compared with the servers."""

import psycopg
from mariadb_server import MariaServer

from analytics_agent.sql.dialects import BOOKS

_GRAMMAR = {"array", "coalesce", "current_date", "current_time", "current_timestamp", "extract", "greatest", "grouping", "json_array"}
_GRAMMAR |= {"json_arrayagg", "json_exists", "json_objectagg", "json_query", "json_scalar", "json_value", "least", "localtime"}
_GRAMMAR |= {"localtimestamp", "nullif", "row", "trim"}
"""Not in pg_proc: PostgreSQL's grammar makes something else of them, or a later version has them."""
_LATER = {"any_value", "array_reverse", "array_sort", "casefold", "date_add", "date_subtract", "erf", "erfc", "gamma", "lgamma"}
_LATER |= {
    "random_normal",
    "range_agg",
    "range_intersect_agg",
    "to_bin",
    "to_oct",
    "gcd",
    "lcm",
    "bit_count",
    "regexp_count",
    "regexp_instr",
}
_LATER |= {"regexp_like", "regexp_substr", "string_to_table", "date_bin", "min_scale", "trim_scale", "trim_array", "unistr", "xor"}
_OF_EXTENSIONS = {"akeys", "avals", "difference", "dmetaphone", "hstore_to_json", "levenshtein", "metaphone", "similarity", "soundex"}
_OF_EXTENSIONS |= {"strict_word_similarity", "unaccent", "word_similarity"}
_EACH_TIME_ANOTHER = {"clock_timestamp", "random", "random_normal", "timeofday"}


def test_every_function_listed_for_postgres_is_stable(postgres_database: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        rows = connection.execute(
            "SELECT proname, array_agg(DISTINCT provolatile::text) FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY 1"
        ).fetchall()
    kinds: dict[str, list[str]] = dict(rows)
    listed = BOOKS["postgres"].functions
    assert listed - kinds.keys() - _GRAMMAR - _LATER - _OF_EXTENSIONS == set()
    assert {name for name in listed if "v" in kinds.get(name, [])} <= _EACH_TIME_ANOTHER


def test_every_function_listed_for_mysql_is_a_function_of_the_server(mariadb: MariaServer) -> None:
    """Called without arguments a function of its own complains of them; a name that is none is looked for among people's own."""
    unknown = {name for name in BOOKS["mysql"].functions if "does not exist" in _complaint(mariadb, name)}
    assert unknown == {"any_value", "bin_to_uuid", "grouping", "is_uuid", "json_table", "regexp_like", "uuid_to_bin"}  # MySQL 8 has them


def _complaint(server: MariaServer, name: str) -> str:
    try:
        server.execute(f"SELECT {name}()", database="mysql")
    except AssertionError as refused:
        return str(refused)
    return ""
