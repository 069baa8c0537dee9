"""What a report consists of, before it has a look: plain records that `build` fills and the templates lay out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from analytics_agent.domain.evidence import DefinitionStatus

LANGUAGE = "en"
WHAT_CHANGED = "What changed"
"""The kind of the section in which a scheduled report tells what is different from the one before."""
LONG_QUERY = 22
"""Lines from which on a query of short lines is set in two columns."""
HALF_A_PAGE = 54
"""Characters of code in one of two columns on A4."""
Emphasis = Literal["text", "strong", "em", "code", "figure"]
Tone = Literal["good", "bad", "plain"]


@dataclass(frozen=True)
class Span:
    """A run of text. A figure carries the number of its mark, which is also its row among the derivations."""

    text: str
    kind: Emphasis = "text"
    mark: int | None = None


Prose = tuple[Span, ...]


@dataclass(frozen=True)
class Derivation:
    """Where one figure came from. `results` are the ids it leans on; `value` is the unrounded value."""

    number: int
    shown: str
    value: str
    expression: str
    results: tuple[str, ...]
    tables: tuple[str, ...]
    filters: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the strip, read from `result`. `change` says how far it moved; `tone` colors it; `base` names what it is
    compared with."""

    label: str
    value: str
    result: str
    unit: str = ""
    note: str = ""
    change: str = ""
    direction: Literal["up", "down", ""] = ""
    tone: Tone = "plain"
    base: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture: a Vega-Lite specification, the measure as its title, unit and colors below it; `alt` says it in one sentence."""

    kind: str
    title: str
    subtitle: str
    alt: str
    spec: dict[str, Any]
    notes: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    """Name and value of each, where it is made of bars."""


@dataclass(frozen=True)
class Evidence:
    """What stands behind a statement: the result, its size, where it came from and what is left out of it."""

    result: str
    title: str
    rows: str
    tables: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    method: str = ""
    computed_from: tuple[str, ...] = ()
    hash: str = ""

    @property
    def method_in_short(self) -> str:
        """Its first sentence, of a long one its first part; the whole stands with the result."""
        sentence = self.method.partition(". ")[0].rstrip(".")
        head, comma, _ = sentence.partition(", ")
        if len(sentence) > 60 and comma:
            return f"{head}\u00a0…"
        return f"{sentence}." if sentence else ""


@dataclass(frozen=True)
class GridColumn:
    """`label` carries the unit, so that cells are bare numbers."""

    label: str
    numeric: bool
    width: int
    """Characters, for laying the table out."""


@dataclass(frozen=True)
class Grid:
    """A table. `parts` are the columns of each piece it is cut into on paper, the first column repeated in every piece."""

    id: str
    title: str
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[int, ...], ...]
    landscape: bool
    note: str
    hash: str
    on_paper: int = 0
    """How many of the rows paper shows; 0 for all of them."""
    note_on_paper: str = ""

    def share(self, column: int, part: tuple[int, ...]) -> float:
        """The column's part of the width of a piece, in percent, rounded down so that a piece is never wider than the page."""
        return int(10_000 * self.columns[column].width / sum(self.columns[i].width for i in part)) / 100

    @property
    def is_slim(self) -> bool:
        """So narrow that the eye would lose the row on its way across the page."""
        return len(self.columns) <= 3 and sum(column.width for column in self.columns) < 60


@dataclass(frozen=True)
class Section:
    """One finding. `kind` is said above its title: what sort of statement it is."""

    id: str
    number: int
    kind: str
    title: str
    prose: tuple[Prose, ...]
    evidence: Evidence
    chart: Chart | None = None
    grid: Grid | None = None
    facts: tuple["Fact", ...] = ()
    caveats: tuple[str, ...] = ()
    is_finding: bool = True
    figure: str = ""
    """Its most telling figure, for the list on page one."""


@dataclass(frozen=True)
class Listing:
    """A result and where it came from: its query or, for a computed one, its inputs. `ran_narrowed`: what ran held conditions that are
    not shown."""

    result: str
    title: str
    sql: str
    source: str
    inputs: tuple[str, ...]
    rows: str
    remarks: tuple[str, ...]
    milliseconds: float
    hash: str
    ran_narrowed: bool = False

    @property
    def is_slim(self) -> bool:
        """Many short lines, which paper sets in two columns; one in eight may be too long and is wrapped."""
        lines = self.sql.splitlines()
        return len(lines) >= LONG_QUERY and sum(len(line) > HALF_A_PAGE for line in lines) * 8 <= len(lines)


@dataclass(frozen=True)
class Method:
    """How results were computed, said once for all that share it."""

    results: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Defined:
    """A governed metric. `badge` is what stands beside its name, `vouched` who vouches for it and who keeps it."""

    label: str
    text: str
    formula: str
    status: DefinitionStatus
    badge: str
    vouched: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class ReportDocument:
    """The whole report. Text in it is text: nothing in it is markup, and the templates escape all of it."""

    run_id: str
    title: str
    headline: str
    database: str
    generated_at: datetime
    lead: Prose
    rest: Prose
    key_figures: tuple[KeyFigure, ...]
    chart: Chart | None
    chart_narrow: Chart | None
    """The same picture for a telephone."""
    chart_evidence: Evidence | None
    sections: tuple[Section, ...]
    derivations: tuple[Derivation, ...]
    listings: tuple[Listing, ...]
    methods: tuple[Method, ...]
    data: Grid | None
    caveats: tuple[str, ...]
    not_answered: tuple[str, ...]
    facts: tuple[Fact, ...]
    dashboard_url: str | None = None
    status: str = ""
    """A sentence when the run did not succeed, or succeeded in part."""

    partial: bool = False
    """No model wrote the answer: the run was stopped at a budget."""

    of_part: str = ""
    """Said right below the answer where its figures are of what the asker may see only: its sentences may sound as if they were of all."""

    definitions: tuple[Defined, ...] = ()
    of_draft: str = ""
    """Said there too, where a definition is a draft."""

    @property
    def shared_filters(self) -> tuple[str, ...]:
        """What every figure's rows were filtered by: said once, above the table of derivations."""
        first, *others = self.derivations or (None,)
        return tuple(one for one in first.filters if all(one in row.filters for row in others)) if first else ()

    @property
    def has_own_filters(self) -> bool:
        """Whether some figure's rows were filtered by more than all others'."""
        return any(len(row.filters) > len(self.shared_filters) for row in self.derivations)
