"""Pages of a list, the newest first: what stands on a page begins before a time, and that time has a zone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.domain.delivery import Delivery
from analytics_agent.domain.run import Run, RunSummary
from analytics_agent.ports import Store


def with_zone(at: datetime | None, field: str = "before") -> datetime | None:
    """Raises InvalidRequest for a time that means another one on each machine."""
    if at is not None and at.tzinfo is None:
        raise InvalidRequest([FieldProblem(field=field, message="Say which time zone: 2026-11-23T10:00:00Z.")])
    return at


async def sent_by_run(store: Store, page: Sequence[Run] | Sequence[RunSummary]) -> Mapping[str, Sequence[Delivery]]:
    """The deliveries of a page of runs, read at once; none for a run that went nowhere."""
    found: defaultdict[str, list[Delivery]] = defaultdict(list)
    for one in await store.deliveries_of([run.question.run_id for run in page]):
        found[one.run_id].append(one)
    return found
