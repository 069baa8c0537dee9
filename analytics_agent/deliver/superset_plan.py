"""From a finished run to the plan of its dashboard: which datasets and charts, with which words, in which places. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics_agent.deliver.superset_addresses import address, slug
from analytics_agent.deliver.superset_charts import Drawing, charts_of, table_of
from analytics_agent.deliver.superset_shape import shape_of
from analytics_agent.deliver.superset_text import TEMPLATE, answer_block, notes_block, provenance_block, visible
from analytics_agent.deliver.vouched import certified, meanings
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.publish_plan import ChartPlan, DatasetPlan, PublishPlan, TextBlock
from analytics_agent.domain.rights import is_person, person_number
from analytics_agent.domain.run import Run
from analytics_agent.errors import PublishRejected

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CHARTS = 6
MOST_TILES_BESIDE = 2
GRID = 12
_LONGEST_TITLE = 200

Row = tuple[TextBlock | str, ...]


def plan(run: Run, tables: "Mapping[str, pa.Table] | None" = None, *, report_url: str | None = None) -> PublishPlan:
    """What is to stand in Superset for a run that has an answer.

    `tables` are the stored rows by result id; they are looked at for their shape (how many distinct values, are rows
    unique) and no value of theirs enters the plan. Raises PublishRejected when the run holds nothing to publish.
    """
    queries = queries_to_publish(run)
    if run.answer is None or not queries:
        raise PublishRejected("This run has no answer with a query behind it, so there is nothing to publish.")
    drawings = [_drawing(run, query, tables or {}) for query in queries]
    charts = [chart for drawing in drawings for chart in charts_of(drawing)][: MOST_CHARTS - 1]
    rows = [fitted(row) for row in _layout(charts, table_of(drawings[0]))]
    run_id, owner = run.question.run_id, run.question.owner
    return PublishPlan(
        run_id=run_id,
        uuid=address(run_id, "dashboard"),
        slug=slug(run_id),
        title=_title(run),
        datasets=tuple(_dataset(run, drawing) for drawing in drawings),
        charts=tuple(chart for row in rows for chart in row),
        rows=(_words(run), *(tuple(chart.uuid for chart in row) for row in rows), (provenance_block(run, queries, report_url),)),
        # A person's question is theirs: a draft is in nobody else's lists until they publish it.
        status="draft" if is_person(owner) else "published",
        owner=person_number(owner),
    )


def queries_to_publish(run: Run) -> tuple[Query, ...]:
    """The primary result and those the answer's figures come from, through computed results back to their SQL."""
    if run.evidence is None:
        return ()
    known = {query.id: query for query in run.queries}
    figures = [figure.result for claim in run.answer.claims for figure in claim.figures] if run.answer else []
    wanted: dict[str, Query] = {}
    pending = [run.evidence.primary, *figures]
    while pending:
        query = known.get(pending.pop(0))
        if query is None or query.id in wanted:
            continue
        wanted[query.id] = query
        pending[:0] = query.inputs
    return tuple(query for query in wanted.values() if _publishable(query))


def _publishable(query: Query) -> bool:
    """Superset may read templates in a dataset's SQL, which would run words that came from data or a model."""
    sql = query.sql_as_run or query.sql
    return query.source != "computed" and bool(sql) and not TEMPLATE.search(sql)


def _drawing(run: Run, query: Query, tables: "Mapping[str, pa.Table]") -> Drawing:
    claims = run.answer.claims if run.answer else ()
    figures = tuple(figure for claim in claims for figure in claim.figures if figure.result == query.id)
    return Drawing(run.question.run_id, query, _dataset_uuid(run, query), shape_of(query, tables.get(query.id)), figures)


def _dataset(run: Run, drawing: Drawing) -> DatasetPlan:
    query, vouched = drawing.query, certified(drawing.query)
    words = re.sub(r"[^a-z0-9]+", "_", query.title.lower()).strip("_")[:80] or "result"
    return DatasetPlan(
        uuid=_dataset_uuid(run, query),
        name=f"{words}_{run.question.run_id}_{query.id}",
        sql=(query.sql_as_run or query.sql).strip().rstrip(";"),
        columns=tuple(_safely_labeled(column, drawing.shape.echoed) for column in query.columns),
        description=visible("\n".join(filter(None, (_about(run, query), meanings(query)))))[:2000],
        rows=query.rows,
        certified_by=visible(vouched.by)[:250],
        certification_details=visible(vouched.details)[:2000],
    )


def _about(run: Run, query: Query) -> str:
    """A dataset is seen by everybody who may read its tables, and what a person asked is not their business."""
    result = f"{query.title}. Result {query.id} of"
    return f"{result} run {run.question.run_id}." if is_person(run.question.owner) else f"{result} the question: {run.question.text}"


def _safely_labeled(column: ResultColumn, echoed: frozenset[str]) -> ResultColumn:
    """Superset shows a column's label wherever its name stands, in a legend too: a value that is called so keeps its own name."""
    return replace(column, label=column.name) if column.name in echoed else column


def _dataset_uuid(run: Run, query: Query) -> str:
    return address(run.question.run_id, "dataset", query.id)


def _title(run: Run) -> str:
    text = " ".join(visible(run.question.text).split())
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1].rstrip()}…"


def _layout(charts: list[ChartPlan], table: ChartPlan) -> Iterator[tuple[ChartPlan, ...]]:
    """Key figures, then the chart as proof with its rows beside it or below, then the others in pairs."""
    tiles = tuple(chart for chart in charts if chart.viz_type == "big_number_total")
    drawn = [chart for chart in charts if chart.viz_type != "big_number_total"]
    lead = tuple(drawn[:1]) or (tiles if len(tiles) <= MOST_TILES_BESIDE else ())
    if tiles and lead != tiles:
        yield tiles
    if table.width < GRID:
        yield (*lead, table)
    else:
        yield from ([lead] if lead else [])
        yield (table,)
    rest = drawn[1:]
    yield from (tuple(rest[start : start + 2]) for start in range(0, len(rest), 2))


def fitted(row: tuple[ChartPlan, ...]) -> tuple[ChartPlan, ...]:
    """The charts of a row as high as the highest and together as wide as the grid; a table beside others keeps its width."""
    height = max(chart.height for chart in row)
    kept = {chart.uuid: chart.width for chart in row if chart.viz_type == "table" and len(row) > 1}
    others = [chart.uuid for chart in row if chart.uuid not in kept]
    share, over = divmod(GRID - sum(kept.values()), len(others))
    widths = kept | {uuid: share + (place < over) for place, uuid in enumerate(others)}
    return tuple(replace(chart, height=height, width=widths[chart.uuid]) for chart in row)


def _words(run: Run) -> Row:
    """The answer, and beside it what limits it, equally high."""
    notes = notes_block(run, 4)
    if notes is None:
        return (answer_block(run, GRID),)
    answer = answer_block(run, 8)
    height = max(answer.height, notes.height)
    return (replace(answer, height=height), replace(notes, height=height))
