"""What is doubtful about a result, found by looking: a text that no row has, the condition that left no row, a last period that is open.

The commonest wrong answer is one that says nothing went wrong. What is asked of the warehouse for it is bounded in time and number;
where it does not answer in time, nothing is said.
"""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from analytics_agent.activities.rights import Readable
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.sight import current
from analytics_agent.catalog.names import nearest
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.period import holding
from analytics_agent.domain.policy import says_rights
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.errors import StatementFailed, StatementRefused, StatementTimeout
from analytics_agent.sql.doubts import Compared, Condition, Stage, compared, stages
from analytics_agent.sql.values import distinct_values, present_values, range_of

if TYPE_CHECKING:
    import pyarrow as pa

ALL_SECONDS, STATEMENT_SECONDS = 8.0, 4.0
MOST_COLUMNS = 6
VALUES_COMPARED, VALUES_LISTED = 2_000, 12
LONGEST_VALUE = 60


class Doubts:
    def __init__(self, warehouse: RunWarehouse) -> None:
        self._warehouse = warehouse

    async def of(self, view: Readable, query: Query, table: "pa.Table", briefing: Briefing | None) -> list[str]:
        """Sentences for the model, with what to do. `table` are the rows of `query`."""
        notes = list(open_periods(query, table, briefing.as_of if briefing else None)) if current().is_full else []
        try:
            async with asyncio.timeout(ALL_SECONDS):
                async for told in self._of_rows(view, query, looks_empty(table)):
                    notes.append(told)
        except TimeoutError:
            pass
        return notes

    async def _of_rows(self, view: Readable, query: Query, empty: bool) -> Any:
        missing = False
        for item in compared(query.sql, view.catalog.dialect, view.catalog)[:MOST_COLUMNS]:
            if query.source == "metric" and not empty and len(item.texts) == 1:
                continue  # rows were found, so it has them
            if told := await self._missing(view, item):
                missing = True
                yield told
        if empty:
            why = "" if missing else await self._emptied(view, query.sql)
            yield why or "No row, or none with a value, was found."
            if any(map(says_rights, query.caveats)):
                yield "That is said of the rows that may be seen: there may be others, so do not say that there are none."

    # texts that no row has

    async def _missing(self, view: Readable, item: Compared) -> str:
        found = await self._column(view, present_values(item.table, item.column, item.texts, dialect=view.catalog.dialect))
        if found is None:
            return ""
        absent = [text for text in item.texts if text not in found]
        if not absent:
            return ""
        named = _listed(absent[:5])
        return f"{item.table.name}.{item.column.name} is {named} in no row. {await self._instead(view, item, absent)}"

    async def _instead(self, view: Readable, item: Compared, absent: list[str]) -> str:
        if current().sees == "schema":
            return "Check the spelling."
        sql = distinct_values(item.table, item.column, like=None, limit=VALUES_COMPARED, dialect=view.catalog.dialect)
        known = [value for value in await self._column(view, sql) or [] if value]
        if len(known) <= VALUES_LISTED:
            return f"Its values: {_listed(known)}."
        near = [close for text in absent for close in nearest(text, known)]
        if near:
            return f"Nearest: {_listed(list(dict.fromkeys(near)))}."
        return f"Look at its values: it has {'more than ' if len(known) == VALUES_COMPARED else ''}{len(known)} of them."

    async def _column(self, view: Readable, sql: str) -> list[str] | None:
        """The texts of a statement's first column; None where it could not be run in time."""
        rows = await self._rows(view, sql)
        return None if rows is None else [str(row[0]) for row in rows if row[0] is not None]

    # the condition that left no row

    async def _emptied(self, view: Readable, sql: str) -> str:
        dialect = view.catalog.dialect
        for stage in stages(sql, dialect, view.catalog):
            if stage.name and await self._some(view, stage.any):
                continue
            where = f"In {stage.name}: " if stage.name else ""
            if told := await self._why(view, stage):
                return where + told
        return ""

    async def _why(self, view: Readable, stage: Stage) -> str:
        if not await self._some(view, stage.joined):
            return (
                "the joins match no row, whatever the conditions: compare the columns they join on."
                if stage.joins
                else "there are no rows."
            )
        none = [condition for condition in stage.conditions if not await self._some(view, condition.alone)]
        if none:
            return " ".join([f"No row fulfils {condition.text}.{await self._reach(view, condition)}" for condition in none])
        for place, condition in enumerate(stage.conditions):
            if place and not await self._some(view, condition.together):
                return f"Each condition alone has rows, but of those that fulfil the ones before it none fulfils {condition.text}."
        return "Rows pass WHERE, and HAVING leaves no group." if stage.has_having else ""

    async def _reach(self, view: Readable, condition: Condition) -> str:
        if condition.compares is None or not current().is_full:
            return ""
        table, column = condition.compares
        rows = await self._rows(view, range_of(table, column, dialect=view.catalog.dialect))
        if not rows or rows[0][0] is None:
            return f" {table.name}.{column.name} has no values."
        return f" {table.name}.{column.name} goes from {_plain(rows[0][0])} to {_plain(rows[0][1])}."

    async def _some(self, view: Readable, sql: str) -> bool:
        """Also where it is not known."""
        rows = await self._rows(view, sql) if sql else None
        return rows is None or bool(rows)

    async def _rows(self, view: Readable, sql: str) -> list[tuple[Any, ...]] | None:
        try:
            fetched = await self._warehouse.looked_up(view, sql, seconds=STATEMENT_SECONDS)
        except (StatementTimeout, StatementFailed, StatementRefused):
            return None
        return [tuple(row.values()) for row in fetched.table.to_pylist()]


def looks_empty(table: "pa.Table") -> bool:
    """No row, or one that an aggregate gives of no rows: nothing but nulls and zeros."""
    if table.num_rows != 1:
        return bool(table.num_rows == 0)
    return all(value is None or value == 0 for value in table.to_pylist()[0].values())


def open_periods(query: Query, table: "pa.Table", as_of: date | None) -> Iterator[str]:
    """A last month, quarter or year that the data does not reach the end of."""
    if as_of is None:
        return
    grains = {column.name: (column.dimension or "").partition(":")[2] for column in query.columns}
    for name, column in zip(table.column_names, table.columns, strict=True):
        days = [value.date() if isinstance(value, datetime) else value for value in column.to_pylist() if value is not None]
        if not days or not all(isinstance(day, date) for day in days):
            continue
        span = next((holding(max(days), unit) for unit in _units(set(days), grains.get(name, ""))), None)
        if span is not None and span.start <= as_of < span.last:
            yield (
                f"The last period of {name}, from {span.start.isoformat()}, is not over: the data goes to {as_of.isoformat()}. "
                "Leave it out of a comparison or trend, or say in a caveat that it is not whole."
            )


def _units(days: set[date], grain: str) -> Iterator[PeriodUnit]:
    """The unit whose first days these are, the longest one first. Single days are no periods. The first quarters of three years
    begin as years do: where the grain was asked for, it is known."""
    units: tuple[PeriodUnit, ...] = ("year", "quarter", "month", "week")
    if grain:
        units = tuple(unit for unit in units if unit == grain)
    gaps = {later - earlier for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False)}
    for unit in units:
        if len(days) > 2 and all(holding(day, unit).start == day for day in days) and min(gaps) >= timedelta(days=7):
            yield unit
            return


def _listed(values: list[str]) -> str:
    return ", ".join(_shown(value) for value in values[:VALUES_LISTED]) or "none"


def _shown(value: str) -> str:
    """A value that was cut must not be taken for a whole one: the mark stands outside of its quotes."""
    return repr(value) if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]!r}…"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
