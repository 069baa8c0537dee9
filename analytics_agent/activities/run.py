"""The frame of a run: begun, each step begun and finished, a person's answer taken, finished."""

from dataclasses import replace
from datetime import UTC, datetime

from temporalio import activity

from analytics_agent.activities.sight import STAND_INS
from analytics_agent.domain.confidential import StandIns
from analytics_agent.domain.event import Step
from analytics_agent.domain.markup import spelled_out, tag
from analytics_agent.domain.orders import FinishOrder, NoteOrder, RunOrder, RunPlan, StepOrder, ToolOrder
from analytics_agent.domain.report import Receipt, Report
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.domain.run import RunStatus
from analytics_agent.domain.turn import ToolResult
from analytics_agent.ports import Artifacts, Store

_MISSING: dict[Step, str] = {
    "synthesize": "What changed since the last report is not told.",
    "report": "There is no report.",
    "deliver": "Not published to Superset.",
}


class RunActivities:
    """Rows and events in the store; nothing else."""

    def __init__(self, store: Store, artifacts: Artifacts, *, can_publish: bool) -> None:
        self._store = store
        self._artifacts = artifacts
        self._can_publish = can_publish

    @activity.defn
    async def begin_run(self, order: RunOrder) -> RunPlan:
        run = await self._store.run(order.run_id)
        question, over = run.question, not await self._set_status(order.run_id, "running")
        publish, send = question.publish and self._can_publish, bool(question.recipients)
        what = {"publish": publish, "report": bool(question.formats), "replay": question.replays is not None, "send": send}
        return RunPlan(**what, over=over, opening=run.openings)

    @activity.defn
    async def begin_step(self, order: StepOrder) -> bool:
        """False where what the asker may read has to be asked for again first: what was found is told again in every step."""
        data = {"state": "started"}
        await self._store.append_event(order.run_id, "step", order.step, data, key=f"{order.step}:started")
        if order.step == "explore":  # which begins with asking
            return True
        grant = await self._store.document(order.run_id, GRANT, Grant)
        return grant is None or (grant.until is not None and grant.until > datetime.now(UTC))

    @activity.defn
    async def finish_step(self, order: StepOrder) -> bool:
        events = await self._store.events(order.run_id)
        now = datetime.now(UTC)
        own = [event for event in events if event.kind == "step" and event.step == order.step and event.data["state"] == "started"]
        # The latest: a run that went on after it was stopped at a budget has begun the step twice.
        begun = own[-1].at if own else now
        data = {"state": "finished", "seconds": round((now - begun).total_seconds(), 3)}
        await self._store.append_event(order.run_id, "step", order.step, data, key=f"{order.step}:finished")
        return True

    @activity.defn
    async def take_answer(self, order: ToolOrder) -> bool:
        """Put the person's answer where the model reads it: the result of its own ask_person call. False while there is none."""
        asked = await self._store.clarification(order.run_id)
        if asked is None or asked.answer is None:
            await self._still_asks(order)
            return False
        text = spelled_out(tag("clarification", await self._as_known(order.run_id, asked.answer)))
        content = await self._artifacts.put_file(text.encode(), "text/plain")
        result = ToolResult(order.step, order.turn, order.call_id, order.tool, content, is_error=False)
        await self._store.save_tool_result(order.run_id, result)
        await self._set_status(order.run_id, "running", key=f"running:{order.turn}:{order.call_id}")
        return True

    async def _still_asks(self, order: ToolOrder) -> None:
        """The run says so again where a statement of the same reply had to be approved before the question's turn came."""
        if (await self._store.owner_and_status(order.run_id))[1] == "running":
            await self._set_status(order.run_id, "needs_input", key=f"needs_input:{order.turn}:{order.call_id}:again")

    async def _as_known(self, run_id: str, answer: str) -> str:
        """A reading that we offered names what its model knows by a stand-in only: in the answer too."""
        known = await self._store.document(run_id, STAND_INS, StandIns)
        return known.put_in(answer) if known else answer

    @activity.defn
    async def note_failure(self, order: NoteOrder) -> bool:
        """A report or a publication that failed: said in the document and in the progress. A comparison is missed in the progress."""
        if order.step == "report":
            await self._store.save_document(order.run_id, "report", Report(failure=order.reason))
        elif order.step == "deliver":
            await self._store.save_document(order.run_id, "receipt", Receipt(failure=order.reason))
        said = "" if "not published" in order.reason.lower() else f"{_MISSING[order.step]} "
        data = {"message": said + order.reason}
        await self._store.append_event(order.run_id, "warning", order.step, data, key=f"failed:{order.step}")
        return True

    @activity.defn
    async def finish_run(self, order: FinishOrder) -> bool:
        run = await self._store.run(order.run_id)
        reason = order.reason or (run.refusal.reason if run.refusal and order.status == "refused" else None)
        if order.opening not in (0, run.openings) or not await self._set_status(order.run_id, order.status, reason, opening=order.opening):
            return True  # it goes on meanwhile, or ended otherwise
        waiting = await self._store.waiting_turns(run_id=order.run_id)
        if waiting:  # cancelled while its turns waited: one that is in a batch already is kept until what it cost is known
            ids = [turn.id for turn in waiting]
            await self._store.change_waiting(ids, lambda turn: replace(turn, abandoned=True) if turn.sent_at else None)
        return True

    async def _set_status(self, run_id: str, status: RunStatus, reason: str | None = None, *, key: str = "", opening: int = 0) -> bool:
        """Status first, then its event; False when the run had already ended otherwise, which is then left alone."""
        changed = await self._store.set_status(run_id, status, reason, opening=opening)
        if not changed and (await self._store.owner_and_status(run_id))[1] != status:
            return False
        data = {"status": status} | ({"reason": reason} if reason else {})
        await self._store.append_event(run_id, "run", None, data, key=key or status)
        return True
