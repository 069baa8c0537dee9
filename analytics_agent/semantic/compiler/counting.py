"""How many groups pass: "how many customers ordered twice". What is unknown is no member, and is not counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.explain import called
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.facts import grouped
from analytics_agent.semantic.compiler.resolve import Dimension, Resolved
from analytics_agent.semantic.compiler.side_by_side import column
from analytics_agent.semantic.drafting.naming import plural
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.request import Counted, MetricRequest

_KINDS_OF_TABLE = frozenset({"dim", "dimension", "tbl"})


@dataclass(frozen=True)
class Count:
    """The dimensions whose combinations are counted, those by which, and the column that says how many. A group is no member where one of
    `known` is unknown."""

    of: tuple[Dimension, ...]
    by: tuple[Dimension, ...]
    column: ResultColumn
    known: tuple[Dimension, ...]

    def columns(self, known: Sequence[ResultColumn]) -> tuple[ResultColumn, ...]:
        """What is shown, of the columns of the groups: `by`, and how many there are."""
        return (*(c for d in self.by for c in known if c.name == d.name), self.column)


def of_keys(model: SemanticModel, request: MetricRequest) -> MetricRequest:
    """With the thing itself in place of its name: two customers of one name are two."""
    if request.counted is None:
        return request
    by = request.counted.by
    keys = (key if key in by else (_named(model, key, request.members) or key) for key in request.dimensions)
    return replace(request, dimensions=tuple(dict.fromkeys(keys)))


def _named(model: SemanticModel, key: str, members: bool) -> str | None:
    """What a name is one of. Of members their own key: the rows that name them hold none of those without rows."""
    field = model.field(key)
    named = model.field(field.label_of) if field is not None and field.label_of else None
    if field is None or named is None or not members or named.dataset == field.dataset:
        return named.path if named else None
    dataset = model.dataset(field.dataset)
    keys = [f"{field.dataset}.{name}" for unique in (dataset.unique_sets() if dataset else ()) if len(unique) == 1 for name in unique]
    return next((path for path in keys if model.field(path)), None)


def count_of(model: SemanticModel, resolved: Resolved, counted: Counted) -> Count:
    """Raises ToolRefused for what leaves nothing to count, or what would be counted twice over."""
    request = resolved.request
    if beside := [name for name, is_there in _not_beside(request) if is_there]:
        raise ToolRefused(
            f"How many groups there are cannot be told together with {' and '.join(beside)} in one request: ask for these apart (`counted` "
            "alone)."
        )
    by = tuple({d.name: d for d in (_dimension(resolved, key) for key in counted.by)}.values())
    of = tuple(d for d in resolved.dimensions if d not in by)
    if not of:
        raise ToolRefused(
            "Say what is to be counted, beside that by which it is: `dimensions` holds nothing else than `by` of `counted`. Add it there, "
            "such as a key."
        )
    taken = {d.name for d in by}
    name = next(each for each in (f"{of[0].name}_count", f"{of[0].name}_count_2") if each not in taken)
    whole = all(d.field.dataset == of[0].field.dataset and not d.grain for d in (*of, *by)) and _is_key(model, of)
    additive = whole or _are_days(of, by)
    return Count(
        of, by, ResultColumn(name, "integer", _label(model, of), format="number", decimals=0, additive=additive), _deciding(model, of)
    )


def _not_beside(request: MetricRequest) -> tuple[tuple[str, bool], ...]:
    return (
        ("a comparison (`compare`)", request.compare is not None),
        ("shares (`share_of`)", request.share_of is not None),
        ("the first few (`top`)", request.top is not None),
    )


def _dimension(resolved: Resolved, key: str) -> Dimension:
    found = next((d for d in resolved.dimensions if key in (d.key, d.name, d.field.path)), None)
    if found is None:
        raise ToolRefused(
            f"{key} stands in `by` of `counted` and not in `dimensions`. Put what is counted into `dimensions`; into `by`, only those of "
            "them that the number is split by."
        )
    return found


def _is_key(model: SemanticModel, of: Sequence[Dimension]) -> bool:
    dataset = model.dataset(of[0].field.dataset)
    return dataset is not None and {d.field.name for d in of} in [set(key) for key in dataset.unique_sets()]


def _deciding(model: SemanticModel, of: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
    """A customer without an address is one: beside a whole key, nothing else of its dataset need be known."""
    dataset = model.dataset(of[0].field.dataset)
    if dataset is None or any(d.field.dataset != dataset.name for d in of):
        return of
    names = {d.field.name for d in of}
    key = next((set(unique) for unique in dataset.unique_sets() if set(unique) <= names), names)
    return tuple(d for d in of if d.field.name in key)


def _are_days(of: Sequence[Dimension], by: Sequence[Dimension]) -> bool:
    """Each is in one week, month or year of the same time."""
    return len(of) == 1 and of[0].grain == "day" and all(d.grain and d.field == of[0].field for d in by)


def _label(model: SemanticModel, of: Sequence[Dimension]) -> str:
    """ "Number of customers", "Number of months", "Number of pairs of category and city"."""
    if _is_key(model, of):
        return f"Number of {plural(_words(of[0].field.dataset))}"
    if len(of) == 1:
        return f"Number of {plural(called(of[0]))}"
    return f"Number of {'pairs' if len(of) == 2 else 'combinations'} of {' and '.join(map(called, of))}"


def _words(name: str) -> str:
    return " ".join(word for word in name.replace("_", " ").split() if word.lower() not in _KINDS_OF_TABLE).strip() or name


def counted_rows(rows: str, count: Count, conditions: Sequence[exp.Expr], dialect: Dialect) -> exp.Select:
    """One row, or one for each of `by`, also where none of its groups passes."""
    known = [exp.Not(this=exp.Is(this=column(d.name), expression=exp.Null())) for d in count.known]
    passing = exp.Case(ifs=[exp.If(this=exp.and_(*known, *conditions), true=exp.Literal.number(1))])
    by = [column(d.name) for d in count.by]
    select = exp.select(*by, exp.alias_(exp.Count(this=passing), identifier(count.column.name))).from_(rows)
    return grouped(select, len(by), dialect) if by else select
