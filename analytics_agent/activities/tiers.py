"""Whether a question goes to the tier in front of the paid models, and its way back to them."""

import asyncio
from datetime import date

from analytics_agent.activities.rights import Readable
from analytics_agent.domain.conversation import Reply
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run
from analytics_agent.domain.tier import TIER, Tier
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Store
from analytics_agent.store_ports import Known

_GIVES_UP = frozenset({"refuse", "ask_person"})


async def tier_of(question: Question, view: Readable, as_of: date | None) -> Tier | None:
    """Decided once, by what the asker may read, before anything is spent."""
    if not question.offline_first or question.replays is not None or view.model is None:
        return None
    return Tier() if await asyncio.to_thread(_is_certain, question, view, as_of) else None


def _is_certain(question: Question, view: Readable, as_of: date | None) -> bool:
    """One that is asked after another one, as pages do, must be a question of its own."""
    from analytics_agent import semantic
    from analytics_agent.semantic.reader.certain import certain  # late: only where the tier is switched on
    from analytics_agent.semantic.reader.follow_up import stands_alone

    if view.model is None or (question.continues is not None and not stands_alone(question.text)):
        return False
    reading = certain(question.text, view.model, semantic.overview(view.model), as_of)
    if reading is None:
        return False
    try:
        semantic.compile(view.model, reading.request, dialect=view.catalog.dialect, catalog=view.catalog)
    except ToolRefused:
        return False
    return True


async def stands(known: Known, run: Run) -> bool:
    tier = await known.document(run.question.run_id, TIER, Tier)
    return tier is not None and tier.stands


def gives_up(reply: Reply) -> bool:
    """Whether it would refuse, ask back or say nothing that can be run: another model may do better."""
    calls = reply.tool_calls()
    return not calls or any(call["name"] in _GIVES_UP for call in calls)


def may_hand_over(run: Run, step: str) -> bool:
    """What explore wrote may hold values that a model outside is not to see; before that, nothing of it is told to anybody."""
    return step == "explore" or run.model_sees == "full"


async def hand_over(store: Store, run: Run) -> None:
    """From the next turn on the question's own models answer. They are not told what was said before."""
    await store.save_document(run.question.run_id, TIER, Tier(stands=False))
