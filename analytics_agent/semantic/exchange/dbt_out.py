"""A semantic model as dbt's semantic models and metrics, in the form that every dbt from 1.6 reads.

What dbt has no place for and changes no number (units, synonyms, caveats) goes into `config.meta` under a key of ours and comes back on
import. What would change a number, or cannot be said there, is left out and named.
"""

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
import yaml
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.compiler.types import is_query
from analytics_agent.semantic.exchange.carried import Exported
from analytics_agent.semantic.exchange.dbt_filters import NotCarried, as_jinja
from analytics_agent.semantic.exchange.meta import OURS, PART
from analytics_agent.semantic.model import ANSI, UNDATED, Dataset, Expression, Field, Metric, SemanticModel
from analytics_agent.semantic.ossie import writer
from analytics_agent.semantic.ossie.load import humanize

_NAME = re.compile(r"[a-z](?:[a-z0-9]|_(?!_))*(?<!_)")
_RESERVED = {"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}
"""Names of grains, which dbt takes for nothing else."""
_NAMELESS = ("certification",)
"""Of the model, told with those of its datasets and metrics."""
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "sum", exp.Avg: "average", exp.Min: "min", exp.Max: "max", exp.Median: "median", exp.Count: "count",
}  # fmt: skip


def exported(model: SemanticModel) -> Exported:
    out = _Out(model)
    semantic_models = [made for dataset in model.datasets if (made := out.semantic_model(dataset))]
    metrics = out.metrics()
    for document in semantic_models:
        if measures := out.measures.get(document["name"]):
            document["measures"] = measures
    head = f"# The semantic model {model.name}, for dbt. Each `ref` names a dbt model with the columns of that table.\n"
    text = yaml.safe_dump(
        {"version": 2, "semantic_models": semantic_models, "metrics": metrics}, sort_keys=False, allow_unicode=True, width=140
    )
    return Exported(head + text, tuple(dict.fromkeys((*out.of_model(), *out.left))))


class _Out:
    def __init__(self, model: SemanticModel) -> None:
        self._model = model
        self.left: list[str] = []
        self.measures: dict[str, list[dict[str, Any]]] = {}
        self._documents: list[dict[str, Any]] = []
        self._given: set[str] = set()

    def of_model(self) -> Iterator[str]:
        model = self._model
        words = {"description": model.description, "instructions": model.instructions}
        said = {**writer.of_model(model), **{key: value for key, value in words.items() if value}}
        if left := [key for key in said if key not in _NAMELESS]:
            yield f"the model's {', '.join(left)} have no place in dbt."
        vouched = ["the model"] if "certification" in said else []
        vouched += [f"dataset `{one.name}`" for one in model.datasets if one.certification]
        vouched += [f"metric `{one.name}`" for one in model.metrics if one.certification]
        if vouched:
            yield f"certification: what comes from dbt nobody has reviewed here, so that of {', '.join(vouched)} is not written."
        for dataset in self._model.datasets:
            if dataset.bridge:
                yield f"dataset `{dataset.name}`: its bridge has no place in dbt, which would count a row once for each of its pairs."

    # datasets

    def semantic_model(self, dataset: Dataset) -> dict[str, Any] | None:
        if is_query(dataset.source) or not _NAME.fullmatch(dataset.name):
            why = "its source is a query; make a dbt model of it" if is_query(dataset.source) else "dbt takes no such name"
            self.left.append(f"dataset `{dataset.name}`: {why}. It was left out, and its metrics.")
            return None
        self._given.add(dataset.name)
        time = self._own_time(dataset)
        entities = list(self._entities(dataset))
        more = writer.of_dataset(dataset)
        meta: dict[str, Any] = {key: more.get(key) for key in ("grain", "owners", "freshness")}
        meta |= {"time_field": UNDATED} if dataset.time_field == UNDATED else {}
        meta |= {"source": dataset.source, "synonyms": list(dataset.synonyms), "instructions": dataset.instructions}
        meta |= {"primary_key": list(dataset.primary_key) if len(dataset.primary_key) > 1 and not dataset.valid else []}
        meta |= {"unique_keys": [list(key) for key in dataset.unique_keys if len(key) > 1], "joined": self._joined_by_several(dataset)}
        return _full(
            {
                "name": dataset.name,
                "description": dataset.description,
                "model": f"ref('{dataset.source.replace(chr(34), '').split('.')[-1]}')",
                "config": _meta(meta),
                "defaults": {"agg_time_dimension": _called(time)} if time else {},
                "primary_entity": "" if any(e["type"] == "primary" for e in entities) else dataset.name,
                "entities": entities,
                "dimensions": [
                    *(self._dimension(dataset, field) for field in dataset.fields if self._is_free(field, entities)),
                    *_validity(dataset),
                ],
            }
        )

    def _own_time(self, dataset: Dataset) -> Field | None:
        time = self._model.default_time(dataset.name)
        return time if time and time.dataset == dataset.name and self._has_name(time, tell=False) else None

    def _is_free(self, field: Field, entities: list[dict[str, str]]) -> bool:
        is_taken = _called(field) in {entity["name"] for entity in entities}
        if ANSI not in field.expression.texts:
            self.left.append(f"field `{field.path}`: it has no expression in ANSI SQL. It was left out.")
            return False
        if is_taken:
            self.left.append(f"field `{field.path}`: an entity has its name in dbt. It was left out.")
        return not is_taken and self._has_name(field)

    def _has_name(self, field: Field, *, tell: bool = True) -> bool:
        well = bool(_NAME.fullmatch(field.name))
        if not well and tell:
            self.left.append(f"field `{field.path}`: dbt takes no such name. It was left out.")
        return well

    def _entities(self, dataset: Dataset) -> Iterator[dict[str, str]]:
        """Keys by the names of the datasets that they are of, so that what is joined here is joined there."""
        key = dataset.primary_key
        if dataset.valid:
            for thing in [column for column in key if column != dataset.valid[0]][:1]:
                yield {"name": dataset.name, "type": "natural", "expr": thing}
        elif len(key) == 1:
            yield {"name": dataset.name, "type": "primary", "expr": key[0]}
        elif key:
            yield {"name": dataset.name, "type": "primary", "expr": _joined(key)}
        for unique in dataset.unique_keys:
            if len(unique) == 1:
                yield {"name": f"{dataset.name}_{unique[0]}", "type": "unique", "expr": unique[0]}
        for one in (one for one in self._model.relationships if one.many == dataset.name):
            columns = one.many_columns
            yield {
                "name": self._entity(one.one, one.one_columns),
                "type": "foreign",
                "expr": columns[0] if len(columns) == 1 else _joined(columns),
            }

    def _joined_by_several(self, dataset: Dataset) -> list[dict[str, Any]]:
        """Relationships by more columns than one, which in dbt are one text."""
        return [
            {"to": one.one, "from_columns": list(one.many_columns), "to_columns": list(one.one_columns)}
            for one in self._model.relationships
            if one.many == dataset.name and len(one.many_columns) > 1
        ]

    def _entity(self, dataset: str, columns: tuple[str, ...]) -> str:
        found = self._model.dataset(dataset)
        is_unique = found is not None and len(columns) == 1 and columns in found.unique_keys and columns != found.primary_key
        return f"{dataset}_{columns[0]}" if is_unique else dataset

    def _dimension(self, dataset: Dataset, field: Field) -> dict[str, Any]:
        text = field.expression.texts[ANSI]
        if len(field.expression.texts) > 1:
            self.left.append(f"field `{field.path}`: of its expressions dbt is given ANSI SQL alone.")
        meta = writer.of_field(field) | {"synonyms": list(field.synonyms), "datatype": field.datatype}
        meta |= {"name": field.name if _called(field) != field.name else ""}
        validity = {}
        if dataset.valid and text in dataset.valid:
            validity = {"validity_params": {"is_start" if text == dataset.valid[0] else "is_end": True}}
        grain = {"time_granularity": field.grains[0] if field.grains else "day"}
        return _full(
            {
                "name": _called(field),
                "type": "time" if field.is_time else "categorical",
                "label": field.label if field.label != humanize(field.name) else "",
                "description": field.description,
                "expr": text if text != _called(field) else "",
                "type_params": {**grain, **validity} if field.is_time or validity else {},
                "config": _meta(meta),
            }
        )

    # metrics

    def metrics(self) -> list[dict[str, Any]]:
        for metric in self._model.metrics:
            try:
                self._documents += self._metric(metric)
            except NotCarried as why:
                self.left.append(f"metric `{metric.name}`: {why}; it was left out.")
        return self._documents

    def _metric(self, metric: Metric) -> list[dict[str, Any]]:
        if not _NAME.fullmatch(metric.name):
            raise NotCarried("dbt takes no such name")
        if metric.ratio:
            self._all_given(metric.ratio)
            return [self._said(metric, "ratio", {"numerator": {"name": metric.ratio[0]}, "denominator": {"name": metric.ratio[1]}})]
        if metric.cumulative:
            return [self._cumulative(metric)]
        if metric.dataset not in self._given:
            raise NotCarried(f"its dataset `{metric.dataset}` was left out")
        tree = _parsed(metric.expression)
        filters = as_jinja(metric.filters, lambda path: self._reference(metric.dataset, path))
        if type(tree) in _AGGREGATES or _percentile(tree):
            self._measure(metric, metric.name, tree)
            return [self._said(metric, "simple", {"measure": {"name": _measure_of(metric.name)}}, filters)]
        return self._computed(metric, tree, filters)

    def _computed(self, metric: Metric, tree: exp.Expr, filters: str) -> list[dict[str, Any]]:
        """Each aggregate in it is a metric of its own, from which this one is derived."""
        parts: dict[str, str] = {}
        tree = _divided(tree.copy())
        for node in [node for node in tree.find_all(*_AGGREGATES) if not node.find_ancestor(*_AGGREGATES)]:
            name = parts.setdefault(node.sql(), f"{metric.name}_part_{len(parts) + 1}")
            if not any(measure["name"] == _measure_of(name) for measure in self.measures.get(metric.dataset, ())):
                self._measure(metric, name, node)
            node.replace(exp.column(name))
        if not parts or tree.find(exp.AggFunc):
            raise NotCarried("its expression has an aggregate that dbt does not know")
        made = [
            _full(
                {
                    "name": name,
                    "label": name,
                    "type": "simple",
                    "type_params": {"measure": {"name": _measure_of(name)}},
                    "filter": filters,
                    "config": _meta({PART: True}),
                }
            )
            for name in parts.values()
        ]
        return [*made, self._said(metric, "derived", {"expr": tree.sql(), "metrics": [{"name": name} for name in parts.values()]})]

    def _cumulative(self, metric: Metric) -> dict[str, Any]:
        said = metric.cumulative
        if said is None:
            raise NotCarried("it is none")
        self._all_given((said.of,))
        base = self._model.metric(said.of)
        filters = as_jinja(base.filters, lambda path: self._reference(base.dataset, path)) if base else ""
        window = {"window": f"{said.count} {said.unit}s"} if said.count else {"grain_to_date": said.unit} if said.unit else {}
        measure = _full({"name": _measure_of(said.of), "filter": filters})
        return self._said(metric, "cumulative", {"measure": measure, "cumulative_type_params": {**window, "period_agg": "last"}})

    def _all_given(self, names: tuple[str, ...]) -> None:
        there = {document["name"] for document in self._documents}
        if missing := [name for name in names if name not in there]:
            raise NotCarried(f"it stands on `{missing[0]}`, which was left out or stands further down")

    def _measure(self, metric: Metric, name: str, tree: exp.Expr) -> None:
        dataset = self._model.dataset(metric.dataset)
        time = self._model.time_of(metric)
        if dataset is None or time is None or time.dataset != metric.dataset:
            raise NotCarried("its rows have no time of their own, which dbt asks of every measure")
        own = self._own_time(dataset)
        self.measures.setdefault(metric.dataset, []).append(
            _full(
                {
                    "name": _measure_of(name),
                    **self._aggregated(metric, tree),
                    "agg_time_dimension": _called(time) if own is None or time.name != own.name else "",
                    "non_additive_dimension": self._balance(metric),
                }
            )
        )

    def _aggregated(self, metric: Metric, tree: exp.Expr) -> dict[str, Any]:
        inner: exp.Expr = tree.this
        if share := _percentile(tree):
            discrete = {"use_discrete_percentile": True} if isinstance(tree.this, exp.PercentileDisc) else {}
            ordered = tree.expression.expressions[0].this
            return {"agg": "percentile", "expr": self._own_sql(metric, ordered), "agg_params": {"percentile": share, **discrete}}
        agg = _AGGREGATES[type(tree)]
        if isinstance(inner, exp.Star):
            return {"agg": "sum", "expr": "1"}
        if isinstance(inner, exp.Distinct):
            if agg != "count" or len(inner.expressions) != 1:
                raise NotCarried("it aggregates different values in a way that dbt does not know")
            return {"agg": "count_distinct", "expr": self._own_sql(metric, inner.expressions[0])}
        return {"agg": agg, "expr": self._own_sql(metric, inner)}

    def _own_sql(self, metric: Metric, tree: exp.Expr) -> str:
        """Over the columns of its own table, with the fields' expressions in their places."""
        tree = tree.copy()
        for column in list(tree.find_all(exp.Column)):
            if column.table not in ("", metric.dataset):
                raise NotCarried(f"it aggregates `{column.sql()}`, and a measure of dbt knows the columns of its own table alone")
            field = self._model.field(f"{metric.dataset}.{column.name}")
            text = _parsed(field.expression) if field else exp.column(column.this.copy())
            made = text if isinstance(text, exp.Column | exp.Literal) else exp.paren(text)
            tree = made if column is tree else tree
            column.replace(made)
        return tree.sql()

    def _balance(self, metric: Metric) -> dict[str, Any]:
        if metric.balance is None:
            return {}
        time = self._model.field(metric.balance.time)
        own = self._model.dataset(metric.dataset)
        if own is None or time is None or time.dataset != metric.dataset:
            raise NotCarried("its balance is by a time of another dataset")
        by_column = {entity["expr"]: entity["name"] for entity in self._entities(own)}
        keys = [by_column.get(key.partition(".")[2]) for key in metric.balance.keys]
        if None in keys:
            raise NotCarried("its balance is per a field that is no key")
        return _full({"name": _called(time), "window_choice": "min" if metric.balance.pick == "first" else "max", "window_groupings": keys})

    def _reference(self, fact: str, path: str) -> str:
        field = self._model.field(path)
        dataset, name = (field.dataset, _called(field)) if field else ("", "")
        way = paths(self._model, fact).to.get(dataset)
        hops = [self._entity(hop.there, hop.there_columns) for hop in way or ()]
        known = {(one.many, one.one) for one in self._model.relationships}
        if way is None or dataset not in self._given or any((hop.here, hop.there) not in known for hop in way):
            raise NotCarried(f"its filter is by `{path}`, which dbt does not reach from `{fact}`")
        return "{{ Dimension('" + "__".join((*(hops or [dataset]), name)) + "') }}"

    def _said(self, metric: Metric, kind: str, params: dict[str, Any], filters: str = "") -> dict[str, Any]:
        more = writer.of_metric(metric)
        carried = ("label", "dataset", "filters", "time_field", "ratio", "balance", "cumulative", "certification")
        meta = {key: value for key, value in more.items() if key not in carried}
        meta |= {"synonyms": list(metric.synonyms), "instructions": metric.instructions}
        meta |= {"additivity": metric.additivity} if not metric.stands_on else {}
        return _full(
            {
                "name": metric.name,
                "label": metric.label,
                "description": metric.description,
                "type": kind,
                "type_params": params,
                "filter": filters,
                "config": _meta(meta),
            }
        )


def _validity(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """From when and until when its rows hold, where no field says so."""
    known = {field.expression.texts.get(ANSI) for field in dataset.fields}
    for column, key in zip(dataset.valid or (), ("is_start", "is_end"), strict=False):
        if column not in known:
            yield {"name": column, "type": "time", "type_params": {"time_granularity": "day", "validity_params": {key: True}}}


def _called(field: Field) -> str:
    """Its name in dbt, where a field may not be called as a grain is."""
    return f"{field.dataset}_{field.name}" if field.name in _RESERVED else field.name


def _measure_of(metric: str) -> str:
    """Measures, dimensions and entities of a semantic model have names of their own in dbt."""
    return f"{metric}_measure"


def _parsed(expression: Expression) -> exp.Expr:
    if ANSI not in expression.texts:
        raise NotCarried("it has no expression in ANSI SQL")
    try:
        return sqlglot.parse_one(expression.texts[ANSI]).unnest()
    except (SqlglotError, RecursionError) as error:
        raise NotCarried("its expression does not parse as SQL") from error


def _percentile(tree: exp.Expr) -> float | None:
    """The share of an ordered aggregate."""
    is_one = isinstance(tree, exp.WithinGroup) and isinstance(tree.this, exp.PercentileCont | exp.PercentileDisc)
    return float(tree.this.this.name) if is_one and isinstance(tree.this.this, exp.Literal) else None


def _divided(tree: exp.Expr) -> exp.Expr:
    """Division of real numbers, by zero without a value, as it is here."""
    for division in list(tree.find_all(exp.Div)):
        if not isinstance(division.expression.unnest(), exp.Nullif | exp.Literal):
            division.set("expression", exp.Nullif(this=division.expression.copy(), expression=exp.Literal.number(0)))
        if not isinstance(division.this.unnest(), exp.Cast) and "1.0" not in division.this.sql():
            division.set("this", exp.Mul(this=exp.paren(division.this.copy()), expression=exp.Literal.number("1.0")))
    return tree


def _joined(columns: tuple[str, ...]) -> str:
    return " || '-' || ".join(f"CAST({column} AS VARCHAR)" for column in columns)


def _meta(data: dict[str, Any]) -> dict[str, Any]:
    found = _full(data)
    return {"meta": {OURS: found}} if found else {}


def _full(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}
