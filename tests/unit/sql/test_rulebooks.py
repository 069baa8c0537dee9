"""The rulebooks of ten dialects: what they hold is true of the engines at hand, and means what it says in each dialect."""

import sqlite3
from typing import get_args

import duckdb
import pytest
import sql_shop
from sqlglot import exp

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Dialect, Table, TableColumn
from analytics_agent.sql.as_written import KEPT, sqlglot_dialect
from analytics_agent.sql.bounds import LONGEST_TEXT_MADE
from analytics_agent.sql.check import check
from analytics_agent.sql.dialects import BOOKS, dialect_called
from analytics_agent.sql.series import LONGEST_SERIES
from analytics_agent.sql.verdict import Verdict

DIALECTS = get_args(Dialect)


def flat(sql: str) -> str:
    return " ".join(sql.split())


def judged(statement: str, dialect: Dialect = "postgres", row_cap: int | None = None) -> Verdict:
    return check(statement, dialect=dialect, row_cap=row_cap)


def broken(statement: str, dialect: Dialect = "postgres") -> set[str]:
    return {finding.rule for finding in judged(statement, dialect).findings if finding.severity == "error"}


def told(statement: str, dialect: Dialect = "postgres") -> str:
    return " ".join(f"{finding.message} {finding.hint}" for finding in judged(statement, dialect).findings)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_rulebook_stands_under_its_own_dialect_and_names_what_sqlglot_has(dialect: Dialect) -> None:
    book = BOOKS[dialect]
    assert book.dialect == dialect
    assert [name for name in book.nodes | book.clauses.keys() if not hasattr(exp, name)] == []
    assert {(n, p) for n, parts in book.clauses.items() for p in parts if p not in getattr(exp, n).arg_types} == set()
    assert all(name == name.lower() for name in book.functions | book.table_functions | book.session_words | book.pseudo_columns)
    assert KEPT[dialect] & {name.lower() for name in sqlglot_dialect(dialect).parser_class.FUNCTIONS} == set()


def test_duckdb_calls_no_listed_function_one_with_side_effects() -> None:
    rows = duckdb.connect().execute("SELECT lower(function_name), bool_or(has_side_effects) FROM duckdb_functions() GROUP BY 1").fetchall()
    effects = dict(rows)
    written_otherwise = {
        "coalesce",
        "current_time",
        "current_timestamp",
        "date",
        "extract",
        "grouping",
        "grouping_id",
        "ifnull",
        "localtime",
    }
    written_otherwise |= {"localtimestamp", "nvl", "percentile_cont", "percentile_disc", "struct"}
    assert BOOKS["duckdb"].functions - effects.keys() == written_otherwise
    assert {name for name in BOOKS["duckdb"].functions if effects.get(name)} == {"random"}


def test_sqlite_has_every_listed_function() -> None:
    has = {name.lower() for (name,) in sqlite3.connect(":memory:").execute("SELECT name FROM pragma_function_list")}
    # Table functions are listed elsewhere; STRING_AGG is sent as GROUP_CONCAT.
    assert BOOKS["sqlite"].functions - has <= {"json_each", "json_tree", "string_agg"}


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("PostgreSQL", "postgres"),
        ("mariadb", "mysql"),
        ("SQL Server", "tsql"),
        ("mssql", "tsql"),
        ("spark", "databricks"),
        ("DuckDB", "duckdb"),
    ],
)
def test_dialects_have_other_names(name: str, dialect: Dialect) -> None:
    assert dialect_called(name) == dialect


def test_an_unknown_dialect_has_none() -> None:
    assert dialect_called("oracle") is None
    assert dialect_called("") is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_function_of_another_engine_is_refused_by_its_written_name(dialect: Dialect) -> None:
    # sqlglot would translate it; what it means here nobody has said.
    assert "unknown-function" in broken("SELECT FROM_PIECES(a) AS x FROM t", dialect)
    assert "unknown-function" in broken("SELECT JAROWINKLER_SIMILARITY(a, b) AS x FROM t", dialect) or dialect == "snowflake"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_function_of_ones_own_runs_only_where_it_is_listed(dialect: Dialect) -> None:
    for statement, name in (("SELECT my_rate(a) AS x FROM t", "my_rate"), ("SELECT tools.my_rate(a) AS x FROM t", "tools.my_rate")):
        assert not judged(statement, dialect).ok
        assert check(statement, dialect=dialect, allowed_functions=[name.upper()]).ok
        assert not check(statement, dialect=dialect, allowed_functions=["other.my_rate"]).ok


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_alias_does_not_make_a_function_known(dialect: Dialect) -> None:
    statement = "WITH pg_sleep(a) AS (SELECT 1) SELECT pg_sleep(10) AS x FROM pg_sleep"
    assert "unknown-function" in broken(statement, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_at_most_one_row_more_than_the_cap_leaves_the_engine(dialect: Dialect) -> None:
    expected = {"tsql": "SELECT TOP 101 a FROM t", "snowflake": "SELECT A FROM T LIMIT 101"}.get(dialect, "SELECT a FROM t LIMIT 101")
    for statement in ("SELECT a FROM t", "SELECT TOP 5000 a FROM t" if dialect == "tsql" else "SELECT a FROM t LIMIT 5000"):
        assert flat(judged(statement, dialect, 100).sql) == expected
    combined = flat(judged("SELECT a FROM t UNION ALL SELECT a FROM u", dialect, 100).sql)
    assert "101" in combined


@pytest.mark.parametrize(
    ("dialect", "statement", "sent"),
    [
        ("tsql", "SELECT a FROM t ORDER BY a OFFSET 5 ROWS", "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH FIRST 101 ROWS ONLY"),
        ("tsql", "SELECT TOP 5 a FROM t ORDER BY a", "SELECT TOP 5 a FROM t ORDER BY a"),
        ("tsql", "SELECT TOP 5 PERCENT a FROM t", "SELECT TOP 101 * FROM ( SELECT TOP 5 PERCENT a AS a FROM t ) AS capped"),
        ("clickhouse", "SELECT a FROM t LIMIT 2 BY a", "SELECT * FROM ( SELECT a FROM t LIMIT 2 BY a ) AS capped LIMIT 101"),
        ("trino", "SELECT a FROM t ORDER BY a OFFSET 2 LIMIT 5", "SELECT a FROM t ORDER BY a OFFSET 2 LIMIT 5"),
        ("bigquery", "SELECT a FROM t FETCH FIRST 5 ROWS ONLY", "SELECT a FROM t LIMIT 5"),
        ("databricks", "SELECT a FROM t LIMIT ALL", "SELECT * FROM ( SELECT a FROM t LIMIT ALL ) AS capped LIMIT 101"),
    ],
)
def test_the_cap_keeps_the_meaning_of_a_limit(dialect: Dialect, statement: str, sent: str) -> None:
    assert flat(judged(statement, dialect, 100).sql) == sent


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["SELECT 1 AS a; -- done", "SELECT 1 AS a;;", "; ; SELECT 1 AS a;", "(SELECT 1 AS a)"])
def test_empty_statements_and_brackets_around_one_are_nothing(dialect: Dialect, text: str) -> None:
    assert judged(text, dialect).ok


@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_readings_of_one_text_are_refused(dialect: Dialect) -> None:
    assert "two-readings" in broken("SELECT 'a' 'b' AS x FROM t", dialect)
    assert "hidden-characters" in broken("SELECT a\u00a0b FROM t", dialect)
    assert judged("SELECT 'a\u00a0b' AS x FROM t /* \u00a0 */", dialect).ok


def test_numbers_with_letters_are_refused() -> None:
    for number in ("1_000", "0o17", "0x1F", "0b11"):
        assert "two-readings" in broken(f"SELECT {number} AS x FROM t")
    assert judged("SELECT 1e3 AS a, .5 AS b, 1. AS c, 2::text AS d FROM t").ok


@pytest.mark.parametrize("comment", ["/*! x */", "/*!50000 x */", "/*M! x */", "/*M!100100 x */"])
def test_comments_that_run_are_refused_where_they_run(comment: str) -> None:
    assert broken(f"SELECT a FROM t {comment}", "mysql") == {"executable-comment"}
    assert judged(f"SELECT '{comment}' AS x FROM t", "mysql").ok
    assert judged(f"SELECT a FROM t {comment}", "postgres").ok


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("1 day", True),
        ("-1 days", True),
        ("1 year 2 months", True),
        ("02:03", True),
        ("P1D", True),
        ("1 day ago", False),
        ("1 day 02:03", False),
    ],
)
def test_an_interval_keeps_all_of_its_parts_or_is_refused(text: str, is_whole: bool) -> None:
    assert judged(f"SELECT a + INTERVAL '{text}' AS x FROM t").ok is is_whole
    assert judged(f"SELECT a + CAST('{text}' AS INTERVAL) AS x FROM t").ok


def test_a_word_after_an_interval_is_one_of_its_fields() -> None:
    assert judged("SELECT a + INTERVAL '5' DAY AS x FROM t").ok
    assert "two-readings" in broken("SELECT a + INTERVAL '5' days FROM t")


def test_clocks_keep_their_precision_and_have_no_empty_brackets() -> None:
    sent = flat(judged("SELECT current_time AS a, current_time(4) AS b, now() AS c, localtimestamp(2) AS d FROM t").sql)
    assert sent == "SELECT CURRENT_TIME AS a, CURRENT_TIME(4) AS b, CURRENT_TIMESTAMP AS c, LOCALTIMESTAMP(2) AS d FROM t"


def test_what_sqlglot_would_change_is_sent_as_it_was_written() -> None:
    assert "LOG10(a)" in judged("SELECT LOG10(a) AS x FROM t").sql
    assert "MOD(a, 2)" in judged("SELECT MOD(a, 2) AS x FROM t", "sqlite").sql
    assert "REDUCE(l, LAMBDA" in judged("SELECT REDUCE(l, lambda a, b: a + b, 0) AS x FROM t", "duckdb").sql
    assert "a REGEXP 'x'" in judged("SELECT a RLIKE 'x' AS x FROM t", "mysql").sql
    assert "INTERVAL 30 SECOND" in judged("SELECT DATE_ADD(a, INTERVAL 30 SECOND) AS x FROM t", "mysql").sql
    assert "TRUNC(A, 2)" in judged("SELECT TRUNC(a, 2) AS x FROM t", "snowflake").sql
    assert "toStartOfMonth(a)" in judged("SELECT toStartOfMonth(a) AS x FROM t", "clickhouse").sql


def test_arrows_of_mysql_are_sent_as_the_functions_that_mariadb_has() -> None:
    sent = flat(judged("SELECT a->>'$.x' AS x, a->'$.y' AS y, LOWER(a->>'$.z') AS z FROM t", "mysql").sql)
    read = "JSON_UNQUOTE(JSON_EXTRACT(a, '$.x')) AS x, JSON_EXTRACT(a, '$.y') AS y, LOWER(JSON_UNQUOTE(JSON_EXTRACT(a, '$.z'))) AS z"
    assert sent == f"SELECT {read} FROM t"


def test_a_dotted_name_is_a_file_only_where_no_catalog_knows_it_as_a_table() -> None:
    table = Table("main", "csv", (TableColumn("id", column_type("integer"), "integer"),))
    known = build("shop", "duckdb", [table], ("main",))
    assert broken("SELECT id FROM main.csv", "duckdb") == {"system-catalog"}
    assert check("SELECT id FROM main.csv", dialect="duckdb", catalog=known).ok
    assert judged("SELECT id FROM csv", "duckdb").ok


def test_all_arguments_of_a_function_are_sent() -> None:
    for call in ("JARO_WINKLER_SIMILARITY(a, b, 0.9)", "APPROX_TOP_K(a, 3)", "DECODE(a)"):
        assert call in judged(f"SELECT {call} AS x FROM t", "duckdb").sql
    assert "3 <> ALL ( ARRAY[1, 2] )" in flat(judged("SELECT 3 <> ALL(ARRAY[1, 2]) AS x FROM t").sql)


def test_signs_do_not_run_into_one_another() -> None:
    assert flat(judged("SELECT ~ -1 AS a, - ~ 1 AS b, ~ ~ 1 AS c FROM t").sql) == "SELECT ~( -1 ) AS a, -( ~1 ) AS b, ~( ~1 ) AS c FROM t"


def test_an_arrow_in_a_call_is_a_path_where_a_text_follows() -> None:
    assert "json_type(a -> '$.b')" in judged("SELECT json_type(a -> '$.b') AS x FROM t", "duckdb").sql.lower()
    assert "lambda x : x + 1" in judged("SELECT list_transform(a, x -> x + 1) AS x FROM t", "duckdb").sql.lower()


@pytest.mark.parametrize(
    ("statement", "dialect", "words"),
    [
        ("SELECT pg_sleep(1)", "postgres", "does not wait"),
        ("SELECT BENCHMARK(1, 2)", "mysql", "does not wait"),
        ("SELECT NVL(a, b) FROM t", "postgres", "COALESCE"),
        ("SELECT * FROM read_csv('x')", "duckdb", "Files cannot be read"),
        ("SELECT * FROM OPENROWSET(BULK 'c:\\x', SINGLE_CLOB) AS a", "tsql", "openrowset"),
        ("SELECT * FROM OPENQUERY(s, 'SELECT 1')", "tsql", "Other servers cannot be read"),
        ("SELECT * FROM TABLE(mysql.system.query(query => 'x'))", "trino", "SQL inside text is not run"),
        ("SELECT nextval('s')", "postgres", "ROW_NUMBER"),
        ("EXPLAIN SELECT 1", "postgres", "Ask the query itself"),
        ("SHOW TABLES", "mysql", "catalog"),
        ("DESCRIBE t", "databricks", "catalog"),
        ("PRAGMA table_info(t)", "sqlite", "catalog"),
        ("EXEC my_procedure", "tsql", "Procedures are not called"),
        ("SELECT * FROM t PIVOT (SUM(a) FOR b IN ('x'))", "duckdb", "Use CASE"),
        ("SELECT regexp_substring(a, 'x') FROM t", "postgres", "regexp_substr"),
        ("SELECT hokuspokus(a) FROM t", "postgres", "Use standard functions"),
    ],
)
def test_a_refusal_says_what_to_use_instead(statement: str, dialect: Dialect, words: str) -> None:
    assert words in told(statement, dialect)


@pytest.mark.parametrize(
    ("statement", "dialect", "is_bounded"),
    [
        ("SELECT n FROM generate_series(1, {n}) AS g(n)", "postgres", True),
        ("SELECT n FROM generate_series(1, {n}0) AS g(n)", "postgres", False),
        ("SELECT number FROM numbers({n})", "clickhouse", True),
        ("SELECT number FROM numbers(5, {n}0)", "clickhouse", False),
        ("SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => {n}))", "snowflake", True),
        ("SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => {n}0))", "snowflake", False),
        ("SELECT n FROM UNNEST(GENERATE_ARRAY(1, {n})) AS n", "bigquery", True),
        ("SELECT n FROM UNNEST(SEQUENCE(1, {n}0)) AS t(n)", "trino", False),
        ("SELECT id FROM range({n})", "databricks", True),
        ("SELECT id FROM range(0, {n}0)", "databricks", False),
        ("SELECT value FROM GENERATE_SERIES(1, {n}0)", "tsql", False),
        ("SELECT i FROM range({n}0) AS r(i)", "duckdb", False),
    ],
)
def test_series_end_at_the_same_length_everywhere(statement: str, dialect: Dialect, is_bounded: bool) -> None:
    assert judged(statement.format(n=LONGEST_SERIES), dialect).ok is is_bounded


@pytest.mark.parametrize(
    ("dialect", "made"),
    [("tsql", "REPLICATE('x', {})"), ("clickhouse", "leftPad('x', {})"), ("mysql", "SPACE({})"), ("snowflake", "RPAD('x', {})"),
     ("postgres", "CAST('x' AS char({}))"), ("trino", "lpad('x', {}, 'y')"), ("bigquery", "REPEAT('x', {})")],
)  # fmt: skip
def test_long_text_is_not_made_from_short(dialect: Dialect, made: str) -> None:
    assert judged(f"SELECT {made.format(LONGEST_TEXT_MADE)} AS x FROM t", dialect).ok
    assert broken(f"SELECT {made.format(LONGEST_TEXT_MADE + 1)} AS x FROM t", dialect) == {"unbounded-text"}
    if "CAST" not in made:
        assert broken(f"SELECT {made.format('a')} AS x FROM t", dialect) == {"unbounded-text"}


@pytest.mark.parametrize(
    ("branch", "is_bounded"),
    [
        ("SELECT n + 1 FROM r WHERE n < 10", True),
        ("SELECT n + 1 FROM r WHERE n BETWEEN 1 AND 100", True),
        ("SELECT n - 1 FROM r WHERE n > -10", True),
        ("SELECT n + 1 FROM r WHERE n > 0 AND n < 10", True),
        ("SELECT n + 1 FROM r WHERE n > 0", False),
        ("SELECT n - 1 FROM r WHERE 10 > n", False),
        ("SELECT n + 1 FROM r WHERE n < 10 OR TRUE", False),
        ("SELECT r.n + 1 FROM r JOIN units AS u ON u.parent_id = r.n", True),
        ("SELECT n + 1 FROM r", False),
        ("SELECT n + 1 FROM r WHERE TRUE", False),
        ("SELECT n + 1 FROM r WHERE 1 = 1", False),
        ("SELECT n FROM r WHERE n < 10", False),
        ("SELECT n + 1 FROM r WHERE n < 1000000000", False),
        ("SELECT a.n + 1 FROM r AS a JOIN r AS b ON a.n = b.n WHERE a.n < 10", False),
    ],
)
def test_a_recursion_is_seen_to_end(branch: str, is_bounded: bool) -> None:
    statement = f"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL {branch}) SELECT n FROM r"
    assert judged(statement).ok is is_bounded
    assert is_bounded or broken(statement) == {"unbounded-recursion"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_statement_joins_so_many_sources_and_no_more(dialect: Dialect) -> None:
    most = BOOKS[dialect].most_joins
    joined = "SELECT a.x FROM t AS a" + "".join(f" JOIN t AS b{n} ON b{n}.x = a.x" for n in range(most))
    assert judged(joined, dialect).ok
    assert broken(f"{joined} JOIN t AS one_more ON one_more.x = a.x", dialect) == {"too-many-joins"}


def test_names_that_the_engine_would_cut_are_refused() -> None:
    assert judged(f"SELECT a AS {'b' * 63} FROM t").ok
    assert broken(f"SELECT a AS {'b' * 64} FROM t") == {"long-name"}
    assert broken(f'SELECT a AS "{"ü" * 32}" FROM t') == {"long-name"}


def test_bad_trees_are_refused_without_an_exception() -> None:
    assert not judged("SELECT name FROM master..syslogins", "postgres").ok
    assert not judged("SELECT 1 FROM t WHERE x > DATETIME('2014-09-01')", "postgres").ok


@pytest.mark.parametrize("kind", ["legitimate", "hostile"])
def test_a_statement_is_refused_by_a_rule_and_never_by_a_stumble_of_ours(kind: str) -> None:
    """What sqlglot or a rule stumbles over is refused too, which would hide our own mistakes."""
    stumbled = [
        (dialect, statement)
        for dialect, statement in sql_shop.statements(kind)
        if any(finding.rule == "not-understood" for finding in check(statement, dialect=dialect).findings)
    ]
    assert not stumbled
