"""Who gets a report, read from what people write: "mail:ops@example.com", "ops@example.com", "webhook:NAME", "folder:NAME".

Read in this one place, with every problem found at once. Whether a recipient may see a report is decided in right_to_see.py.
"""

from collections.abc import Sequence
from typing import cast

from analytics_agent.deliver.right_to_see import why_not_there
from analytics_agent.domain.addresses import HOW_TO_WRITE, mail_address
from analytics_agent.domain.delivery import Recipient, RecipientKind
from analytics_agent.domain.quoting import checked_name, quoted
from analytics_agent.domain.rights import has_own_rights
from analytics_agent.errors import UnknownDestination
from analytics_agent.ports import Store

MOST = 50


def recipient(text: str) -> Recipient:
    """One recipient. Raises ValueError with a sentence for people."""
    text = text.strip()
    kind, found, name = text.partition(":")
    kind = kind.lower()
    if not found and "@" in text:
        kind, name = "mail", text
    if kind == "mail":
        return Recipient("mail", mail_address(name.strip()))
    if kind not in ("webhook", "folder"):
        raise ValueError(f"{quoted(text)} is no recipient. {HOW_TO_WRITE}")
    return Recipient(cast(RecipientKind, kind), checked_name(name.strip(), kind))


def recipients(texts: Sequence[str]) -> tuple[tuple[Recipient, ...], tuple[str, ...]]:
    """Each recipient once, in their order, and every problem as a sentence."""
    found: dict[Recipient, None] = {}
    problems = [f"{len(texts)} recipients are too many; {MOST} is the most."] if len(texts) > MOST else []
    for text in texts[:MOST]:
        try:
            found[recipient(text)] = None
        except ValueError as problem:
            problems.append(str(problem))
    return tuple(found), tuple(problems)


async def known_recipients(
    texts: Sequence[str], store: Store, *, database: str, reader: str, mail: bool
) -> tuple[tuple[Recipient, ...], tuple[str, ...]]:
    """As `recipients`, and what can be known before there is a report: that a destination is there and takes this database's
    reports, that there is a mail server (`mail`). `reader` is whose rights the report is made with. What a mail's recipient may see is
    asked when it is sent.
    """
    found, written_wrong = recipients(texts)
    problems = list(written_wrong)
    if not mail and any(one.kind == "mail" for one in found):
        problems.append("No mail server is set up. An operator sets ANALYTICS_AGENT_SMTP_URL and ANALYTICS_AGENT_MAIL_FROM.")
    unusable = [await _unusable(one, store, database, reader) for one in found if one.kind != "mail"]
    return found, tuple(filter(None, (*problems, *unusable)))


async def _unusable(one: Recipient, store: Store, database: str, reader: str) -> str:
    """Why it cannot be used; empty when it can. To a person of Superset all of it is "not there": names are the operators' affair."""
    try:
        destination = await store.destination(one.kind, one.name)
    except UnknownDestination as unknown:
        return _not_for_you(one) if has_own_rights(reader) else str(unknown)
    reason = why_not_there(destination, database, reader)
    return _not_for_you(one) if reason and has_own_rights(reader) else reason


def _not_for_you(one: Recipient) -> str:
    return f"There is no {one.kind} {one.name!r} that may get your reports of this database. An operator of the agent can add one."
