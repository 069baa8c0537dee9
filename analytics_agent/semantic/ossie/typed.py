"""Whether the expressions of a model type: each is made into a statement and judged by the guard that stands before every query, and what
the model says of its values is held against what the columns are. What is not certain is not judged."""

from collections.abc import Iterator

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, ColumnType
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.compile import compile, table_of
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.types import Types
from analytics_agent.semantic.model import Dataset, Field, Metric, SemanticModel
from analytics_agent.semantic.ossie.part_rules import MOMENTS, NUMBERS
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.as_written import sqlglot_dialect
from analytics_agent.sql.check import check

_CALLED: dict[ColumnType, str] = {
    "integer": "a whole number",
    "number": "a number",
    "text": "text",
    "boolean": "true or false",
    "date": "a date",
    "timestamp": "a timestamp",
    "time": "a time of day",
}
_NEVER: dict[str, tuple[ColumnType, ...]] = {
    **dict.fromkeys(NUMBERS, ("text", "date", "timestamp", "time", "boolean")),
    **dict.fromkeys(MOMENTS, ("integer", "number", "boolean", "time", "text")),
    "time": ("integer", "number", "boolean", "date", "text"),
    "boolean": ("text", "date", "timestamp", "time", "number"),
}
"""What a column of a declared type cannot be. Codes may be numbers or texts, and engines without a boolean keep it as a number."""
_BY_TEXT = ("sqlite",)
"""Engines that keep dates as text or numbers: what a column is called says little there."""
_NUMERIC = ("percent", "currency")
AT_ONCE = 20
"""Metrics that are judged in one statement: that many are judged about as quickly as one."""


def problems(model: SemanticModel, catalog: Catalog) -> Iterator[str]:
    """Of a model whose tables and columns are all there."""
    types = Types(model, catalog, catalog.dialect)
    for dataset in model.datasets:
        yield from _of_fields(model, dataset, catalog)
    for field in model.fields():
        yield from (f"line {field.expression.line or field.line}: field `{field.path}`: {text}" for text in _declared(model, field, types))
    for dataset in model.datasets:
        own = [metric for metric in model.metrics if metric.dataset == dataset.name and not metric.stands_on]
        for some in (own[at : at + AT_ONCE] for at in range(0, len(own), AT_ONCE)):
            yield from _metrics(model, some, catalog)
    for query in model.verified_queries:
        verdict = check(query.sql, dialect=catalog.dialect, catalog=catalog)
        yield from (f"line {query.line}: verified query {query.question!r}: {text}" for text in _errors(verdict.findings))


def _of_fields(model: SemanticModel, dataset: Dataset, catalog: Catalog) -> Iterator[str]:
    """All fields in one statement; one by one where that does not pass."""
    trees = [(field, tree) for field in dataset.fields if (tree := _tree(model, field, catalog)) is not None]
    if not trees or not list(_judged(dataset, [tree for _, tree in trees], catalog)):
        return
    for field, tree in trees:
        for text in _judged(dataset, [tree], catalog):
            yield f"line {field.expression.line or field.line}: field `{field.path}`: {text}"


def _tree(model: SemanticModel, field: Field, catalog: Catalog) -> exp.Expr | None:
    try:
        return expressions.field_sql(model, field.path, catalog.dialect)
    except (Unusable, KeyError):
        return None  # said where expressions are parsed


def _judged(dataset: Dataset, trees: list[exp.Expr], catalog: Catalog) -> Iterator[str]:
    columns = [exp.alias_(tree.copy(), f"value_{number}") for number, tree in enumerate(trees)]
    statement = exp.select(*columns).from_(table_of(dataset)).sql(dialect=sqlglot_dialect(catalog.dialect))
    yield from _errors(check(statement, dialect=catalog.dialect, catalog=catalog).findings)


def _errors(findings: tuple[SqlFinding, ...]) -> Iterator[str]:
    """What the engine would refuse, and values that it would convert without a word."""
    for finding in findings:
        if finding.severity == "error" or finding.rule == "quiet-conversion":
            yield f"{finding.message} {finding.hint}".strip()


def _declared(model: SemanticModel, field: Field, types: Types) -> Iterator[str]:
    """What is said of its values, against what they are."""
    try:
        tree = expressions.field_sql(model, field.path, types.dialect)
    except (Unusable, KeyError):
        return
    found = types.of(tree)
    if found in _NEVER.get(field.datatype.lower(), ()) and not _may_be_kept_so(found, types.dialect):
        yield f"its datatype is {field.datatype}, and the database has {_CALLED[found]} there."
    elif field.is_time and found in _NEVER["date"] and not _may_be_kept_so(found, types.dialect):
        yield f"it is a time, and the database has {_CALLED[found]} there; take its role or `is_time` away, or cast it to a date."
    if field.format in _NUMERIC and found in _NEVER["integer"] and not _may_be_kept_so(found, types.dialect):
        yield f"its format is {field.format}, and the database has {_CALLED[found]} there."
    if _is_weight(model, field) and found in _NEVER["integer"]:
        yield f"it is the weight of a bridge, and the database has {_CALLED[found]} there."


def _may_be_kept_so(found: ColumnType, dialect: str) -> bool:
    return dialect in _BY_TEXT and found in ("text", "integer", "number")


def _is_weight(model: SemanticModel, field: Field) -> bool:
    return any(dataset.bridge is not None and dataset.bridge.weight == field.path for dataset in model.datasets)


def _metrics(model: SemanticModel, metrics: list[Metric], catalog: Catalog) -> Iterator[str]:
    """Those of one fact, as they would be asked for: together, and one by one where that does not pass. What stands on others is judged
    by these."""
    wrong = list(_asked(model, metrics, catalog))
    if not wrong or len(metrics) == 1:
        yield from (f"line {metrics[0].expression.line or metrics[0].line}: metric `{metrics[0].name}`: {text}" for text in wrong)
        return
    for metric in metrics:
        yield from _metrics(model, [metric], catalog)


def _asked(model: SemanticModel, metrics: list[Metric], catalog: Catalog) -> Iterator[str]:
    try:
        compiled = compile(model, MetricRequest("", tuple(metric.name for metric in metrics)), dialect=catalog.dialect, catalog=catalog)
    except ToolRefused as refusal:
        yield refusal.message
        return
    wrong = list(_errors(check(compiled.sql, dialect=catalog.dialect, catalog=catalog).findings))
    yield from wrong
    formats = {metric.name: metric.format for metric in metrics}
    for column in compiled.columns if not wrong else ():
        if formats.get(column.metric or "") in _NUMERIC and column.type in _NEVER["integer"]:
            yield f"its format is {formats[column.metric or '']}, and its value is {_CALLED[column.type]}."
