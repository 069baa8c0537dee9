"""How each dialect reads a name: without quotes, in quotes, as a table, as a source and as a column; and which it must quote."""

import pytest
from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.identifiers import NameKind, fold_name, folded, must_be_quoted, written

# dialect | kind | as written | the same name in a catalog | whether the one means the other
PAIRS = """
postgres | table | Orders | orders | yes
postgres | table | ORDERS | orders | yes
postgres | table | Orders | Orders | no
postgres | table | "Orders" | Orders | yes
postgres | table | "Orders" | orders | no
postgres | table | "orders" | orders | yes
postgres | column | ID | id | yes
postgres | column | "ID" | id | no
postgres | column | "ID" | ID | yes
postgres | column | id | ID | no
postgres | source | O | o | yes
postgres | source | "O" | o | no
postgres | column | GRÖßE | grÖße | yes
postgres | column | GRÖßE | größe | no
snowflake | table | orders | ORDERS | yes
snowflake | table | Orders | ORDERS | yes
snowflake | table | orders | orders | no
snowflake | table | "orders" | orders | yes
snowflake | table | "orders" | ORDERS | no
snowflake | table | "ORDERS" | ORDERS | yes
snowflake | column | id | ID | yes
snowflake | column | "id" | ID | no
snowflake | column | "id" | id | yes
snowflake | column | Id | Id | no
snowflake | source | t | T | yes
snowflake | source | "t" | T | no
duckdb | table | ORDERS | orders | yes
duckdb | table | "ORDERS" | orders | yes
duckdb | table | orders | Orders | yes
duckdb | column | "ID" | id | yes
duckdb | column | id | ID | yes
duckdb | source | T | t | yes
duckdb | column | GRÖßE | grÖße | yes
duckdb | column | GRÖßE | größe | no
sqlite | table | ORDERS | orders | yes
sqlite | table | "ORDERS" | orders | yes
sqlite | table | orders | Orders | yes
sqlite | column | "ID" | id | yes
sqlite | column | id | ID | yes
sqlite | source | T | t | yes
sqlite | column | GRÖßE | grÖße | yes
sqlite | column | GRÖßE | größe | no
mysql | table | orders | orders | yes
mysql | table | Orders | orders | no
mysql | table | "Orders" | orders | no
mysql | table | Orders | Orders | yes
mysql | source | T | t | no
mysql | source | t | t | yes
mysql | source | "t" | t | yes
mysql | column | ID | id | yes
mysql | column | "ID" | id | yes
mysql | column | id | ID | yes
mysql | column | GRÖßE | größe | yes
clickhouse | table | Orders | orders | no
clickhouse | table | orders | orders | yes
clickhouse | table | "Orders" | Orders | yes
clickhouse | column | ID | id | no
clickhouse | column | "ID" | ID | yes
clickhouse | column | id | id | yes
clickhouse | source | T | t | no
bigquery | table | Orders | orders | no
bigquery | table | "Orders" | orders | no
bigquery | table | Orders | Orders | yes
bigquery | column | ID | id | yes
bigquery | column | "ID" | id | yes
bigquery | source | T | t | yes
bigquery | source | "T" | t | yes
trino | table | ORDERS | orders | yes
trino | table | "Orders" | orders | yes
trino | column | ID | id | yes
trino | column | "ID" | id | yes
trino | source | T | t | yes
databricks | table | Orders | orders | yes
databricks | table | "Orders" | orders | yes
databricks | column | ID | id | yes
databricks | column | "ID" | id | yes
databricks | source | T | t | yes
tsql | table | ORDERS | orders | yes
tsql | table | "Orders" | orders | yes
tsql | column | ID | Id | yes
tsql | column | "id" | ID | yes
tsql | source | T | t | yes
postgres | column | naïve | naïve | yes
postgres | column | "a b" | a b | yes
postgres | column | "a b" | A B | no
snowflake | column | "a b" | a b | yes
snowflake | column | "a b" | A B | no
duckdb | column | "a b" | A B | yes
sqlite | column | "a b" | A B | yes
mysql | column | "a b" | A B | yes
mysql | table | "a b" | A B | no
trino | column | "a b" | A B | yes
tsql | column | "a b" | A B | yes
bigquery | column | "a b" | A B | yes
bigquery | table | "a b" | A B | no
databricks | column | "a b" | A B | yes
clickhouse | column | "a b" | A B | no
postgres | source | "Größe" | Größe | yes
postgres | source | "Größe" | größe | no
snowflake | source | "Größe" | Größe | yes
"""


def pairs() -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in line.split(" | ")) for line in PAIRS.strip().splitlines()]


@pytest.mark.parametrize(("dialect", "kind", "spelled", "known", "means"), pairs())
def test_a_name_means_what_the_dialect_says(dialect: Dialect, kind: NameKind, spelled: str, known: str, means: str) -> None:
    identifier = exp.to_identifier(spelled.strip('"'), quoted=spelled.startswith('"'))
    assert (folded(identifier, dialect, kind) == fold_name(known, dialect, kind)) == (means == "yes")


def test_there_are_a_hundred_pairs() -> None:
    assert len(set(pairs())) >= 100


@pytest.mark.parametrize(
    ("dialect", "name", "text"),
    [
        ("postgres", "user", '"user"'),
        ("postgres", "Größe", '"Größe"'),
        ("postgres", "plain_1", "plain_1"),
        ("postgres", "Mixed", '"Mixed"'),
        ("postgres", 'a"b', '"a""b"'),
        ("duckdb", "pivot", '"pivot"'),
        ("sqlite", "glob", '"glob"'),
        ("mysql", "rank", "`rank`"),
        ("mysql", "a`b", "`a``b`"),
        ("clickhouse", "prewhere", '"prewhere"'),
        ("snowflake", "PLAIN", "PLAIN"),
        ("snowflake", "plain", '"plain"'),
        ("snowflake", "ROWNUM", '"ROWNUM"'),
        ("bigquery", "hash", "`hash`"),
        ("trino", "prepare", '"prepare"'),
        ("databricks", "lateral", "`lateral`"),
        ("tsql", "percent", "[percent]"),
        ("tsql", "a]b", "[a]]b]"),
    ],
)
def test_a_name_is_written_so_that_it_is_read_as_a_name(dialect: Dialect, name: str, text: str) -> None:
    assert written(name, dialect) == text


@pytest.mark.parametrize("word", ["select", "order", "current_user", "session_user", "localtime", "group", "table", "user"])
def test_words_that_stand_for_something_else_are_quoted_everywhere(word: str) -> None:
    dialects: list[Dialect] = ["postgres", "duckdb", "sqlite", "mysql", "clickhouse", "bigquery", "trino", "databricks", "tsql"]
    assert all(must_be_quoted(word, dialect) for dialect in dialects)
    assert must_be_quoted(word.upper(), "snowflake")
