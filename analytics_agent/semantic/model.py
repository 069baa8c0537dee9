"""The semantic model as frozen records: datasets, fields, relationships and metrics of an Apache Ossie document.

The records know names and nothing else: no SQL is parsed here, and reading YAML is `load`'s business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from analytics_agent.domain.evidence import DefinitionStatus, ValueFormat
from analytics_agent.domain.schedule import PeriodUnit

Additivity = Literal["additive", "semi_additive", "non_additive"]
Role = Literal["dimension", "key", "attribute", "time"]
VENDOR = "ANALYTICS_AGENT"
UNDATED = "none"
"""The `time_field` of a dataset whose rows nothing dates, also no other table's time."""
ANSI = "ANSI_SQL"


def _place() -> Any:
    """The line on which something stands, which is no part of what it says."""
    return field(default=0, compare=False)


@dataclass(frozen=True)
class Certification:
    """Who vouches for a definition, and for what of it. "unreviewed" was drafted or imported, and nobody has looked at it."""

    status: DefinitionStatus = "reviewed"
    by: str = ""
    details: str = ""


@dataclass(frozen=True)
class Freshness:
    """How old the newest value of a time field ("dataset.field") may be before answers say that the data is late."""

    field: str
    count: int
    unit: Literal["hour", "day"] = "day"
    line: int = _place()


@dataclass(frozen=True)
class Bridge:
    """A dataset of pairs that lets each row of `fact` have many rows of `to`. With `weight` ("dataset.field", the shares of one fact row
    add up to 1) a fact is split among them; without, it counts for each of them, and groups are not to be added up."""

    fact: str
    to: str
    weight: str | None = None
    line: int = _place()


@dataclass(frozen=True)
class VerifiedQuery:
    """A question whose SQL a person has vouched for."""

    question: str
    sql: str
    by: str = ""
    on: str = ""
    line: int = _place()


@dataclass(frozen=True)
class Expression:
    """One SQL text for each Ossie dialect ("ANSI_SQL", "POSTGRES", …), with the line it stands on."""

    texts: Mapping[str, str]
    line: int = 0

    def choose(self, dialect: str) -> tuple[str, str]:
        """(dialect, text) for an engine: its own, else ANSI, else the first that is there."""
        own = {"postgres": ("POSTGRES", "POSTGRESQL"), "mysql": ("MARIADB", "MYSQL")}.get(dialect, (dialect.upper(),))
        for name in (*own, ANSI, *self.texts):
            if name in self.texts:
                return name, self.texts[name]
        raise KeyError(dialect)


@dataclass(frozen=True)
class Field:
    """A row-level attribute. `values` maps a stored value to the words people use for it; `display` names the field that
    holds the name to show for a code ("airlines.name" for "flights.carrier"); `order` is how its values follow one another."""

    dataset: str
    name: str
    expression: Expression
    label: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    is_time: bool = False
    role: Role = "dimension"
    unit: str | None = None
    format: ValueFormat | None = None
    decimals: int | None = None
    grains: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    display: str | None = None
    label_of: str | None = None
    order: tuple[str, ...] = ()
    datatype: str = ""
    higher_is: Literal["good", "bad"] | None = None
    line: int = 0

    @property
    def path(self) -> str:
        return f"{self.dataset}.{self.name}"


@dataclass(frozen=True)
class Dataset:
    """A table or view under a name of its own; the same table may stand behind two datasets (two roles of one thing).

    `valid` names the columns from when and until when (exclusive; unknown is still) each row holds: several rows are versions of one
    thing, and a fact meets the one that held at its time.
    """

    name: str
    source: str
    fields: tuple[Field, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    description: str = ""
    synonyms: tuple[str, ...] = ()
    time_field: str | None = None
    line: int = 0
    valid: tuple[str, str] | None = None
    bridge: Bridge | None = None
    grain: str = ""
    freshness: Freshness | None = None
    instructions: str = ""
    owners: tuple[str, ...] = ()
    certification: Certification | None = None
    """None is the model's own."""

    def unique_sets(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(key) for key in (self.primary_key, *self.unique_keys) if key)


@dataclass(frozen=True)
class Relationship:
    """Each row of `many` has at most one row of `one`."""

    name: str
    many: str
    one: str
    many_columns: tuple[str, ...]
    one_columns: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True)
class MetricFilter:
    """A condition that is part of a metric's definition."""

    field: str
    op: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Balance:
    """A state that is not to be added up over time: of each key only the rows of its last (or first) moment in a period count."""

    time: str
    keys: tuple[str, ...]
    pick: Literal["last", "first"] = "last"


@dataclass(frozen=True)
class Cumulative:
    """Another metric, added up to the end of each period: since the beginning of the data, since the beginning of the `unit`, or
    over the `count` units that end there."""

    of: str
    unit: PeriodUnit | None = None
    count: int = 0


@dataclass(frozen=True)
class Metric:
    """An aggregate with a definition. `dataset` is its fact: the rows it counts or sums. `weight` names the additive metric
    that weighs it where it is a mean or a share. `time_field` dates it by another time than its fact's.

    Instead of an expression it may have a `ratio` of two metrics, each aggregated on its own rows, or be `cumulative`."""

    name: str
    expression: Expression
    label: str
    dataset: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    unit: str | None = None
    format: ValueFormat = "number"
    decimals: int | None = None
    additivity: Additivity = "non_additive"
    higher_is: Literal["good", "bad"] | None = None
    weight: str | None = None
    filters: tuple[MetricFilter, ...] = ()
    caveats: tuple[str, ...] = ()
    line: int = 0
    time_field: str | None = None
    ratio: tuple[str, str] | None = None
    balance: Balance | None = None
    cumulative: Cumulative | None = None
    instructions: str = ""
    owners: tuple[str, ...] = ()
    certification: Certification | None = None
    """None is that of its dataset, else the model's."""

    @property
    def stands_on(self) -> tuple[str, ...]:
        """The metrics it is made of; it has no expression of its own then."""
        return self.ratio or ((self.cumulative.of,) if self.cumulative else ())


@dataclass(frozen=True)
class AsOf:
    """What "today" means for the data: the real clock, a fixed ISO date, or the newest value of a column."""

    kind: Literal["now", "date", "column"] = "now"
    value: str = ""


@dataclass(frozen=True)
class SemanticModel:
    """`not_covered` names what people ask for and the data does not hold, with the words they use for it."""

    name: str
    datasets: tuple[Dataset, ...]
    relationships: tuple[Relationship, ...] = ()
    metrics: tuple[Metric, ...] = ()
    description: str = ""
    instructions: str = ""
    as_of: AsOf = AsOf()
    time_field: str | None = None
    timezone: str | None = None
    seasons: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    fiscal_start: int = 1
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    not_covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    certification: Certification = Certification()
    verified_queries: tuple[VerifiedQuery, ...] = ()
    severed: frozenset[tuple[str, str]] = frozenset()
    """Of a part of a model: from which dataset which other is not reached as it is in the whole. Another way there means another thing."""

    def dataset(self, name: str) -> Dataset | None:
        return next((d for d in self.datasets if d.name == name), None)

    def metric(self, name: str) -> Metric | None:
        return next((m for m in self.metrics if m.name == name), None)

    def field(self, path: str) -> Field | None:
        return self._by_path.get(path)

    @cached_property
    def found_paths(self) -> dict[str, Any]:
        """What compiler/joins.py has found out of this model: it never changes."""
        return {}

    @cached_property
    def _by_path(self) -> dict[str, Field]:
        return {f.path: f for f in self.fields()}

    def fields(self) -> Iterator[Field]:
        for dataset in self.datasets:
            yield from dataset.fields

    def certification_of(self, metric: Metric) -> Certification:
        dataset = self.dataset(metric.dataset)
        return metric.certification or (dataset.certification if dataset else None) or self.certification

    def time_of(self, metric: Metric) -> Field | None:
        """The time by which a metric is dated: its own, else that of its fact."""
        own = metric.balance.time if metric.balance else metric.time_field
        return self.field(own) if own else self.default_time(metric.dataset)

    def default_time(self, fact: str) -> Field | None:
        """The time field that a period means for this fact: its own (chosen by dataset, by model, or its first), else that of
        the nearest dataset it reaches: order lines are dated by their order."""
        from analytics_agent.semantic.compiler.joins import paths  # late: joins is built on these records

        reach, whole = paths(self, fact), self.dataset(fact)
        if whole is not None and whole.time_field == UNDATED:
            return None
        for name in sorted(set(reach.to) - reach.ambiguous, key=lambda n: (len(reach.to[n]), n)):
            dataset = self.dataset(name)
            # What is chosen by a fact's date cannot be what dates it.
            times = [f for f in dataset.fields if f.is_time] if dataset and (name == fact or dataset.valid is None) else []
            chosen = [f for f in times if dataset and f.path in (dataset.time_field, self.time_field)]
            if times:
                return (chosen or times)[0]
        return None
