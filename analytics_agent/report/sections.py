"""The body of a report: what changed, each finding and each further result, with its picture or its rows beside its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.display_names import Dimension, display_names
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.run import Run
from analytics_agent.report.charts import choose
from analytics_agent.report.document import WHAT_CHANGED, Chart, Fact, Grid, Section
from analytics_agent.report.figures import Ledger
from analytics_agent.report.finding_charts import for_finding
from analytics_agent.report.framing import Frame
from analytics_agent.report.gist import gist
from analytics_agent.report.grid import grid_of
from analytics_agent.report.lineage import evidence_of
from analytics_agent.report.prose import claim_prose
from analytics_agent.report.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_SHOWN = 10
ROOM = 72
"""Characters that fit beside the evidence."""
KINDS = {"comparison": "Comparison", "contribution": "What made the change", "trend": "Trend", "ranking": "Ranking"}
_COLUMNS = {
    "comparison": ("{by}", "before", "now", "difference", "percent_change"),
    "contribution": ("{by}", "before", "now", "contribution", "share_of_change"),
    "ranking": ("rank", "{by}", "{measure}", "share_of_total", "distance_to_mean"),
}


@dataclass(frozen=True)
class Material:
    """What sections are made from. `shown` is the picture that page one already has."""

    run: Run
    queries: Mapping[str, Query]
    tables: Mapping[str, "pa.Table"]
    ledger: Ledger
    frame: Frame
    shown: Chart | None

    @property
    def claims(self) -> Sequence[Claim]:
        return self.run.answer.claims if self.run.answer else ()

    def told(self, finding: Finding) -> list[Claim]:
        return [claim for claim in self.claims if claim.finding == finding.id]

    def about(self, query: Query) -> list[Claim]:
        """What the answer says of a result by itself, and of no finding."""
        return [c for c in self.claims if not c.finding and c.figures and all(f.result == query.id for f in c.figures)]


def sections(material: Material, primary: Query | None) -> tuple[Section, ...]:
    """Findings in the order the answer tells them, then results that answer the question too and that no finding was computed from."""
    findings = in_order_told(material.run)
    first = _of_changes(material)
    made = [*first, *(_of_finding(number, finding, material) for number, finding in enumerate(findings, start=len(first) + 1))]
    made = _cautioned_once(made)
    told = {primary.id if primary else "", *(i for f in findings for i in (f.result, *f.inputs))}
    for query in _further(material, told):
        made.append(_of_result(len(made) + 1, query, material))
    return tuple(made)


def _cautioned_once(made: list[Section]) -> list[Section]:
    """A caveat of several findings stands with the first of them."""
    said: set[str] = set()
    for i, section in enumerate(made):
        made[i] = replace(section, caveats=tuple(text for text in section.caveats if text not in said))
        said |= set(section.caveats)
    return made


def in_order_told(run: Run) -> list[Finding]:
    """Findings that have their result, as the answer tells them; what it does not tell comes last."""
    told = [claim.finding for claim in run.answer.claims] if run.answer else []
    stored = {query.id for query in run.queries}
    return sorted((f for f in run.findings if f.result in stored), key=lambda f: told.index(f.id) if f.id in told else len(told))


def _further(material: Material, told: set[str]) -> list[Query]:
    chosen = material.run.evidence.results if material.run.evidence else ()
    rows = material.tables
    return [material.queries[i] for i in chosen if i in material.queries and i in rows and i not in told and rows[i].num_rows]


def _of_changes(material: Material) -> list[Section]:
    """What a scheduled report says of the one before it: first, as that is what its readers look for. Rows only where some changed."""
    changes = material.run.changes
    query = material.queries.get(changes.result or "") if changes else None
    if changes is None or query is None or not changes.claims:
        return []
    return [
        Section(
            id="finding-1",
            number=1,
            kind=WHAT_CHANGED,
            title=_heading(changes.claims) or query.title,
            prose=tuple(claim_prose(claim, material.ledger.mark) for claim in changes.claims),
            evidence=evidence_of(query, material.queries),
            grid=_changed_rows(query, material) if changes.changed else None,
            figure=_in_all(query, material) or gist(changes.claims, material.queries, material.tables) if changes.changed else "",
        )
    ]


def _in_all(query: Query, material: Material) -> str:
    """ "28,243 → 29,425 flights", of a measure that adds up."""
    table = material.tables.get(query.id)
    if table is None or "total_now" not in table.column_names:
        return ""
    rows = Rows.of(query, table)
    return f"{rows.bare(0, 'total_before')} → {rows.full(0, 'total_now')}"


def _changed_rows(query: Query, material: Material) -> Grid | None:
    table = material.tables.get(query.id)
    if table is None or table.num_rows < 2:
        return None
    shown = _by_period(query, table)
    return grid_of(shown, table, rows=ROWS_SHOWN, names=[column.name for column in shown.columns], room=ROOM)


def _by_period(query: Query, table: "pa.Table") -> Query:
    """What rows are about (a code only where no name stands beside it), then both reports' figures under their periods' names."""
    rows = Rows.of(query, table)
    place = [column.name for column in query.columns].index("before")
    about = query.columns[:place]
    codes = display_names([Dimension(column, rows.values[column.name], column.type != "text") for column in about])
    labels = {"before": rows.cell(0, "before_group"), "now": rows.cell(0, "now_group"), "difference": "Difference"}
    figures = [replace(rows.columns[name], label=label) for name, label in labels.items()]
    return replace(query, columns=(*(column for column in about if column.name not in codes), *figures))


def _of_finding(number: int, finding: Finding, material: Material) -> Section:
    query, claims = material.queries[finding.result], material.told(finding)
    chart = for_finding(finding, material.queries, material.tables, _beside(material.frame))
    repeated = chart is not None and same(chart, material.shown)
    facts = _trend_facts(finding, material)
    rows_instead = (chart is None or repeated) and not facts
    return Section(
        id=f"finding-{number}",
        number=number,
        kind=KINDS[finding.operation],
        title=_heading(claims) or finding.title,
        prose=tuple(claim_prose(claim, material.ledger.mark) for claim in claims),
        evidence=evidence_of(query, material.queries, finding),
        chart=None if repeated else chart,
        grid=_grid(query, finding, material) if rows_instead else None,
        facts=facts,
        caveats=finding.caveats,
        figure=gist(claims, material.queries, material.tables),
    )


def _of_result(number: int, query: Query, material: Material) -> Section:
    chart, claims = choose(query, material.tables[query.id], _beside(material.frame)), material.about(query)
    return Section(
        id=f"finding-{number}",
        number=number,
        kind="Also looked at",
        title=_heading(claims) or query.title,
        prose=tuple(claim_prose(claim, material.ledger.mark) for claim in claims),
        evidence=evidence_of(query, material.queries),
        chart=chart,
        grid=None if chart else _grid(query, None, material),
        is_finding=False,
        figure=gist(claims, material.queries, material.tables),
    )


def _heading(claims: Sequence[Claim]) -> str:
    """What the claims state in a few words; empty where they have no heading."""
    return next((claim.heading for claim in claims if claim.heading), "")


def same(chart: Chart, other: Chart | None) -> bool:
    """Whether a chart says nothing that the other does not, whatever their width: its bars are among the other's."""
    if other is None or chart.title != other.title:
        return False
    return (chart.kind, chart.alt) == (other.kind, other.alt) or (bool(chart.bars) and set(chart.bars) <= set(other.bars))


def _beside(frame: Frame) -> Frame:
    return replace(frame, width=frame.side)


def _grid(query: Query, finding: Finding | None, material: Material) -> Grid | None:
    table = material.tables.get(query.id)
    if table is None or not table.num_rows:
        return None
    names = None
    if finding is not None:
        wanted = [
            name.format(by=finding.parameters.get("by"), measure=finding.parameters.get("measure")) for name in _COLUMNS[finding.operation]
        ]
        names = [name for name in wanted if name in table.column_names]
    return grid_of(query, table, rows=ROWS_SHOWN, names=names or None, room=ROOM)


def _trend_facts(finding: Finding, material: Material) -> tuple[Fact, ...]:
    """A trend is one row: its slope with its uncertainty, and the points that stand out."""
    query, table = material.queries[finding.result], material.tables.get(finding.result)
    if finding.operation != "trend" or table is None or table.num_rows != 1:
        return ()
    rows = Rows.of(query, table)
    if not rows.has("slope", "slope_low", "slope_high", "direction", "first_period"):
        return ()
    points = [
        Fact(name.capitalize(), f"{rows.full(0, name)}, {rows.bare(0, f'{name}_period')}")
        for name in ("first", "last", "highest", "lowest")
    ]
    interval = f"{rows.bare(0, 'slope_low', signed=True)} to {rows.bare(0, 'slope_high', signed=True)}"
    slope = f"{rows.full(0, 'slope', signed=True)} (95 % interval {interval})"
    return (Fact("Direction", rows.bare(0, "direction")), Fact(rows.columns["slope"].label, slope), *points)
