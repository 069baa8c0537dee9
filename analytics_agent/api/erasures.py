"""One person's data over HTTP: what is held, and its erasure. Names and addresses come in bodies, never in an address or a log."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

from analytics_agent.api.asking import checked_text
from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import ADMIN, Admin
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.addresses import mail_address
from analytics_agent.domain.erasure import Erasure, Held, Subject
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import MAIL, PERSON, USER, Principal, person_number
from analytics_agent.errors import Conflict, UnknownPerson

routes = APIRouter(prefix="/v1", tags=["people"])

Person = Annotated[
    str,
    Field(
        min_length=1,
        max_length=270,
        description="superset:7, user:ada, mail:ada@example.com, a key's id, a person's login name, or the name of one or a key.",
    ),
]


class PersonBody(BaseModel):
    """Whose data is meant."""

    model_config = ConfigDict(extra="forbid")

    person: Person
    mails: Annotated[
        list[Annotated[str, Field(max_length=254)]],
        Field(max_length=20, description="Their mail addresses, to be found among the recipients of other people's reports."),
    ] = []

    @field_validator("person")
    @classmethod
    def readable(cls, text: str) -> str:
        person = checked_text(text, "person", most=270).strip()
        return f"{MAIL}{mail_address(person.removeprefix(MAIL))}" if person.startswith(MAIL) else person

    @field_validator("mails")
    @classmethod
    def addresses(cls, mails: list[str]) -> list[str]:
        return [mail_address(mail.strip().removeprefix("mail:")) for mail in mails]


class HeldView(TypedDict):
    """Counts. `mentions` are runs, schedules and deliveries of others that name one of the addresses or read with the person's rights;
    `calls` are lines of the ledger, `acts` lines of the audit log."""

    runs: int
    unfinished: int
    clarifications: int
    approvals: int
    schedules: int
    deliveries: int
    waiting_turns: int
    published: int
    keys: int
    mentions: int
    calls: int
    acts: int
    since: str | None
    until: str | None


class PersonView(TypedDict):
    """`ids` are those under which they own things, `names` what they are called."""

    ids: list[str]
    names: list[str]
    mails: list[str]
    held: HeldView


class LeftView(TypedDict):
    """What could not be taken back: so many of a kind, and at which webhook, in which folder, under which address of Superset."""

    kind: str
    name: str
    count: int


class ErasureView(TypedDict):
    """How far an erasure is. It does not say whose. `stage` is stopping, erasing, files, histories or done; `trouble` is what it waits
    for, in a sentence."""

    id: str
    stage: str
    begun_at: str
    finished_at: str | None
    trouble: str | None
    runs: int
    files: int
    left: list[LeftView]


class ErasureList(TypedDict):
    erasures: list[ErasureView]


@routes.post("/people/held")
async def held(body: PersonBody, asker: Admin, services: Given) -> PersonView:
    """What is held of somebody, counted. Changes nothing."""
    subject = await _subject(services, body)
    found = await services.store.held_of(subject)
    return {"ids": list(subject.owners), "names": list(subject.names), "mails": list(subject.mails), "held": _held(found)}


@routes.post("/erasures", status_code=202)
async def erase(body: PersonBody, request: Request, response: Response, asker: Admin, services: Given) -> ErasureView:
    """Erase a person's data everywhere. It cannot be taken back. Asked for again while it goes on, it is the same one."""
    subject = await _subject(services, body)
    await _refuse_own(services, asker, subject)
    begun = await services.store.begin_erasure(subject)
    acted_on(request, f"erasure:{begun.id}")
    await services.runner.erase(begun.id)
    response.headers["Location"] = f"/v1/erasures/{begun.id}"
    return _view(begun)


@routes.get("/erasures")
async def list_erasures(asker: Admin, services: Given, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> ErasureList:
    """The newest first."""
    return {"erasures": [_view(one) for one in await services.store.erasures(limit=limit)]}


@routes.get("/erasures/{erasure_id}")
async def show_erasure(erasure_id: str, asker: Admin, services: Given) -> ErasureView:
    """How far it is, and what is left outside."""
    return _view(await services.store.erasure(erasure_id))


async def _subject(services: Services, body: PersonBody) -> Subject:
    if body.person.startswith(MAIL):  # somebody who only gets reports
        return await services.store.subject([body.person], [body.person.removeprefix(MAIL), *body.mails])
    return await services.store.subject([await _owner(services, body.person)], body.mails)


async def _owner(services: Services, person: str) -> str:
    """The id under which somebody owns things. Raises UnknownPerson, or Conflict for a name that several have."""
    if person_number(person) is not None or (person.startswith(USER) and person != USER):
        return person
    if await services.store.key(person) is not None:
        return person
    found = {*await services.store.owners_called(person)}
    try:
        found.add(await services.rights.reader(person))
    except UnknownPerson:
        if not found:
            raise UnknownPerson(
                f"Nobody is known as {quoted(person)}, so nothing is held under that name.",
                hint=f"Somebody who is gone from Superset has a number still, {PERSON}7, keys have ids (`analytics-agent keys list`), and "
                f"somebody who only gets reports is their address: {MAIL}ada@example.com.",
            ) from None
    if len(found) > 1:
        raise Conflict(f"Several are called {quoted(person)}: {', '.join(sorted(found))}.", hint="Name one of them by this id.")
    return found.pop()


async def _refuse_own(services: Services, asker: Principal, subject: Subject) -> None:
    """Whoever asks must still be there to see it end, and somebody must be left who may administer."""
    if asker.id in subject.owners:
        raise Conflict("This would erase the key that you ask with.", hint="Do it with another key of the scope admin.")
    admins = {key.id for key in await services.store.keys() if ADMIN in key.scopes and key.revoked_at is None}
    if admins and admins <= set(subject.owners):
        raise Conflict("This would erase the last key with the scope admin.", hint="Make another one first.")


def _held(found: Held) -> HeldView:
    counts = asdict(found)
    counts |= {name: moment(counts[name]) if counts[name] else None for name in ("since", "until")}
    view: HeldView = counts  # type: ignore[assignment]
    return view


def _view(erasure: Erasure) -> ErasureView:
    return {
        "id": erasure.id,
        "stage": erasure.stage,
        "begun_at": moment(erasure.begun_at),
        "finished_at": moment(erasure.finished_at) if erasure.finished_at else None,
        "trouble": erasure.trouble or None,
        "runs": erasure.runs,
        "files": erasure.files,
        "left": [{"kind": one.kind, "name": one.name, "count": one.count} for one in erasure.left],
    }
