"""The run that a schedule repeats, found in the store: the one that was accepted after a conversation, and what it is read against."""

from datetime import date

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.run import Run
from analytics_agent.ports import Store
from analytics_agent.semantic.ossie.load import load
from analytics_agent.semantic.replay.accepted import Accepted


async def origin(store: Store, run_id: str) -> Run:
    """Also where a report of it was scheduled again."""
    run = await store.run(run_id)
    while run.question.replays:
        run = await store.run(run.question.replays)
    return run


async def day_of(store: Store, accepted: Run) -> date:
    """The day that its relative dates counted from."""
    briefing = await store.document(accepted.question.run_id, "briefing", Briefing)
    return accepted.question.as_of or (briefing.as_of if briefing else None) or accepted.question.asked_at.date()


async def as_accepted(store: Store, accepted: Run) -> Accepted:
    """Whoever may read it now. Raises UnknownDatabase."""
    database = await store.database(accepted.question.database)
    catalog = await store.catalog(database.name)
    model = load(database.semantic_model) if database.semantic_model else None
    dialect = catalog.dialect if catalog else "postgres"
    return Accepted(accepted, await day_of(store, accepted), model, catalog, dialect)
