"""Whether the data reaches over the period of a request: looked up beside its statement, and said with its result."""

from contextlib import suppress
from typing import TYPE_CHECKING

from analytics_agent.activities.kept_looks import KeptLooks, Looks
from analytics_agent.activities.reading import counts_hidden
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import is_shown_all
from analytics_agent.domain.period import Span
from analytics_agent.errors import StatementRefused, ToolRefused
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.reach import Dated, dated, reach_statement, said, span_of
from analytics_agent.semantic.request import MetricRequest

if TYPE_CHECKING:
    import pyarrow as pa

_PART = "The data that may be seen"


class Reaching:
    """What cannot be found out in a few seconds is not said."""

    def __init__(self, looks: Looks) -> None:
        self._looks, self._kept = looks, KeptLooks(looks)

    async def said(self, view: Readable, request: MetricRequest) -> tuple[str, ...]:
        """Of each fact that a request is made of. Of rows of which a part is seen no day is told, nor that they are all."""
        if view.model is None:
            return ()
        found: dict[str, None] = {}
        rows = dated(view.model, request)
        for each in rows:
            whose = "The data" if len(rows) == 1 else f"The data behind {', '.join(each.labels)}"
            found |= dict.fromkeys(await self._of(view, view.model, request, each, whose))
        return tuple(found)

    async def _of(self, view: Readable, model: SemanticModel, request: MetricRequest, rows: Dated, whose: str) -> tuple[str, ...]:
        with suppress(StatementRefused, ToolRefused):
            sql = reach_statement(model, rows, view.catalog.dialect, view.catalog)
            if sql is None:
                return ()
            in_part = counts_hidden(view, self._looks.check(view, sql))
            held = _held(await self._kept.table(view, sql, view.run_id if in_part else ""), model.timezone)
            if held is not None:
                shown = is_shown_all() and not in_part
                return said(request, held, model.fiscal_start, _PART if in_part else whose, with_day=shown)
        return ()


def _held(table: "pa.Table | None", timezone: str | None) -> Span | None:
    if table is None or not table.num_rows:
        return None
    return span_of([table.column(place)[0].as_py() for place in (0, 1)], timezone)
