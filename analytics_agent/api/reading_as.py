"""Asking as somebody else: whose rights a request reads with. An operator may take anybody's; a bound key has one person's always."""

from dataclasses import dataclass
from typing import Any

from analytics_agent.api.authentication import ADMIN, may
from analytics_agent.api.problems import FieldProblem
from analytics_agent.api.services import Services
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import NotAllowed, UnknownPerson, UnknownRun

LONGEST_NAME = 200
"""Characters of a login name."""


@dataclass(frozen=True)
class ReadsAs:
    """`reader` as domain.rights writes people, empty for the asker's own rights; `name` is the login name that was given."""

    reader: str = ""
    name: str = ""


async def reads_as(
    sent: dict[str, Any], asker: Principal, services: Services, *, earlier: str = "continue"
) -> tuple[ReadsAs, list[FieldProblem]]:
    """By the field `as`; without it by the key, or as the run that the field `earlier` names. Raises NotAllowed, SupersetUnavailable."""
    name = sent.get("as")
    if not isinstance(name, str):
        return await _unsaid(sent.get(earlier), asker, services), []
    check_may_choose(asker)
    try:
        return ReadsAs(await reader_named(name, services), name.strip()), []
    except UnknownPerson as unknown:
        return ReadsAs(), [FieldProblem(field="as", message=str(unknown))]


def check_may_choose(asker: Principal) -> None:
    """Raises NotAllowed."""
    if not may(asker, ADMIN):
        told = (
            "People ask with their own rights." if asker.kind == "person" else "Only a key with the scope admin may ask as somebody else."
        )
        raise NotAllowed(told, hint="Leave out `as`; `analytics-agent keys create NAME --as USER` makes a key that reads as one person.")


async def reader_named(name: str, services: Services) -> str:
    """Whose rights the person with this login name has. Raises UnknownPerson, SupersetUnavailable, RightsUnknown."""
    given = name.strip()
    if not given or len(given) > LONGEST_NAME or not given.isprintable():
        raise UnknownPerson("This is no login name.", hint="Write it as Superset or the file of policies has it.")
    return await services.rights.reader(given)


async def _unsaid(earlier: object, asker: Principal, services: Services) -> ReadsAs:
    if asker.sees_a_part or not isinstance(earlier, str):
        return ReadsAs(asker.reads_as)
    try:
        question = (await services.store.run(earlier)).question
    except UnknownRun:  # told elsewhere
        return ReadsAs()
    return ReadsAs(question.reads_as, question.reads_as_name)
