"""dbt's metrics as metrics: what they aggregate, under which conditions, and what is made of others.

A condition that is more than filters goes into the aggregate (CASE WHEN), and what is computed from metrics of one fact becomes one
expression. Where an input of a ratio has a condition of its own, a metric is made for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from sqlglot import exp

from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.exchange.dbt_expressions import aggregate, divides, filled, is_linear, or_else, quotient, real, tree_of, under
from analytics_agent.semantic.exchange.dbt_filters import NotCarried, as_filters, as_sql
from analytics_agent.semantic.exchange.dbt_models import Models, usable
from analytics_agent.semantic.exchange.meta import of_ours, other_keys, synonyms_of
from analytics_agent.semantic.model import ANSI, Additivity, Balance, Cumulative, Expression, Metric, MetricFilter
from analytics_agent.semantic.ossie.load import humanize

_ADDITIVE = ("sum", "count", "sum_boolean")
_NOT_ADDED = {"name", "window_choice", "window_groupings", "window_agg", "group_by"}
"""Of a state that is not added up over time; the last two are the later form's."""
_SAFE_FOR_TIMES = (">=", "<", "is_null", "not_null")
_WINDOW = re.compile(r"(\d+)\s*([a-z]+?)s?", re.IGNORECASE)


@dataclass(frozen=True)
class Base:
    """What is aggregated of one fact: an expression over `dataset.field`, under conditions that are not in it yet."""

    dataset: str
    tree: exp.Expr
    additivity: Additivity
    conditions: tuple[exp.Expr, ...] = ()
    time_field: str | None = None
    balance: Balance | None = None


@dataclass
class Metrics:
    """`left` are sentences about what was not carried."""

    models: Models
    documents: Mapping[str, Mapping[str, Any]]
    measures: Mapping[str, tuple[str, Mapping[str, Any]]]
    made: dict[str, Metric] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def all(self) -> tuple[Metric, ...]:
        for name in self.documents:
            try:
                self.metric(name)
            except NotCarried as why:
                self.left.append(f"metric `{name}`: {why}; it was left out.")
        return tuple(self.made.values())

    def metric(self, name: str) -> Metric:
        """Raises NotCarried, also for one that stands on one that was not carried."""
        if name in self.made:
            return self.made[name]
        if name in self.refused:
            raise NotCarried(self.refused[name])
        if name in self._open:
            raise NotCarried("it stands on itself")
        document = self.documents.get(name)
        if document is None:
            raise NotCarried(f"there is no metric `{name}`")
        self._open.append(name)
        try:
            made = self._made(name, document)
        except NotCarried as why:
            self.refused[name] = str(why)
            raise
        finally:
            self._open.pop()
        self.made[name] = made
        self.left += self._not_said(name, document)
        return made

    def _made(self, name: str, document: Mapping[str, Any]) -> Metric:
        kind = str(document.get("type") or "simple").lower()
        params = _object(document.get("type_params"))
        conditions = tuple(_conditions(document.get("filter")))
        match kind:
            case "simple":
                return self._told(name, document, self._of_base(name, self._simple(params, conditions)))
            case "ratio":
                inputs = (_input(params.get("numerator")), _input(params.get("denominator")))
                return self._told(name, document, self._ratio(name, inputs, conditions))
            case "derived":
                return self._told(name, document, self._derived(name, params, conditions))
            case "cumulative":
                return self._told(name, document, self._cumulative(name, params, conditions))
        raise NotCarried(f"a metric of type {kind} has no place here")

    # one fact

    def _simple(self, params: Mapping[str, Any], conditions: tuple[str, ...]) -> Base:
        if aggregation := _object(params.get("metric_aggregation_params")):
            dataset = usable(str(aggregation.get("semantic_model")))
            expr = params.get("expr") if aggregation.get("expr") is None else aggregation["expr"]
            return self._with(self._aggregated(dataset, {**aggregation, "expr": expr}), conditions)
        given = _input(params.get("measure"))
        return self._with(self._measured(str(given.get("name"))), (*_conditions(given.get("filter")), *conditions))

    def _measured(self, name: str) -> Base:
        if name not in self.measures:
            raise NotCarried(f"there is no measure `{name}`")
        return self._aggregated(*self.measures[name])

    def _aggregated(self, dataset: str, measure: Mapping[str, Any]) -> Base:
        if dataset not in self.models.datasets:
            raise NotCarried(f"there is no semantic model `{dataset}`")
        agg = str(measure.get("agg") or "").lower()
        text = measure.get("expr") if measure.get("expr") is not None else measure.get("name")
        tree = aggregate(agg, self._value(dataset, str(text)), _object(measure.get("agg_params")))
        time = self._time(dataset, measure.get("agg_time_dimension"))
        balance = self._balance(dataset, _object(measure.get("non_additive_dimension")))
        additivity: Additivity = "semi_additive" if balance else "additive" if agg in _ADDITIVE else "non_additive"
        return Base(dataset, tree, additivity, (), None if balance else time, balance)

    def _value(self, dataset: str, text: str) -> exp.Expr:
        tree = tree_of(text)
        for column in tree.find_all(exp.Column):
            if not column.table:
                column.set("table", exp.to_identifier(dataset))
        return tree

    def _time(self, dataset: str, name: Any) -> str | None:
        """None where it is its dataset's own. Another time than the one that is named would date the same rows otherwise."""
        own = self.models.datasets[dataset].time_field
        name = name or self.models.dated.get(dataset)
        path = self.models.path(dataset, str(name)) if name else None
        if path and not any(field.path == path and field.is_time for field in self.models.datasets[dataset].fields):
            raise NotCarried(f"it is dated by `{name}`, which is no time that was carried")
        return path if path and path != own else None

    def _balance(self, dataset: str, given: Mapping[str, Any]) -> Balance | None:
        if not given:
            return None
        if not given.get("name") or (strange := sorted(set(given) - _NOT_ADDED)):
            raise NotCarried(f"its `non_additive_dimension` has {'no name' if not given.get('name') else ', '.join(strange)}")
        groupings = given.get("window_groupings") or given.get("group_by") or ()
        keys = tuple(self.models.field_of(dataset, "Entity", str(name)) for name in groupings)
        choice = str(given.get("window_choice") or given.get("window_agg") or "min").lower()
        if choice not in ("min", "max"):
            raise NotCarried(f"its `non_additive_dimension` chooses {choice!r}, which is neither the first nor the last")
        return Balance(self.models.path(dataset, str(given["name"])), keys, "first" if choice == "min" else "last")

    def _with(self, base: Base, conditions: tuple[str, ...]) -> Base:
        more = tuple(as_sql(text, lambda kind, name: self.models.field_of(base.dataset, kind, name)) for text in conditions)
        return replace(base, conditions=(*base.conditions, *more))

    def _of_base(self, name: str, base: Base) -> Metric:
        """With its conditions as filters where they are that simple."""
        self.bases[name] = base
        filters = self._filters(base)
        tree = base.tree if filters is not None else under(base.tree, base.conditions)
        return Metric(
            name=name,
            expression=Expression({ANSI: tree.sql()}),
            label=humanize(name),
            dataset=base.dataset,
            additivity=base.additivity,
            filters=filters or (),
            time_field=base.time_field,
            balance=base.balance,
        )

    def _filters(self, base: Base) -> tuple[MetricFilter, ...] | None:
        """None for what is more than filters, and for times, of which a filter means whole days."""
        found = [as_filters(condition) for condition in base.conditions]
        filters = [one for each in found for one in each or ()]
        times = {f.path for dataset in self.models.datasets.values() for f in dataset.fields if f.is_time}
        is_plain = None not in found and all(one.field not in times or one.op in _SAFE_FOR_TIMES for one in filters)
        return tuple(filters) if is_plain else None

    # made of others

    def _ratio(self, name: str, inputs: tuple[Mapping[str, Any], ...], conditions: tuple[str, ...]) -> Metric:
        parts = [self._part(f"{name}_{role}", given, conditions) for role, given in zip(("numerator", "denominator"), inputs, strict=True)]
        return Metric(name, Expression({}), humanize(name), parts[0].dataset, ratio=(parts[0].name, parts[1].name))

    def _part(self, wish: str, given: Mapping[str, Any], conditions: tuple[str, ...]) -> Metric:
        """An input of a ratio or a running total: a metric that is there, or one made for its conditions."""
        name = str(given.get("name"))
        _no_offset(given)
        conditions = (*_conditions(given.get("filter")), *conditions)
        if name not in self.documents and name in self.measures:
            return self._kept(name if not conditions else wish, self._with(self._measured(name), conditions))
        found = self.metric(name)
        if found.stands_on:
            raise NotCarried(f"it stands on `{name}`, which stands on others itself")
        return self._kept(str(given.get("alias") or wish), self._with(self.bases[name], conditions)) if conditions else found

    def _kept(self, name: str, base: Base) -> Metric:
        made = self._of_base(usable(name), base)
        known = self.made.get(made.name)
        if made.name in self.documents or (known and known != made):
            made = self._of_base(f"{made.name}_part", base)
        return self.made.setdefault(made.name, made)

    def _cumulative(self, name: str, params: Mapping[str, Any], conditions: tuple[str, ...]) -> Metric:
        more = {**params, **_object(params.get("cumulative_type_params"))}
        given = _input(more.get("metric") or more.get("measure"))
        if not more.get("metric"):
            given = self._metric_on(given)
        base = self._part(f"{name}_base", given, conditions)
        if base.additivity != "additive":
            raise NotCarried(f"only sums and counts can be added up day by day, and `{base.name}` is none")
        if str(more.get("period_agg") or "last").lower() != "last":
            self.left.append(f"metric `{name}`: for a longer period its last value is shown, not {more['period_agg']}.")
        unit, count = _window(more.get("window")) if more.get("window") else (_unit(more.get("grain_to_date")), 0)
        return Metric(name, Expression({}), humanize(name), base.dataset, cumulative=Cumulative(base.name, unit, count))

    def _metric_on(self, measure: Mapping[str, Any]) -> Mapping[str, Any]:
        """The metric that is that measure, under its conditions or under none, where there is one."""
        wanted = list(_conditions(measure.get("filter")))
        others: list[str] = []
        for name, document in self.documents.items():
            given = _input(_object(document.get("type_params")).get("measure"))
            if str(document.get("type") or "simple").lower() != "simple" or given.get("name") != measure.get("name"):
                continue
            conditions = [*_conditions(given.get("filter")), *_conditions(document.get("filter"))]
            if conditions == wanted:
                return {"name": name}
            others += [] if conditions else [name]
        return {**measure, "name": others[0]} if others else measure

    def _derived(self, name: str, params: Mapping[str, Any], conditions: tuple[str, ...]) -> Metric:
        inputs = [_input(one) for one in params.get("metrics") or ()]
        tree = tree_of(str(params.get("expr")))
        by_alias = {str(one.get("alias") or one.get("name")): one for one in inputs}
        if (both := quotient(tree)) and all(each in by_alias for each in both) and not self._one_fact(by_alias.values()):
            return self._ratio(name, (by_alias[both[0]], by_alias[both[1]]), conditions)
        adds_up, tree = is_linear(tree), real(tree)
        bases = {alias: self._input_base(one, conditions) for alias, one in by_alias.items()}
        fills = {alias: self._fill(one) for alias, one in by_alias.items()}
        first = next(iter(bases.values()), None)
        if first is None or any((b.dataset, b.time_field) != (first.dataset, first.time_field) or b.balance for b in bases.values()):
            raise NotCarried("it computes with metrics of several facts or times; a ratio of two can be carried")
        # What all have in common stays a condition of the whole.
        shared = first.conditions if all(base.conditions == first.conditions for base in bases.values()) else ()
        own = {alias: base.tree if shared else under(base.tree, base.conditions) for alias, base in bases.items()}
        whole = filled(tree, {alias: or_else(one, fills[alias]) for alias, one in own.items()})
        additivity: Additivity = "additive" if adds_up and all(b.additivity == "additive" for b in bases.values()) else "non_additive"
        return self._of_base(name, Base(first.dataset, whole, additivity, shared, first.time_field))

    def _one_fact(self, inputs: Any) -> bool:
        """Whether all are plain aggregates of the rows of one fact."""
        bases = [self.bases.get(self.metric(str(one.get("name"))).name) for one in inputs]
        return all(bases) and len({(base.dataset, base.time_field, base.balance) for base in bases if base}) == 1

    def _input_base(self, given: Mapping[str, Any], conditions: tuple[str, ...]) -> Base:
        _no_offset(given)
        found = self.metric(str(given.get("name")))
        if found.stands_on or found.name not in self.bases:
            raise NotCarried(f"it computes with `{found.name}`, which stands on others itself")
        return self._with(self.bases[found.name], (*_conditions(given.get("filter")), *conditions))

    def _fill(self, given: Mapping[str, Any]) -> int | None:
        """What stands for a metric where there are no rows, when it is computed with."""
        document = self.documents.get(str(given.get("name"))) or {}
        params = _object(document.get("type_params"))
        found = next(
            (one["fill_nulls_with"] for one in (_input(params.get("measure")), params, document) if _is_said(one, "fill_nulls_with")), None
        )
        if found is not None and not isinstance(found, int):
            raise NotCarried(f"it computes with {found!r} in place of nothing")
        return found

    # words

    def _told(self, name: str, document: Mapping[str, Any], made: Metric) -> Metric:
        ours = of_ours(document)
        self.left += other_keys(document, f"metric `{name}`")
        said = {
            key: ours[key] for key in ("unit", "format", "decimals", "higher_is", "weight", "instructions", "additivity") if key in ours
        }
        return replace(
            made,
            label=str(document.get("label") or made.label),
            description=" ".join(str(document.get("description") or self._of_measure(document)).split()),
            synonyms=synonyms_of(document),
            caveats=tuple(ours.get("caveats", ())),
            owners=tuple(ours.get("owners", ())),
            **said,
        )

    def _of_measure(self, document: Mapping[str, Any]) -> str:
        """What a measure is described as describes the one metric that is it."""
        given = _input(_object(document.get("type_params")).get("measure"))
        _, measure = self.measures.get(str(given.get("name")), ("", {}))
        is_it = str(document.get("type") or "simple").lower() == "simple" and not document.get("filter") and not given.get("filter")
        return str(measure.get("description") or "") if is_it else ""

    def unused(self) -> Iterator[str]:
        """Measures that are no part of any metric, by the dataset that they are of."""
        used = {name for document in self.documents.values() for name in _names_in(document.get("type_params"))}
        alone: dict[str, list[str]] = {}
        for name, (dataset, _) in self.measures.items():
            alone.setdefault(dataset, []).extend([] if name in used else [name])
        for dataset, names in alone.items():
            if names:
                yield f"semantic model `{dataset}`: no metric uses its measures {', '.join(names)}; they were left out."

    def _not_said(self, name: str, document: Mapping[str, Any]) -> Iterator[str]:
        """What changes no value of a metric, and has no place here."""
        params = _object(document.get("type_params"))
        given = _input(params.get("measure"))
        if document.get("type") == "derived" and divides(str(params.get("expr"))):
            yield f"metric `{name}`: its division is one of real numbers here, and by zero gives no value."
        inputs = [given, params, document, _input(_object(params.get("cumulative_type_params")).get("measure"))]
        inputs += [_input(params.get(key)) for key in ("numerator", "denominator")]
        not_said = [key for key in ("fill_nulls_with", "join_to_timespine") if any(_is_said(one, key) for one in inputs)]
        if not_said:
            yield f"metric `{name}`: {' and '.join(not_said)} is not carried; a question asks for periods to be filled."
        of = params.get("metric_aggregation_params") or self.measures.get(str(given.get("name")), ("", {}))[1]
        if _object(_object(of).get("agg_params")).get("use_approximate_percentile"):
            yield f"metric `{name}`: its percentile is an approximate one there, and the exact one here."
        if document.get("time_granularity"):
            yield f"metric `{name}`: its granularity ({document['time_granularity']}) is not carried; a question says which it wants."
        if params.get("is_private") or document.get("hidden"):
            yield f"metric `{name}`: it is private there and can be asked for here."


def _names_in(given: Any) -> Iterator[str]:
    """Every name that parameters hold, wherever they hold it."""
    if isinstance(given, str):
        yield given
    for each in given.values() if isinstance(given, dict) else given if isinstance(given, list) else ():
        yield from _names_in(each)


def _is_said(given: Mapping[str, Any], key: str) -> bool:
    """Zero is said, too."""
    return given.get(key) is not None and given[key] is not False


def _no_offset(given: Mapping[str, Any]) -> None:
    if given.get("offset_window") or given.get("offset_to_grain") or given.get("offset"):
        raise NotCarried("it computes with an earlier period, which a question asks for by `compare`")


def _window(value: Any) -> tuple[PeriodUnit, int]:
    """ "28 days", or the manifest's {"count", "granularity"}."""
    if isinstance(value, dict):
        return _unit(value.get("granularity")) or "day", int(value.get("count") or 0)
    found = _WINDOW.fullmatch(str(value).strip())
    if not found or (unit := _unit(found[2])) is None:
        raise NotCarried(f"its window {str(value)!r} is not one of days, weeks, months, quarters or years")
    return unit, int(found[1])


def _unit(value: Any) -> PeriodUnit | None:
    if value is None:
        return None
    unit: PeriodUnit | None = next((each for each in get_args(PeriodUnit) if each == str(value).lower()), None)
    if unit is None:
        raise NotCarried(f"{str(value)!r} is not a unit of running totals")
    return unit


def _conditions(given: Any) -> Iterator[str]:
    """A text, a list of them, or the manifest's {"where_filters": [{"where_sql_template"}]}."""
    if isinstance(given, dict):
        yield from (str(one.get("where_sql_template")) for one in given.get("where_filters") or ())
    elif isinstance(given, list):
        yield from (text for one in given for text in _conditions(one))
    elif given:
        yield str(given)


def _input(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {"name": given}


def _object(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}
