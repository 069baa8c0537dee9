"""Which deliveries a report makes: one for each recipient and version of its files, with an id that follows from them."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.report import Report
from analytics_agent.domain.run import Run
from analytics_agent.ports import Store

_OURS = uuid.UUID("6b1d0b7e-3f0a-5d6e-9b0c-6a2f4a3f6c11")
_ASKED_FOR_AGAIN = frozenset({"failed", "held"})
"""Nothing was sent: another try is the same delivery. What was sent, or may have been, is sent again only as a new one."""


def version_of(report: Report) -> str:
    """Names the report's files by their content."""
    files = [f"{kind}:{artifact.sha256}" for kind, artifact in (("html", report.html), ("pdf", report.pdf)) if artifact]
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:16]


def delivery_of(run: Run, recipient: Recipient, *, again: str = "") -> Delivery:
    """`again` tells a delivery that somebody asked for once more from the first one, and two clicks on one request from two requests."""
    version = version_of(run.report)
    name = "\n".join((run.question.run_id, version, str(recipient), again))
    return Delivery(str(uuid.uuid5(_OURS, name)), run.question.run_id, recipient, version)


async def begin(store: Store, run: Run, recipients: Sequence[Recipient]) -> tuple[Delivery, ...]:
    """The deliveries of a run's own recipients. What is there already is left as it is."""
    return tuple([await store.add_delivery(delivery_of(run, recipient)) for recipient in recipients])


async def begin_on_request(store: Store, run: Run, recipients: Sequence[Recipient], *, again: str = "") -> tuple[Delivery, ...]:
    """The deliveries that somebody asks for by hand: what failed or was held is tried once more, what was sent is left alone.

    With `again` (any text that names this request) each is a new delivery, unless one to the same recipient is still on its way.
    """
    before = await store.deliveries(run.question.run_id) if again else ()
    on_their_way = {one.recipient: one for one in before if one.state == "waiting"}
    return tuple(
        [on_their_way.get(recipient) or await _requested(store, delivery_of(run, recipient, again=again)) for recipient in recipients]
    )


async def _requested(store: Store, wanted: Delivery) -> Delivery:
    kept = await store.add_delivery(wanted)
    if kept.state not in _ASKED_FOR_AGAIN:
        return kept
    await store.move_delivery(replace(kept, state="waiting", reason=None, changed_at=datetime.now(UTC)), before=kept.state)
    return await store.delivery(kept.id)
