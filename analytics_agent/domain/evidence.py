"""What explore found: stored results, each with the SQL that made it."""

from dataclasses import dataclass
from typing import Any, Literal

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import ColumnType
from analytics_agent.domain.statement import Estimate

ValueFormat = Literal["number", "percent", "currency", "text", "date", "timestamp"]
Source = Literal["metric", "free", "verified", "computed"]
DefinitionStatus = Literal["certified", "reviewed", "unreviewed"]


@dataclass(frozen=True)
class ResultColumn:
    """A column of a stored result and how its values are to be shown.

    `percent` values are fractions (0.35 is 35 %). `unit` is what follows the figure: "min", "mi", "flights".
    `label` is for people ("Mean departure delay"), `name` for references. `metric` names the governed metric it came from.
    `higher_is` says whether a rise is good or bad news, where that is known. `additive`: whether values of several rows may be
    added up (a count may, a mean or a distinct count may not); None where that is not known.
    """

    name: str
    type: ColumnType
    label: str
    unit: str | None = None
    format: ValueFormat = "number"
    decimals: int | None = None
    metric: str | None = None
    dimension: str | None = None
    higher_is: Literal["good", "bad"] | None = None
    additive: bool | None = None


@dataclass(frozen=True)
class SqlFinding:
    """What a rule says of a statement. `hint` says what to do instead, so that a model can repair from it.

    `fix` is the whole statement mended, where there is one mending that surely means the same.
    """

    rule: str
    severity: Literal["error", "warning", "info"]
    message: str
    hint: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Definition:
    """A governed metric as it was defined when its query ran. `by` and `details` say who vouches for it and for what, `formula` is as the
    semantic model writes it."""

    metric: str
    label: str
    text: str = ""
    formula: str = ""
    status: DefinitionStatus = "reviewed"
    by: str = ""
    details: str = ""
    owners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verified:
    """Whose word stands for a verified query, since when, and the question that it answers."""

    question: str
    by: str = ""
    on: str = ""

    @property
    def said(self) -> str:
        """By whom and since when, as it goes on after "a verified query"."""
        who = f"by {self.by}" if self.by else ""
        return " ".join(filter(None, (who, f"on {self.on}" if self.on else "")))


@dataclass(frozen=True)
class Query:
    """One stored result: rows as an artifact (Parquet), columns, and where it came from.

    `id` is "r1", "r2", … in the order of the run. `sql` is what was asked for, `sql_as_run` what the engine got. A computed
    result (`source` computed) has no SQL; `inputs` names the results it was computed from and `method` how.
    `truncated`: the row cap was reached and more rows exist. `request` is the metric request, for governed queries,
    and `caveats` what the governed metrics say they leave out.
    """

    id: str
    title: str
    columns: tuple[ResultColumn, ...]
    rows: int
    artifact: Artifact
    source: Source
    sql: str = ""
    sql_as_run: str = ""
    tables: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    milliseconds: float = 0.0
    truncated: bool = False
    findings: tuple[SqlFinding, ...] = ()
    inputs: tuple[str, ...] = ()
    method: str = ""
    request: dict[str, Any] | None = None
    caveats: tuple[str, ...] = ()
    why_not_metrics: str = ""
    """Of free SQL where governed metrics exist: why none fitted, as the model says."""

    estimate: Estimate | None = None
    """What the engine's planner expected of it, where it was asked."""

    approval: str = ""
    """Who let it run although that was over the limit: a sentence of ours."""

    definitions: tuple[Definition, ...] = ()
    verified: Verified | None = None
    """Of SQL that is one of the semantic model's verified queries."""

    semantic_model: str = ""
    """The digest of the version of the semantic model that it stands on, as domain.model_version has it; of governed queries."""


@dataclass(frozen=True)
class Evidence:
    """What explore hands on. `primary` is the id of the result that answers the question by itself.

    `readings` are sentences on how the question was read ("Summer: June to August 2013"); `caveats` what is left out.
    """

    primary: str
    results: tuple[str, ...]
    readings: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
