"""The tools of explore that make results: governed metrics, and free SQL."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from analytics_agent import semantic
from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.doubts import Doubts
from analytics_agent.activities.estimating import NeedsApproval
from analytics_agent.activities.evidence import described
from analytics_agent.activities.fitting import as_json
from analytics_agent.activities.reaching import Reaching
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.sight import current
from analytics_agent.activities.tool_call import Told
from analytics_agent.activities.weights import wrong_weights
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.period import day_called
from analytics_agent.errors import MOST_FINDINGS, StatementRefused, ToolRefused
from analytics_agent.ports import Artifacts, Store
from analytics_agent.semantic.definitions import by_one_key, definitions, unreviewed
from analytics_agent.semantic.request import Having, MetricRequest

_NOTHING = Artifact("", 0, "")
SAME_QUESTION = 0.7
"""Of the words of two questions: how many they must share for the one's verified query to be offered to the other."""
_UNKNOWN = frozenset({"unknown-column", "unknown-table"})
_OLD_MODEL = (
    "The semantic model names it, and does not fit the tables any more: until an administrator mends it, use run_sql for what needs it, "
    "and say so among the caveats."
)
_COLUMN = re.compile(r"\b\w+\b(?!\.\w)")
"""Words of a message; of orders.sum the last one: a table may have the name of a metric."""


class QueryTools:
    def __init__(self, store: Store, artifacts: Artifacts, warehouse: RunWarehouse) -> None:
        self._store = store
        self._artifacts = artifacts
        self._warehouse = warehouse
        self._doubts = Doubts(warehouse)
        self._reaching = Reaching(warehouse)

    async def query_metrics(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        view = await self._warehouse.readable(order)
        if view.model is None:
            raise ToolRefused("This database has no semantic model, so it has no governed metrics. Use run_sql.")
        try:
            request = MetricRequest.from_tool_input(given)
        except ValueError as error:
            raise ToolRefused(f"A date of `time` is not valid: {error}. Write ISO dates, such as 2013-06-01.") from None
        compiled = semantic.compile(view.model, request, dialect=view.catalog.dialect, catalog=view.catalog)
        query = Query("", given["purpose"], compiled.columns, 0, _NOTHING, "metric", sql=compiled.sql, request=given)
        used = definitions(view.model, compiled.metrics)
        off = await wrong_weights(self._warehouse, view, compiled.weights)
        short, short_of = _of_the_end(request)
        caveats = (
            *unreviewed(used),
            *by_one_key(view.model, request, used),
            *compiled.caveats,
            *off,
            *short,
            *await self._reaching.said(view, request),
        )
        query = replace(query, predicates=request.conditions(), caveats=caveats, definitions=used)
        try:
            doubts = [*_of_shares(view.model, request), *short_of, *_of_none(view, request)]
            return await self._told(order, view, query, doubts, compiled.readings)
        except StatementRefused as refused:
            if any(finding.rule in _UNKNOWN for finding in refused.findings):
                raise ToolRefused(f"{refused} {_OLD_MODEL}") from None
            raise

    async def run_sql(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        view = await self._warehouse.readable(order)
        why = given.get("why_not_metrics", "").strip() if view.model else ""
        query = Query("", given["purpose"], (), 0, _NOTHING, "free", sql=given["sql"], why_not_metrics=why)
        try:
            return await self._told(order, view, query)
        except StatementRefused as refused:
            if metrics := _metrics_named(view, refused):
                raise ToolRefused(f"{refused} {metrics}") from None
            raise

    async def _told(self, order: ToolOrder, view: Readable, query: Query, doubts: Sequence[str] = (), read_as: Sequence[str] = ()) -> Told:
        try:
            stored = await self._warehouse.result(order, view, query)
        except NeedsApproval:
            return Told("", ends="approve")
        told = await described(self._artifacts, stored)
        briefing = await at_hand(self._store).document(order.run_id, "briefing", Briefing)
        warnings = [*doubts, *(f"{finding.message} {finding.hint}".strip() for finding in stored.findings[:MOST_FINDINGS])]
        warnings += await self._vouched_otherwise(order, view, stored)
        warnings += await self._doubts.of(view, stored, await self._artifacts.get_table(stored.artifact), briefing)
        vouched = stored.verified if current().is_full else None
        notes = {
            "verified": f"the verified query for “{vouched.question}”" if vouched else "",
            "warnings": warnings,
            "caveats": list(stored.caveats),
            "read_as": list(read_as),
        }
        return Told(as_json(told | {name: note for name, note in notes.items() if note}))

    async def _vouched_otherwise(self, order: ToolOrder, view: Readable, stored: Query) -> list[str]:
        """Where a person vouches for another statement that answers this very question."""
        if stored.source != "free" or view.model is None or not current().is_full:
            return []
        asked = (await at_hand(self._store).run(order.run_id)).question.text
        same = [one.query for one in semantic.verified(view.model, asked) if one.likeness >= SAME_QUESTION]
        return (
            [f"A verified query answers “{same[0].question}”: search_catalog for it, and run it as it stands where that is asked."]
            if same
            else []
        )


def _of_shares(model: semantic.SemanticModel, request: MetricRequest) -> list[str]:
    """A threshold of 10 where 10 % was meant leaves no row, or every one."""
    shares = [one for one in request.having if (metric := model.metric(one.metric)) and metric.format == "percent" and abs(one.value) > 1]
    return [
        f"{one.metric} is a share: `having` {one.op} {one.value:g} means {one.value * 100:,g} %. If {one.value:g} % is meant, ask for "
        f"{one.value / 100:g} and call again."
        for one in shares
    ]


def _of_none(view: Readable, request: MetricRequest) -> list[str]:
    """A condition that 0 fulfills means those without rows too, and they are in no group unless they are asked for."""
    if view.model is None or not request.dimensions or not request.having or not all(_holds_of_none(one) for one in request.having):
        return []
    asked = {"members": replace(request, members=True), "fill": replace(request, fill=True)}
    for name, wider in asked.items():
        if wider != request and _has_a_meaning(view, view.model, wider):
            return [f"`having` is true of 0, and what has no row at all is not among these. If it is meant too, call again with `{name}`."]
    return []


def _holds_of_none(one: Having) -> bool:
    true_of: dict[str, Callable[[float, float], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
    return true_of[one.op](0, one.value)


def _has_a_meaning(view: Readable, model: semantic.SemanticModel, request: MetricRequest) -> bool:
    try:
        semantic.compile(model, request, dialect=view.catalog.dialect, catalog=view.catalog)
    except ToolRefused:
        return False
    return True


def _of_the_end(request: MetricRequest) -> tuple[list[str], list[str]]:
    """Whole months that end on their last day were meant to hold it: what the reader is told, and what the model."""
    period = request.time
    if period is None or period.start.day != 1 or (after := period.end + timedelta(days=1)).day != 1:
        return [], []
    meant = f"`to` is exclusive: {period.end} itself is left out. If the whole month is meant, say {after} and call again."
    return [f"The period ends before {day_called(period.end)}, the last day of its month."], [meant]


def _metrics_named(view: Readable, refused: StatementRefused) -> str:
    """Where a column that does not exist has the name of a governed metric, or of a computed field."""
    unknown = {word for finding in refused.findings if finding.rule == "unknown-column" for word in _COLUMN.findall(finding.message)}
    named = sorted(name for name in unknown if view.model and view.model.metric(name))
    return (
        f"{', '.join(named)}: governed metrics, no columns. Use query_metrics for them, or write what they are defined as." if named else ""
    )
