"""dbt's semantic models as datasets and relationships: entities are keys, dimensions are fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.exchange.dbt_expressions import tree_of
from analytics_agent.semantic.exchange.dbt_files import Project
from analytics_agent.semantic.exchange.dbt_filters import NotCarried
from analytics_agent.semantic.exchange.meta import of_ours, other_keys, synonyms_of
from analytics_agent.semantic.model import ANSI, UNDATED, Dataset, Expression, Field, Freshness, Relationship, SemanticModel
from analytics_agent.semantic.ossie.load import humanize

GRAINS = ("hour", "day", "week", "month", "quarter", "year")
_FINER = ("nanosecond", "microsecond", "millisecond", "second", "minute")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REF = re.compile(
    r"(?:ref|source)\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)*['\"]([^'\"]+)['\"]\s*(?:,\s*v(?:ersion)?\s*=\s*['\"]?(\w+)['\"]?\s*)?\)"
)


@dataclass(frozen=True)
class Entity:
    name: str
    kind: str
    column: str
    """"" where it is an expression, which is no column to join by."""
    description: str = ""


@dataclass
class Models:
    """Datasets with the entities of each. `left` are sentences about what was not carried."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    entities: dict[str, tuple[Entity, ...]] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()
    called: dict[tuple[str, str], str] = field(default_factory=dict)
    """Names of fields by those of the dimensions that they were, where these differ."""
    dated: dict[str, str] = field(default_factory=dict)
    """The dimension that is said to date a dataset's rows, carried or not."""
    leads: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The datasets that an entity of a dataset leads to."""
    left: list[str] = field(default_factory=list)

    def field_of(self, dataset: str, kind: str, name: str) -> str:
        """The field ("dataset.field") that a reference of a filter means, for a metric of this dataset. Raises NotCarried."""
        *way, last = name.split("__")
        if kind == "Entity":
            return self._of_entity(dataset, last)
        if last == "metric_time":
            if time := self.datasets[dataset].time_field:
                return time
            raise NotCarried(f"its filter is by `{name}`, and `{dataset}` has no time of its own")
        ways = self._followed(dataset, way)
        found = [there for there in ways if any(f.path == self.path(there[-1], last) for f in self.datasets[there[-1]].fields)]
        if len(found) != 1:
            raise NotCarried(f"its filter is by `{name}`, which is {'no dimension' if not found else 'several dimensions'} that it reaches")
        reached = paths(self.model(), dataset)
        home = found[0][-1]
        if home in reached.ambiguous or tuple(hop.there for hop in reached.to.get(home, ())) != found[0][1:]:
            raise NotCarried(f"its filter is by `{name}`, and `{home}` is reached in another way here")
        return self.path(home, last)

    def path(self, dataset: str, dimension: str) -> str:
        return f"{dataset}.{self.called.get((dataset, dimension), dimension)}"

    def _followed(self, dataset: str, way: list[str]) -> list[tuple[str, ...]]:
        """The datasets on the way that entities lead from here; an entity that a dataset is about leads nowhere else."""
        ways: list[tuple[str, ...]] = [(dataset,)]
        for entity in way:
            ways = [(*there, *step) for there in ways for step in self._steps(there[-1], entity)]
        return ways

    def _steps(self, dataset: str, entity: str) -> list[tuple[str, ...]]:
        beyond: list[tuple[str, ...]] = [(one,) for one in self.leads.get((dataset, entity), ())]
        return [(), *beyond] if entity in self._own(dataset) else beyond

    def _own(self, dataset: str) -> set[str]:
        """Entities that a dataset is about: of which it has one row each, or the only one that is named as its own."""
        return {entity.name for entity in self.entities[dataset] if entity.kind in ("primary", "unique", "natural")}

    def _of_entity(self, dataset: str, name: str) -> str:
        column = next((e.column for e in self.entities[dataset] if e.name == name and e.column), None)
        if column is None:
            raise NotCarried(f"its filter is by the entity `{name}`, which `{dataset}` has no column for")
        return f"{dataset}.{column}"

    def model(self, name: str = "dbt") -> SemanticModel:
        return SemanticModel(name, tuple(self.datasets.values()), self.relationships)


def models(project: Project) -> Models:
    made = Models()
    for document in project.semantic_models:
        dataset, entities = _dataset(document, made)
        if dataset.name in made.datasets:
            made.left.append(f"semantic model `{dataset.name}`: there are two of this name; the second was left out.")
            continue
        made.datasets[dataset.name], made.entities[dataset.name] = dataset, entities
        if time := (document.get("defaults") or {}).get("agg_time_dimension"):
            made.dated[dataset.name] = str(time)
    for name, dataset in made.datasets.items():
        made.datasets[name] = _with_versions(dataset, made, project)
    made.relationships = _relationships(made, tuple(_by_several(project, made)))
    return made


def _by_several(project: Project, made: Models) -> Iterator[tuple[Entity, Relationship]]:
    for document in project.semantic_models:
        many = usable(str(document.get("name") or ""))
        for one in of_ours(document).get("joined", ()):
            if one.get("to") in made.datasets:
                columns, keys = tuple(one["from_columns"]), tuple(one["to_columns"])
                yield Entity(one["to"], "foreign", ""), Relationship(f"{many}_{one['to']}", many, one["to"], columns, keys)


def _dataset(document: Mapping[str, Any], made: Models) -> tuple[Dataset, tuple[Entity, ...]]:
    name = usable(str(document.get("name") or ""))
    ours = of_ours(document)
    entities = tuple(_entities(document, name, made))
    fields = tuple(_fields(document, name, entities, made))
    own_time = (document.get("defaults") or {}).get("agg_time_dimension")
    times = [f.path for f in fields if f.is_time and f.path == made.path(name, str(own_time))]
    made.left += other_keys(document, f"semantic model `{name}`")
    label = document.get("label")
    return (
        Dataset(
            name=name,
            source=ours.get("source") or _source(document, name),
            fields=fields,
            primary_key=tuple(ours.get("primary_key", ())) or tuple(e.column for e in entities if e.kind == "primary" and e.column)[:1],
            unique_keys=(
                *((e.column,) for e in entities if e.kind == "unique" and e.column),
                *(tuple(key) for key in ours.get("unique_keys", ())),
            ),
            description=_text(document.get("description")),
            synonyms=(*synonyms_of(document), *([label.lower()] if isinstance(label, str) and label.lower() != name else [])),
            time_field=times[0] if times else UNDATED if ours.get("time_field") == UNDATED else None,
            **{key: ours[key] for key in ("grain", "instructions") if key in ours},
            owners=tuple(ours.get("owners", ())),
            freshness=_freshness(ours.get("freshness")),
        ),
        entities,
    )


def _freshness(said: Any) -> Freshness | None:
    """As the model has it written."""
    within = said.get("within") if isinstance(said, dict) else None
    if not isinstance(within, dict) or not isinstance(within.get("count"), int) or within.get("unit") not in ("hour", "day"):
        return None
    return Freshness(str(said.get("field")), within["count"], within["unit"])


def _source(document: Mapping[str, Any], name: str) -> str:
    node = document.get("node_relation")
    if isinstance(node, dict) and node.get("alias"):
        return f"{node['schema_name']}.{node['alias']}" if node.get("schema_name") else str(node["alias"])
    found = _REF.search(str(document.get("model") or ""))
    return (f"{found[1]}_v{found[2]}" if found[2] else found[1]) if found else name


def _entities(document: Mapping[str, Any], dataset: str, made: Models) -> Iterator[Entity]:
    listed = [one for one in document.get("entities") or () if isinstance(one, dict)]
    for one in listed:
        name, kind = str(one.get("name") or one.get("entity")), str(one.get("type") or "").lower()
        text = str(one.get("expr") or name)
        if not _PLAIN.fullmatch(text) and not _is_told(document, name, kind):
            made.left.append(f"entity `{name}` of `{dataset}` is the expression {text!r}; keys are columns, so nothing is joined by it.")
        yield Entity(name, kind, text if _PLAIN.fullmatch(text) else "", _text(one.get("description")))
    if (primary := document.get("primary_entity")) and not any(str(one.get("type")).lower() == "primary" for one in listed):
        yield Entity(str(primary), "primary", "")


def _is_told(document: Mapping[str, Any], name: str, kind: str) -> bool:
    """Whether the columns of an entity that is one text are in our part of its `meta`."""
    ours = of_ours(document)
    return bool(kind == "primary" and ours.get("primary_key")) or any(one.get("to") == name for one in ours.get("joined", ()))


def _fields(document: Mapping[str, Any], dataset: str, entities: tuple[Entity, ...], made: Models) -> Iterator[Field]:
    names: set[str] = set()
    for one in (one for one in document.get("dimensions") or () if isinstance(one, dict)):
        try:
            made_field = _dimension(one, dataset, made)
        except NotCarried as why:
            made.left.append(f"dimension `{dataset}.{one.get('name')}`: {why}; it was left out.")
            continue
        names.add(made_field.name)
        yield made_field
    for entity in entities:
        if entity.column and entity.column not in names:
            names.add(entity.column)
            told = _text(entity.description)
            yield Field(dataset, entity.column, Expression({ANSI: entity.column}), humanize(entity.column), told, role="key")


def _dimension(one: Mapping[str, Any], dataset: str, made: Models) -> Field:
    ours = of_ours(one)
    name = usable(str(ours.get("name") or one.get("name") or ""))
    made.called[dataset, str(one.get("name"))] = name
    text = str(one.get("expr") if one.get("expr") is not None else one.get("name"))
    tree_of(text)
    params = one.get("type_params") if isinstance(one.get("type_params"), dict) else {}
    is_time = str(one.get("type") or "").lower() == "time"
    made.left += other_keys(one, f"dimension `{dataset}.{name}`")
    return Field(
        dataset=dataset,
        name=name,
        expression=Expression({ANSI: text}),
        label=_text(one.get("label")) or humanize(name),
        description=_text(one.get("description")),
        synonyms=synonyms_of(one),
        is_time=is_time,
        role=ours.get("role") or ("time" if is_time else "attribute" if one.get("is_partition") else "dimension"),
        grains=tuple(ours.get("grains") or _grains(str((params or {}).get("time_granularity") or "day").lower())) if is_time else (),
        datatype=ours.get("datatype", ""),
        unit=ours.get("unit"),
        format=ours.get("format"),
        decimals=ours.get("decimals"),
        values={value: tuple(words) for value, words in (ours.get("values") or {}).items()},
        display=ours.get("display"),
        label_of=ours.get("label_of"),
        order=tuple(ours.get("order") or ()),
        higher_is=ours.get("higher_is"),
    )


def _grains(finest: str) -> tuple[str, ...]:
    return GRAINS[0 if finest in _FINER else GRAINS.index(finest) if finest in GRAINS else 1 :]


def _with_versions(dataset: Dataset, made: Models, project: Project) -> Dataset:
    """Rows that hold from one time to another, of a natural key."""
    document = next(one for one in project.semantic_models if usable(str(one.get("name") or "")) == dataset.name)
    begins = ends = ""
    for one in (one for one in document.get("dimensions") or () if isinstance(one, dict)):
        validity = (one.get("type_params") or {}).get("validity_params") or {}
        column = str(one.get("expr") or one.get("name"))
        column = column if _PLAIN.fullmatch(column) else ""
        begins, ends = (column if validity.get("is_start") else begins), (column if validity.get("is_end") else ends)
    natural = next((e.column for e in made.entities[dataset.name] if e.kind == "natural" and e.column), "")
    if not (begins and ends and natural):
        if natural or begins or ends:
            made.left.append(
                f"semantic model `{dataset.name}`: its validity is not whole (a natural key, a start and an end), so nothing meets it."
            )
        return dataset
    key = dataset.unique_keys if not dataset.primary_key else (*dataset.unique_keys, dataset.primary_key)
    return replace(dataset, valid=(begins, ends), primary_key=(natural, begins), unique_keys=key)


def _relationships(made: Models, told: tuple[tuple[Entity, Relationship], ...]) -> tuple[Relationship, ...]:
    """From each entity to the datasets that are about it. Where that would be a second way, a foreign key leads to a dataset of its own,
    the same rows in another role, and datasets about one thing stay apart."""
    kept: tuple[Relationship, ...] = ()
    for entity, one in (*told, *_candidates(made)):
        if entity.kind == "foreign" and _is_ambiguous(made, (*kept, one)):
            one = replace(one, name=f"{one.name}_in_its_role", one=_role(made, entity, one))
        if not _is_ambiguous(made, (*kept, one)):
            kept = (*kept, one)
            made.leads.setdefault((one.many, entity.name), []).append(one.one)
        else:
            columns = ", ".join(one.many_columns)
            made.left.append(f"the join from `{one.many}` to `{one.one}` by {columns} would be a second way there; it was left out.")
    return kept


def _is_ambiguous(made: Models, relationships: tuple[Relationship, ...]) -> bool:
    tried = replace(made.model(), relationships=relationships)
    return any(paths(tried, dataset).ambiguous for dataset in made.datasets)


def _role(made: Models, entity: Entity, one: Relationship) -> str:
    whole = made.datasets[one.one]
    name = f"{one.many}_{entity.name}_{one.one}"
    own = tuple(replace(each, dataset=name, display=None, label_of=None) for each in whole.fields)
    time = f"{name}.{whole.time_field.partition('.')[2]}" if whole.time_field and whole.time_field != UNDATED else whole.time_field
    made.datasets[name] = replace(whole, name=name, fields=own, time_field=time, synonyms=())
    made.entities[name] = made.entities[one.one]
    made.called |= {(name, said): own for (dataset, said), own in made.called.items() if dataset == one.one}
    return name


def _candidates(made: Models) -> Iterator[tuple[Entity, Relationship]]:
    """Foreign keys first; then datasets about one thing, one row each, joined once."""
    seen: set[frozenset[str]] = set()
    for kinds in (("foreign",), ("primary", "unique")):
        for many, entities in made.entities.items():
            for entity in (e for e in entities if e.kind in kinds and e.column):
                for one, keys in made.entities.items():
                    key = next((k for k in keys if k.name == entity.name and k.kind in ("primary", "unique", "natural") and k.column), None)
                    if key is None or one == many or (kinds[0] != "foreign" and frozenset((many, one)) in seen):
                        continue
                    seen.add(frozenset((many, one)))
                    yield entity, Relationship(f"{many}_{entity.name}_to_{one}", many, one, (entity.column,), (key.column,))


def usable(name: str) -> str:
    """A name of letters, digits and underscores."""
    made = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "unnamed"
    return f"n_{made}" if made[0].isdigit() else made


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if value else ""
