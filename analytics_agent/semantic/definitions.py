"""What an answer says of the governed metrics it stands on: their words, their formula, and who vouches for them."""

from collections.abc import Iterable, Iterator, Sequence

from analytics_agent.domain.evidence import Definition
from analytics_agent.semantic.model import Cumulative, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.request import MetricRequest

_NOBODY = "Nobody has reviewed the definition of "


def definitions(model: SemanticModel, names: Iterable[str]) -> tuple[Definition, ...]:
    """Of each metric by name, in the order given; names that the model does not know are passed over."""
    found = (model.metric(name) for name in dict.fromkeys(names))
    return tuple(_definition(model, metric) for metric in found if metric is not None)


def unreviewed(found: Sequence[Definition]) -> tuple[str, ...]:
    """The caveat of figures that stand on a draft."""
    labels = [definition.label for definition in found if definition.status == "unreviewed"]
    if not labels:
        return ()
    return (f"{_NOBODY}{_listed(labels)}: it was drafted or imported. Check it before you rely on it.",)


def by_one_key(model: SemanticModel, request: MetricRequest, used: Sequence[Definition]) -> tuple[str, ...]:
    """The caveat of a draft, made before each way had a dataset of its own or written by hand, that takes one of several keys to a table
    for the plain one: stations are those where rides start."""
    if not any(definition.status == "unreviewed" for definition in used):
        return ()
    asked = dict.fromkeys(path.partition(".")[0] for path in (*request.dimensions, *(one.field for one in request.filters)))
    return tuple(said for name in asked for said in _other_keys(model, name))


def _other_keys(model: SemanticModel, name: str) -> Iterator[str]:
    sources = {dataset.name: dataset.source for dataset in model.datasets}
    for way in model.relationships:
        if way.one != name or any(column in name for column in way.many_columns):
            continue
        roles = [each for each in model.relationships if each.many == way.many and each.one.endswith(f"_{name}")]
        others = [each for each in roles if sources[each.one] == sources[name]]
        if others:
            other = _listed([", ".join(each.many_columns) for each in others])
            yield f"{name} here are those of {', '.join(way.many_columns)}; {way.many} also names {name} by {other}."


def says_unreviewed(text: str) -> bool:
    """Of definitions as they stood then: it is not told again of later ones."""
    return text.startswith(_NOBODY)


def changed(before: Iterable[Definition], now: Iterable[Definition], since: str) -> tuple[str, ...]:
    """A sentence on metrics that were computed otherwise in a run before ("the report of 1 July 2013"), where both are known."""
    known = {definition.metric: definition.formula for definition in before}
    others = {each.metric: each.label for each in now if each.metric in known and _flat(known[each.metric]) != _flat(each.formula)}
    if not others:
        return ()
    what, have = ("definition", "has") if len(others) == 1 else ("definitions", "have")
    return (f"The {what} of {_listed(list(others.values()))} {have} changed since {since}.",)


def _flat(formula: str) -> str:
    return " ".join(formula.split())


def _listed(labels: Sequence[str]) -> str:
    said = " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
    return said if said[:2].isupper() else f"{said[:1].lower()}{said[1:]}"


def _definition(model: SemanticModel, metric: Metric) -> Definition:
    vouched, dataset = model.certification_of(metric), model.dataset(metric.dataset)
    return Definition(
        metric=metric.name,
        label=metric.label,
        text=metric.description,
        formula=_formula(metric),
        status=vouched.status,
        by=vouched.by,
        details=vouched.details,
        owners=metric.owners or (dataset.owners if dataset else ()) or model.owners,
    )


def _formula(metric: Metric) -> str:
    """As the model writes it, with the conditions that are part of it; of what is made of other metrics, by their names."""
    where = " and ".join(_condition(each) for each in metric.filters)
    state = f"the {metric.balance.pick} of each {', '.join(metric.balance.keys)} by {metric.balance.time}" if metric.balance else ""
    dated = f"dated by {metric.time_field}" if metric.time_field else ""
    return ", ".join(filter(None, [_computed(metric), f"where {where}" if where else "", state, dated]))


def _condition(condition: MetricFilter) -> str:
    return " ".join([condition.field, condition.op.replace("_", " "), ", ".join(str(value) for value in condition.values)]).strip()


def _computed(metric: Metric) -> str:
    if metric.ratio:
        return " / ".join(metric.ratio)
    if metric.cumulative:
        return f"{metric.cumulative.of}, {_window(metric.cumulative)}"
    return next(iter(metric.expression.texts.values()), "")


def _window(cumulative: Cumulative) -> str:
    if cumulative.unit is None:
        return "added up since the beginning"
    return (
        f"added up over {cumulative.count} {cumulative.unit}s"
        if cumulative.count
        else f"added up since the beginning of the {cumulative.unit}"
    )
