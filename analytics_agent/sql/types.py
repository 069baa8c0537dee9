"""The kind of value of every expression, told from column types, literals, casts and functions; `unknown` wherever it is not certain."""

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.kinds import BOOLEANS_ARE_NUMBERS, FAMILY, Kind, kind_of_cast, kind_of_column
from analytics_agent.sql.scope import Output, Resolution

DIVIDES_INTEGERS: Final[frozenset[Dialect]] = frozenset({"postgres", "sqlite", "trino", "tsql"})
"""There 1 / 2 is 0."""

_DAYS_AND_MORE = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DECADE", "CENTURY", "ISOWEEK", "ISOYEAR"})


class Typer:
    """For one resolved statement. Each expression is looked at once."""

    def __init__(self, names: Resolution) -> None:
        self._names = names
        self.dialect = names.dialect
        self._known: dict[int, Kind] = {}
        self._outputs: dict[int, Kind] = {}
        self._kept: list[exp.Expr] = []

    def kind(self, node: exp.Expr | None) -> Kind:
        if node is None:
            return "unknown"
        known = self._known.get(id(node))
        if known is None:
            self._known[id(node)] = "unknown"  # an output name may stand for an expression that holds it
            rule = _RULES.get(node.__class__)
            known = rule(self, node) if rule is not None else "unknown"
            self._known[id(node)] = known
        return known

    def output(self, output: Output) -> Kind:
        """Of a column that a table or a query gives."""
        if output.column is not None:
            return kind_of_column(output.column, self.dialect)
        known = self._outputs.get(id(output))
        if known is None:
            self._outputs[id(output)] = "unknown"
            branches = [self.output(branch) for branch in output.branches]
            known = self.common(branches) if branches else self.kind(output.node)
            self._outputs[id(output)] = known = "text" if known == "literal" else known
        return known

    def column(self, node: exp.Expr) -> Kind:
        origin = self._names.origins.get(id(node))
        return self.output(origin) if origin is not None else "unknown"

    def scalar(self, node: exp.Expr) -> Kind:
        """A query that stands for one value."""
        outputs = self._names.outputs_of.get(id(node)) or self._names.outputs_of.get(id(node.this))
        return self.output(outputs.columns[0]) if outputs is not None and len(outputs.columns) == 1 else "unknown"

    def common(self, kinds: list[Kind]) -> Kind:
        """Of values one of which is taken: branches of CASE, arguments of COALESCE, queries combined."""
        told = {kind for kind in kinds if kind != "null"}
        if len(told) > 1:
            told.discard("literal")
        if len(told) == 1:
            return told.pop()
        if told == {"integer", "number"}:
            return "number"
        return "timestamp" if told == {"date", "timestamp"} else "unknown"


_Rule = Callable[[Typer, exp.Expr], Kind]


def _always(kind: Kind) -> _Rule:
    return lambda typer, node: kind


def _of_this(typer: Typer, node: exp.Expr) -> Kind:
    return typer.kind(node.args.get("this"))


def _truth(typer: Typer, node: exp.Expr) -> Kind:
    return "integer" if typer.dialect in BOOLEANS_ARE_NUMBERS else "boolean"


def _literal(typer: Typer, node: exp.Expr) -> Kind:
    if node.args.get("is_string"):
        return "literal"
    return "integer" if str(node.this).isdigit() else "number"


def _cast(typer: Typer, node: exp.Expr) -> Kind:
    to = node.args["to"]
    return kind_of_cast(to, typer.dialect) if isinstance(to, exp.DataType) else "unknown"


def _taken(typer: Typer, node: exp.Expr) -> Kind:
    """The first argument or one of the others."""
    return typer.common([typer.kind(node.this), *(typer.kind(each) for each in node.args.get("expressions") or ())])


def _nullif(typer: Typer, node: exp.Expr) -> Kind:
    kind = typer.kind(node.this)
    return "text" if kind == "literal" else kind


def _case(typer: Typer, node: exp.Expr) -> Kind:
    branches = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
    default = node.args.get("default")
    return typer.common([typer.kind(branch) for branch in branches if branch is not None] + ([typer.kind(default)] if default else []))


def _if(typer: Typer, node: exp.Expr) -> Kind:
    return typer.common([typer.kind(part) for part in (node.args.get("true"), node.args.get("false")) if part is not None])


def _distinct(typer: Typer, node: exp.Expr) -> Kind:
    return typer.kind(node.expressions[0]) if len(node.expressions) == 1 else "unknown"


def _sum(typer: Typer, node: exp.Expr) -> Kind:
    """PostgreSQL gives numeric for a sum of bigint, bigint for a sum of integer."""
    kind = typer.kind(node.this)
    if kind == "integer" and typer.dialect == "postgres" and isinstance(node.this, exp.Column):
        origin = typer._names.origins.get(id(node.this))
        return "number" if origin and origin.column and "bigint" in origin.column.native_type else "integer"
    return kind if FAMILY[kind] in ("N", "I") else "unknown"


def _mean(typer: Typer, node: exp.Expr) -> Kind:
    return "number" if FAMILY[typer.kind(node.this)] == "N" else "unknown"


def _plus(typer: Typer, node: exp.Expr) -> Kind:
    left, right = typer.kind(node.this), typer.kind(node.expression)
    both = FAMILY[left] + FAMILY[right]
    if both == "NN":
        return "integer" if left == right == "integer" else "number"
    if "D" in both and "I" in both:
        return "timestamp" if typer.dialect != "sqlite" else "unknown"
    if both in ("DN", "ND"):
        return left if both == "DN" else right
    return "interval" if both == "II" else "unknown"


def _minus(typer: Typer, node: exp.Expr) -> Kind:
    left, right = typer.kind(node.this), typer.kind(node.expression)
    if left == right == "date":
        return "integer" if typer.dialect in ("postgres", "duckdb") else "unknown"
    if FAMILY[left] == FAMILY[right] == "D":
        return "interval" if typer.dialect in ("postgres", "duckdb") else "unknown"
    return "unknown" if FAMILY[left] == "N" and FAMILY[right] != "N" else _plus(typer, node)


def _times(typer: Typer, node: exp.Expr) -> Kind:
    left, right = typer.kind(node.this), typer.kind(node.expression)
    if FAMILY[left] == FAMILY[right] == "N":
        return "integer" if left == right == "integer" else "number"
    return "interval" if "I" in (FAMILY[left], FAMILY[right]) else "unknown"


def _divided(typer: Typer, node: exp.Expr) -> Kind:
    kind = _times(typer, node)
    return "number" if kind == "integer" and typer.dialect not in DIVIDES_INTEGERS else kind


def _joined(typer: Typer, node: exp.Expr) -> Kind:
    sides = {typer.kind(node.this), typer.kind(node.expression)}
    return "text" if sides <= {"text", "literal", "integer", "number", "date", "null"} and typer.dialect != "mysql" else "unknown"


def _truncated(typer: Typer, node: exp.Expr) -> Kind:
    """To days and more: whatever the engine calls its type, it holds no time of day."""
    unit = node.args.get("unit")
    is_day = unit is not None and unit.name.upper() in _DAYS_AND_MORE
    return "unknown" if typer.dialect == "sqlite" else "date" if is_day else "timestamp"


def _moment(kind: Kind) -> _Rule:
    """SQLite keeps days and moments as text."""
    return lambda typer, node: "unknown" if typer.dialect == "sqlite" else kind


def _json_text(typer: Typer, node: exp.Expr) -> Kind:
    return "text" if typer.dialect in ("postgres", "duckdb") and not node.args.get("json_query") else "unknown"


def _json(typer: Typer, node: exp.Expr) -> Kind:
    return "json" if typer.dialect == "postgres" else "unknown"


_NAMED: Final[dict[str, Kind]] = {
    "age": "interval",
    "make_date": "unknown",
    "now": "timestamp",
    "to_char": "text",
    "julianday": "number",
    "total": "number",
    "date_part": "number",
    "jsonb_array_length": "integer",
    "json_array_length": "integer",
    "concat_ws": "text",
    "initcap": "text",
    "format": "text",
}


def _called(typer: Typer, node: exp.Expr) -> Kind:
    return _NAMED.get(node.name.lower(), "unknown") if isinstance(node.this, str) and typer.dialect != "sqlite" else "unknown"


def _classes(names: str) -> list[type[exp.Expr]]:
    """Those that this version of the parser knows."""
    return [found for name in names.split() if (found := getattr(exp, name, None)) is not None]


_SAME = "Paren Alias Filter Window IgnoreNulls RespectNulls Max Min AnyValue First Last FirstValue LastValue Lag Lead NthValue Neg Abs"
_TRUTH = "EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ And Or Not Is In Between Like ILike Exists Boolean LogicalAnd LogicalOr RegexpLike"
_INTEGER = "Count CountIf ApproxDistinct RowNumber Rank DenseRank Ntile Length StrPosition DateDiff TimestampDiff Year Month Day Quarter"
_NUMBER = "Stddev StddevSamp StddevPop Variance VariancePop Corr PercentRank CumeDist Round Sqrt Ln Exp Log Rand Extract TimeToUnix Pow"
_TEXT = "Lower Upper Concat ConcatWs Trim Left Right RegexpReplace GroupConcat TimeToStr Initcap SplitPart Repeat Pad Monthname Dayname"

_RULES: Final[dict[type[exp.Expr], _Rule]] = {
    **dict.fromkeys(_classes(_SAME), _of_this),
    **dict.fromkeys(_classes(_TRUTH), _truth),
    **dict.fromkeys(_classes(_INTEGER), _always("integer")),
    **dict.fromkeys(_classes(_NUMBER), _always("number")),
    **dict.fromkeys(_classes(_TEXT), _always("text")),
    **dict.fromkeys(_classes("Avg Median"), _mean),
    **dict.fromkeys(_classes("Coalesce Greatest Least"), _taken),
    **dict.fromkeys(_classes("Ceil Floor"), _always("number")),
    **dict.fromkeys(_classes("CurrentDate StrToDate DateFromParts LastDay TsOrDsToDate Date"), _moment("date")),
    **dict.fromkeys(_classes("CurrentTimestamp StrToTime UnixToTime AtTimeZone TimestampFromParts CurrentDatetime"), _moment("timestamp")),
    **dict.fromkeys(_classes("TimestampTrunc DateTrunc DatetimeTrunc"), _truncated),
    **dict.fromkeys(_classes("Cast TryCast"), _cast),
    exp.Literal: _literal,
    exp.Null: _always("null"),
    exp.Interval: _always("interval"),
    exp.Column: lambda typer, node: typer.column(node),
    exp.Subquery: lambda typer, node: typer.scalar(node),
    exp.Nullif: _nullif,
    exp.Case: _case,
    exp.If: _if,
    exp.Distinct: _distinct,
    exp.Sum: _sum,
    exp.Add: _plus,
    exp.Sub: _minus,
    exp.Mul: _times,
    exp.Div: _divided,
    exp.Mod: _times,
    exp.IntDiv: _times,
    exp.DPipe: _joined,
    exp.JSONExtract: _json,
    exp.JSONExtractScalar: _json_text,
    exp.Anonymous: _called,
    exp.WithinGroup: _always("unknown"),
}
