"""Deciding on a statement that waits, because it is expected to go over its database's limit: it runs, or the run goes on without it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from analytics_agent.api import outbox
from analytics_agent.api.asking import LONGEST_ANSWER, checked_text
from analytics_agent.api.authentication import ADMIN, Asker, may, status_for
from analytics_agent.api.document import Document, document
from analytics_agent.api.opening import without_what_is_lost
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.approval import Approval, Approvals, Decision
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import Conflict, NotAllowed

routes = APIRouter(prefix="/v1/analyses", tags=["analyses"])

_ID = "The id of the approval that is meant, as the run's document has it; left out: the one that waits."


class ApproveBody(BaseModel):
    """Which statement."""

    model_config = ConfigDict(extra="forbid")

    approval: Annotated[str | None, Field(max_length=64, description=_ID)] = None


class RejectBody(ApproveBody):
    """Which statement, and why not."""

    note: Annotated[str | None, Field(description="What the model is told with it.")] = None

    @field_validator("note")
    @classmethod
    def readable(cls, text: str | None) -> str | None:
        return checked_text(text, "note", most=LONGEST_ANSWER) if text and text.strip() else None


@routes.post("/{run_id}/approve", status_code=202)
async def approve(run_id: str, asker: Asker, services: Given, body: ApproveBody | None = None) -> Document:
    """Let the statement run that waits (`approval` in the run's document). Approving it twice is approving it once."""
    return await _decide(services, asker, run_id, "approved", body.approval if body else None)


@routes.post("/{run_id}/reject", status_code=202)
async def reject(run_id: str, asker: Asker, services: Given, body: RejectBody | None = None) -> Document:
    """Do not let it run: the run goes on with something smaller. Whoever asked may always say that. Twice is once."""
    said = body or RejectBody()
    return await _decide(services, asker, run_id, "rejected", said.approval, said.note or "")


async def _decide(services: Services, asker: Principal, run_id: str, decision: Decision, meant: str | None, note: str = "") -> Document:
    """The first decision stands. Whoever stored it may have died before telling the run: it is told with every call."""
    status = await status_for(asker, services.store, run_id)
    if status in FINISHED:
        raise Conflict(f"The run has already finished: {status}.")

    def decided(known: Approvals | None) -> Approvals:
        approvals = known or Approvals()
        asked = _meant(approvals, meant)
        _check(asked, asker, decision, status)
        return approvals if asked is None or asked.decision else approvals.decided(decision, datetime.now(UTC), by=asker.name, note=note)

    asked = _meant(await services.store.change_document(run_id, "approvals", Approvals, decided), meant)
    if asked is not None:
        await _say(services, run_id, asked)
    if not await services.runner.answer(run_id):
        await outbox.end(services, run_id, "failed", outbox.LOST)
    return document(await without_what_is_lost(asker, services, await services.store.run(run_id)))


def _meant(approvals: Approvals, meant: str | None) -> Approval | None:
    """The one of that id, else the one that waits, else the last that was decided on."""
    if meant is not None:
        return approvals.of(meant)
    return approvals.waiting or (approvals.asked[-1] if approvals.asked else None)


def _check(asked: Approval | None, asker: Principal, decision: Decision, status: str) -> None:
    """Raises Conflict where nothing waits or something else was said, NotAllowed for whoever may not decide."""
    if asked is None:
        raise Conflict("The run does not wait for approval.", hint=f"Its status is {status}.")
    if decision == "approved" and asked.needs == "admin" and (asker.kind == "person" or not may(asker, ADMIN)):
        raise NotAllowed("Only an administrator may approve this statement.", hint="They do it with a key of the scope admin.")
    if asked.decision not in (None, decision):
        raise Conflict(f"The statement was already {asked.decision}.", hint="Look at the run: it went on with that.")


async def _say(services: Services, run_id: str, asked: Approval) -> None:
    note = {"note": asked.note} if asked.note else {}
    data = {"state": asked.decision, "title": asked.title, "why": asked.why, "by": asked.by} | note
    await services.store.append_event(run_id, "approval", "explore", data, key=f"approval:{asked.id}:{asked.decision}")
    if await services.store.set_status(run_id, "running"):
        await services.store.append_event(run_id, "run", None, {"status": "running"}, key=f"running:{asked.id}")
