"""What a statement is expected to take is asked before it runs. Over its database's limit it is refused, or a person is asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from analytics_agent.activities.engine_words import as_shown
from analytics_agent.activities.reading import counts_hidden
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import STAND_INS
from analytics_agent.domain.approval import APPROVALS, Approval, Approvals, Approver, CostLimit
from analytics_agent.domain.confidential import StandIns
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import StatementTimeout, StatementTooCostly, ToolRefused
from analytics_agent.ports import Store, Warehouse
from analytics_agent.sql import cost
from analytics_agent.sql.size_bound import rows_at_most
from analytics_agent.sql.verdict import Verdict

PLANNING_SECONDS = 5.0
"""A planner that takes longer is not waited for: the statement's own time limit is then what stops it."""

NOT_RUN = "The statement was not run."
NOBODY = "Nobody can be asked to let it run."
ANOTHER_WAITS = "Another statement of this run waits for a person's approval. Make this call again when that one has its result."
RAISE = "An administrator can raise the limit of {0}: `databases set {0} --rows-limit N`."


class NeedsApproval(Exception):
    """The call has no result yet: a person decides whether its statement runs."""


class CostGuard:
    """`default` is the limit of databases of which nothing else is said."""

    def __init__(self, store: Store, open_warehouse: Callable[[Database], Warehouse], default: CostLimit) -> None:
        self._store = store
        self._open = open_warehouse
        self._default = default

    async def weigh(self, order: ToolOrder, view: Readable, title: str, verdict: Verdict) -> tuple[Estimate | None, str]:
        """What a checked statement is expected to take, and who approved it where that is over the limit.

        None where nobody asked, and where rows are read that the reader does not see: then the sizes of the tables are compared with the
        limit and told to nobody. What the engine expects would answer a guess at a hidden value by yes or no.

        Raises StatementTooCostly, NeedsApproval, and what the engine raises.
        """
        limit = limit_of(view.database, self._default)
        if limit.rows is None or cost.surely_within(limit.rows, verdict, view.catalog):
            return None, ""
        said = await self._said(order, verdict)
        if said and said.decision == "rejected":
            raise StatementTooCostly(await self._rejected(order, said))
        hides = counts_hidden(view, verdict)
        estimate = Estimate(rows_at_most(verdict.shown, view.whole)) if hides else await self._estimate(view, verdict)
        told = None if hides else estimate
        if estimate.rows_read is None or estimate.rows_read <= limit.rows:
            return told, ""
        if said and said.decision == "approved":
            return told, f"Approved by {said.by}. {said.why.replace('is expected', 'was expected', 1)}"
        await self._ask(order, await self._asked(order, view, title, verdict, told, limit))
        raise NeedsApproval

    async def _estimate(self, view: Readable, verdict: Verdict) -> Estimate:
        try:
            with as_shown(verdict):
                return await self._open(view.database).estimate(verdict.sql, timeout_seconds=PLANNING_SECONDS)
        except StatementTimeout:
            return Estimate()

    async def _said(self, order: ToolOrder, verdict: Verdict) -> Approval | None:
        known = await self._store.document(order.run_id, APPROVALS, Approvals)
        return known.of(_id(verdict)) if known else None

    async def _asked(
        self, order: ToolOrder, view: Readable, title: str, verdict: Verdict, told: Estimate | None, limit: CostLimit
    ) -> Approval:
        """What a person is asked. Raises StatementTooCostly where nobody is."""
        rows, estimate = limit.rows or 0, told or Estimate()
        why = cost.why(estimate, rows, verdict, view.catalog) if told else cost.why_untold(rows, verdict, view.catalog)
        instead = cost.instead(estimate, verdict, view.catalog)
        if limit.over == "refuse":
            raise StatementTooCostly(f"{NOT_RUN} {why}", hint=instead)
        if await self._is_alone(order):
            raise StatementTooCostly(f"{NOT_RUN} {why} {NOBODY}", hint=instead)
        needs: Approver = "admin" if limit.over == "admin" else "asker"
        return Approval(_id(verdict), title, verdict.shown, estimate, rows, why, instead, needs, datetime.now(UTC))

    async def _is_alone(self, order: ToolOrder) -> bool:
        """A line of inquiry asks nobody, and nobody looks at a scheduled report while it is made."""
        question = (await self._store.run(order.run_id)).question
        return bool(order.line or question.schedule or question.replays)

    async def _ask(self, order: ToolOrder, approval: Approval) -> None:
        """Once, however often the call is tried. Raises ToolRefused where another statement is asked about: one at a time."""
        known = await self._store.change_document(order.run_id, APPROVALS, Approvals, lambda known: (known or Approvals()).having(approval))
        if known.waiting and known.waiting.id != approval.id:
            raise ToolRefused(ANOTHER_WAITS)
        data = {"state": "asked", "title": approval.title, "why": approval.why}
        await self._store.append_event(order.run_id, "approval", order.step, data, key=f"approval:{approval.id}:asked")

    async def _rejected(self, order: ToolOrder, said: Approval) -> str:
        """For the model. A note is a person's own words, in which it knows some values by a stand-in only."""
        known = await self._store.document(order.run_id, STAND_INS, StandIns) if said.note else None
        note = known.put_in(said.note) if known else said.note
        words = f" They wrote: “{note}”." if note else ""
        return f"{NOT_RUN} {said.why} A person was asked and does not want it to run.{words} {said.instead}"


def limit_of(database: Database, default: CostLimit) -> CostLimit:
    """The database's own, as far as one is said. 0 rows is no limit."""
    rows = default.rows if database.rows_limit is None else database.rows_limit
    return CostLimit(rows or None, database.over_limit or default.over)


def _id(verdict: Verdict) -> str:
    """Of what may be shown: people are told it, and of what runs it would tell whoever guesses a row rule that the guess is right."""
    return sha256(verdict.shown.encode()).hexdigest()[:16]
