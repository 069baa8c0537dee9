"""Members that no row belongs to: customers without orders, told from the dataset that holds them.

Their dimensions are of one dataset, or of what it has one of in turn. A condition that this dataset decides by itself holds for its
members too; one on anything else is of rows, and a member of which no row fulfills it is one without rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.facts import Facts
from analytics_agent.semantic.compiler.joins import Paths, paths
from analytics_agent.semantic.compiler.resolve import Dimension, Part, Resolved, find_field, listed, named, reachable
from analytics_agent.semantic.model import Field, SemanticModel
from analytics_agent.semantic.request import Filter, Period


@dataclass(frozen=True)
class Members:
    """The dataset whose members have a row each, and the dimensions that tell them apart."""

    dataset: str
    dimensions: tuple[Dimension, ...]


def members_of(model: SemanticModel, resolved: Resolved, spine: Dimension | None) -> Members:
    """Raises ToolRefused where it could not be said of what there are members."""
    request = resolved.request
    if request.top is not None:
        raise ToolRefused(
            "The first few, and all those without rows too, could mean two things in one request: ask for one of them (`top`, or `members` "
            "with an order and a limit)."
        )
    dimensions = tuple(d for d in resolved.dimensions if not (request.fill and d == spine))
    if not dimensions:
        raise ToolRefused(
            "Say of what those without rows are wanted too, such as customers or stores: `members` needs a dimension of them."
        )
    facts = {part.fact for part in resolved.parts}
    if own := [named(d.field) for d in dimensions if d.is_own_time or d.field.dataset in facts]:
        is_period = any(d.grain for d in dimensions)
        raise ToolRefused(
            f"What no row belongs to is not in the rows themselves, where {listed(own)} stands. Ask by something that has a table of its "
            "own (`members` takes dimensions of another dataset)" + (", or for all periods (`fill`)." if is_period else ".")
        )
    for name in dict.fromkeys(d.field.dataset for d in dimensions):
        if all(_decides(model, part, name, d.field) for part in resolved.parts for d in dimensions):
            return Members(name, dimensions)
    keys = {d.field.path for d in dimensions}  # beside which a name is no thing of its own
    labels = [named(d.field) for d in dimensions if d.field.label_of not in keys]
    if len(labels) == 1:
        raise ToolRefused(
            f"Of {labels[0]} it cannot be told which there are without rows: it changes over time, or is reached in another way by the "
            "rows. Ask for those that have rows (without `members`)."
        )
    raise ToolRefused(
        f"Which {' and which '.join(labels)} belong together only the rows themselves say, so those without rows cannot be told by "
        f"{'both' if len(labels) == 2 else 'all of them'}. Ask by one of them at a time (`members` takes dimensions of one dataset)."
    )


def _decides(model: SemanticModel, part: Part, dataset: str, field: Field) -> bool:
    """Whether a member of the dataset has one value of a field, and it is the one that rows of the fact see."""
    if dataset in part.paths.over:
        return field.dataset == dataset
    way, beyond = part.paths.to.get(dataset), paths(model, dataset)
    if way is None or part.fact == dataset or any(hop.valid for hop in way):
        return False
    return _continues(part.paths, beyond, way, field.dataset)


def _continues(of_fact: Paths, of_members: Paths, way: tuple[object, ...], there: str) -> bool:
    if there in of_members.ambiguous:
        return False
    if there in of_members.to and there in of_fact.to:
        further = of_members.to[there]
        return of_fact.to[there] == (*way, *further) and not any(hop.valid for hop in further)
    ours, theirs = of_fact.over.get(there), of_members.over.get(there)
    return ours is not None and theirs is not None and ours.bridge == theirs.bridge


def every_member(model: SemanticModel, resolved: Resolved, members: Members, facts: Facts, picked: Sequence[Filter]) -> exp.Select:
    """The dimensions of all members, those without rows too. `picked` are filters that choose rows of the result."""
    request, part = resolved.request, resolved.parts[0]
    decided = tuple(
        item
        for item in request.filters
        if item not in picked and _decides(model, part, members.dataset, find_field(model, item.field.partition(":")[0]))
    )
    time = _time(model, part, request.time, members.dataset)
    whole = Part(members.dataset, (), (), paths(model, members.dataset), time)
    period = replace(request.time, field=None) if request.time and time else None
    return facts.asked(replace(request, filters=decided, having=())).select(whole, members.dimensions, period)


def _time(model: SemanticModel, part: Part, period: Period | None, dataset: str) -> Field | None:
    """The time of the period where it is one of the members themselves: days of a calendar, customers by the day they signed up."""
    if period is None:
        return None
    field = reachable(model, part, find_field(model, period.field)) if period.field else part.time
    return field if field is not None and _decides(model, part, dataset, field) else None
