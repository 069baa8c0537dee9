"""sqlglot's dialects as they are used here: functions that it would send differently than it read them are kept as written.

sqlglot translates between dialects, so it reads many functions into a common form and writes that form out. Within one dialect the
detour can lose an argument or change a type, and some readings are wrong. The names below are taken out of its tables of functions,
once, before the first statement of that dialect is read: they stay plain calls, and are judged by name.
"""

from functools import cache, partial
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.generator import _DISPATCH_CACHE

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.words import words

KEPT: dict[Dialect, frozenset[str]] = {
    # LOG10 becomes LOG(10, x), of another type. JSON_OBJECT with two arrays would get a colon.
    "postgres": words(
        """
        array_length array_sort date_add date_bin date_part json_extract_path json_extract_path_text json_object json_objectagg log10
        strpos to_hex
        """
    ),
    # DATE_DIFF casts texts to DATE and loses their hours, REDUCE swaps its arguments, CHAR drops all but one, DECODE and
    # JARO_WINKLER_SIMILARITY their last.
    "duckdb": words(
        """
        approx_top_k char chr date_add date_diff date_sub datediff decode initcap jaro_winkler_similarity json_extract
        json_extract_path json_extract_path_text json_extract_string json_keys log10 log2 make_interval reduce time_bucket
        """
    ),
    # MOD is a floating-point remainder there, % an integer one.
    "sqlite": words("mod log10 log2 json_extract"),
    # CHR becomes CHAR, which is binary. MEDIAN is a window function in MariaDB.
    "mysql": words("chr log10 log2 median monthname to_days utc_date json_keys json_extract json_value"),
    # RAND is an integer there; the starts of periods have types of their own.
    "clickhouse": words(
        """
        date_diff datediff formatdatetime groupconcat jarowinklersimilarity locate rand splitbychar tomonday tostartofday tostartofhour
        tostartofmicrosecond tostartofmillisecond tostartofminute tostartofmonth tostartofquarter tostartofsecond tostartofweek
        tostartofyear
        """
    ),
    # TRUNC of a number would become DATE_TRUNC; the zones of timestamps would be lost, and an order of ARRAY_SORT.
    "snowflake": words(
        """
        array_sort timestamp_ntz_from_parts timestampntzfromparts to_boolean to_double to_timestamp to_timestamp_ltz
        to_timestamp_ntz to_timestamp_tz trunc truncate try_to_boolean try_to_double try_to_timestamp_ltz try_to_timestamp_ntz
        try_to_timestamp_tz
        """
    ),
    "bigquery": words("json_strip_nulls log10"),
    # RANDOM loses its upper end; TO_CHAR's pictures are Teradata's.
    "trino": words("initcap log10 log2 rand random to_char"),
    # Lists lose their order. Exact percentiles become approximate ones, or lose their weights. FIRST and LAST lose whether NULL is
    # passed over; SIZE is -1 for NULL, ARRAY_SIZE is not.
    "databricks": words(
        """
        array_agg array_size collect_list first from_utc_timestamp last log10 log2 percentile percentile_cont percentile_disc to_date
        to_utc_timestamp
        """
    ),
    # SQUARE is a FLOAT, POWER is of the type of its argument. FORMAT's pictures depend on the culture.
    "tsql": words("approx_count_distinct eomonth format get_bit log10 square sysdatetime"),
}


_CLOCKS = {
    exp.CurrentTime: "CURRENT_TIME",
    exp.CurrentTimestamp: "CURRENT_TIMESTAMP",
    exp.Localtime: "LOCALTIME",
    exp.Localtimestamp: "LOCALTIMESTAMP",
}


def _clock(word: str, generator: Any, node: exp.Expr) -> str:
    """The words for the time, with their precision where it was given: CURRENT_TIME has no empty brackets."""
    digits = node.args.get("this")
    return f"{word}({generator.sql(digits)})" if digits is not None else word


def _of_a_part(name: str, given: list[exp.Expr]) -> exp.Expr:
    """T-SQL's functions of a part of a date: sqlglot casts what they compare to DATETIME2, and writes FORMAT for DATENAME."""
    part = given[0] if given else None
    if isinstance(part, exp.Column) and not part.args.get("table"):
        given = [exp.Var(this=part.name.upper()), *given[1:]]
    return exp.Anonymous(this=name, expressions=given)


def _all_of(given: list[exp.Expr]) -> exp.Expr:
    return exp.All(this=given[0]) if len(given) == 1 else exp.Anonymous(this="all", expressions=given)


def _extracted(generator: Any, node: exp.Expr) -> str:
    """What stands at a path of JSON, by the function that MySQL and MariaDB both have."""
    return str(generator.func("JSON_EXTRACT", node.this, node.args.get("expression")))


def _whole_division(generator: Any, node: exp.Expr) -> str:
    """ClickHouse's own function, where sqlglot would divide floats and cast."""
    return str(generator.func("intDiv", node.this, node.args.get("expression")))


def _speak_precisely(spoken: sqlglot.Dialect, dialect: Dialect) -> None:
    """Where sqlglot's generator loses a part of what it has read."""
    writes = spoken.generator_class.TRANSFORMS
    if dialect in {"postgres", "duckdb"}:
        # Of an array, ALL looks like a call; ANY is understood.
        spoken.parser_class.FUNCTIONS["ALL"] = _all_of
    if dialect == "postgres":
        for kind, word in _CLOCKS.items():
            writes[kind] = partial(_clock, word)
    if dialect == "trino":
        for kind in (exp.CurrentTime, exp.CurrentTimestamp):
            writes[kind] = partial(_clock, _CLOCKS[kind])
    if dialect == "mysql":
        # MariaDB has no REGEXP_LIKE.
        writes[exp.RegexpLike] = lambda self, node: self.binary(node, "REGEXP")
        # Nor has it MySQL's arrows, which are short for these.
        writes[exp.JSONExtract] = _extracted
        writes[exp.JSONExtractScalar] = lambda self, node: f"JSON_UNQUOTE({_extracted(self, node)})"
    if dialect == "clickhouse":
        writes[exp.IntDiv] = _whole_division
    if dialect == "bigquery":
        # The sizes of types in a cast round and cut: they stay.
        writes.pop(exp.Cast, None)
    if dialect == "tsql":
        # Of the day alone: GETDATE() has the time.
        writes[exp.CurrentDate] = lambda self, node: "CAST(GETDATE() AS DATE)"
        for name in ("DATEDIFF", "DATEDIFF_BIG", "DATENAME"):
            spoken.parser_class.FUNCTIONS[name] = partial(_of_a_part, name)


@cache
def sqlglot_dialect(dialect: Dialect) -> sqlglot.Dialect:
    """sqlglot's dialect, with its tables mended."""
    spoken = sqlglot.Dialect.get_or_raise(dialect)
    for table in (spoken.parser_class.FUNCTIONS, spoken.parser_class.FUNCTION_PARSERS):
        for name in KEPT[dialect]:
            table.pop(name.upper(), None)
    _speak_precisely(spoken, dialect)
    if dialect == "sqlite":
        # An exact number stays one: NUMERIC keeps integers.
        spoken.generator_class.TYPE_MAPPING[exp.DType.DECIMAL] = "NUMERIC"
    # Whoever wrote a statement of this dialect before us has made sqlglot remember the tables as they were.
    _DISPATCH_CACHE.pop(spoken.generator_class, None)
    return spoken


def spoken(name: str) -> sqlglot.Dialect:
    """sqlglot's dialect of this name, mended where it is one of ours: read before its tables are mended, a text gives another tree."""
    return sqlglot_dialect(name) if name in KEPT else sqlglot.Dialect.get_or_raise(name)


ORDERS_BY_ALL = frozenset({"snowflake", "clickhouse"})
"""Dialects whose ORDER BY ALL sqlglot takes for a column."""


HAS_NO_IS_TRUE = frozenset({"snowflake", "trino", "tsql"})
"""Dialects for which sqlglot writes x IS NOT TRUE as NOT x, which is NULL where x is."""


def unambiguous(tree: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The tree with what would be written in another meaning than it was read with, mended."""
    for node in list(tree.find_all(exp.RawString, exp.BitwiseNot, exp.Neg)):
        if isinstance(node, exp.RawString):
            node.replace(exp.Literal.string(node.this))  # $$text$$ as an ordinary literal, whose quoting has one reading
        elif isinstance(node.this, (exp.BitwiseNot, exp.Neg)):
            node.set("this", exp.Paren(this=node.this))  # PostgreSQL reads ~- and -~ as operators of their own
    if dialect in HAS_NO_IS_TRUE:
        _truth_of_null(tree, dialect)
    if dialect in ORDERS_BY_ALL:
        _all_is_no_column(tree)
    if dialect in {"duckdb", "mysql", "postgres"}:
        _paths_are_no_lambdas(tree)
    if dialect == "mysql":
        _numbers_stay_numbers(tree)
    return tree


def _truth_of_null(tree: exp.Expr, dialect: Dialect) -> None:
    for node in list(tree.find_all(exp.Is)):
        if isinstance(node.expression, exp.Boolean):
            truth = exp.Literal.number(int(node.expression.this)) if dialect == "tsql" else node.expression
            node.replace(exp.NullSafeEQ(this=node.this, expression=truth))


def _all_is_no_column(tree: exp.Expr) -> None:
    """ORDER BY ALL orders by every column that is selected."""
    for node in tree.find_all(exp.Ordered):
        named = node.this.this if isinstance(node.this, exp.Column) and not node.this.args.get("table") else None
        if isinstance(named, exp.Identifier) and not named.args.get("quoted") and named.name.upper() == "ALL":
            node.set("this", exp.Var(this="ALL"))


def _paths_are_no_lambdas(tree: exp.Expr) -> None:
    """f(a -> '$.b') reads a path of JSON; sqlglot takes what stands before an arrow in a call for a parameter."""
    for node in list(tree.find_all(exp.Lambda)):
        if len(node.expressions) == 1 and isinstance(node.this, exp.Literal) and node.this.is_string:
            node.replace(exp.JSONExtract(this=exp.Column(this=node.expressions[0]), expression=node.this))


def _numbers_stay_numbers(tree: exp.Expr) -> None:
    """INTERVAL 30 SECOND: sqlglot makes a text of the number, with which MariaDB counts in fractions of a second."""
    for node in tree.find_all(exp.Interval, exp.DateAdd, exp.DateSub):
        part = "this" if isinstance(node, exp.Interval) else "expression"
        if isinstance(number := node.args.get(part), exp.Literal) and number.name.isdigit():
            node.set(part, exp.Literal.number(number.name))
