"""One person's data on its way out: who is meant, what is held of them, how far it is, and what stays outside.

Who it is about is in the record for as long as it is needed, and taken out of it last: what is left says that somebody was erased,
when, and how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analytics_agent.domain.rights import has_own_rights

Stage = Literal["stopping", "erasing", "files", "histories", "done"]
"""Runs are ended, rows and what was published are removed, then files that nothing refers to, then the engine's histories."""

ERASED = "erased"
"""Stands where another's run repeats one that is gone."""

REPORT_GONE = "Its files are gone: they named somebody whose data was erased. Ask it again."
READER_GONE = "Paused by itself: the data of the person whose rights it reads with was erased."
DROPPED = "Not sent: the data of somebody whom it concerns is being erased."


@dataclass(frozen=True)
class Subject:
    """`owners` are the ids under which somebody owns things: a person of Superset or of the file of policies, and API keys that are
    theirs. `mails` are their addresses, as far as they were named; `names` are what they are called."""

    owners: tuple[str, ...]
    mails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """What cannot be taken back from here: so many things of a kind, and where: at which webhook, in which folder behind which run's id,
    under which address in Superset."""

    kind: Literal["mail", "webhook", "file", "dataset", "dashboard", "turn", "run"]
    count: int
    name: str = ""


@dataclass(frozen=True)
class Held:
    """What the store holds of somebody, counted. `mentions` are things of others that name one of their addresses, or that read with
    their rights; `calls` are lines of the ledger and `acts` those of the audit log."""

    runs: int = 0
    unfinished: int = 0
    clarifications: int = 0
    approvals: int = 0
    schedules: int = 0
    deliveries: int = 0
    waiting_turns: int = 0
    published: int = 0
    keys: int = 0
    mentions: int = 0
    calls: int = 0
    acts: int = 0
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Erasure:
    """`stand_in` is written in place of the owner where sums and accountability need a line to stay. `since` is the day of their first
    run: no file is older. `histories` are ids of runs and schedules that the engine is to forget. When it is done, `subject`,
    `stand_in`, `since` and `histories` are gone."""

    id: str
    begun_at: datetime
    stage: Stage = "stopping"
    subject: Subject | None = None
    stand_in: str = ""
    since: datetime | None = None
    rows_gone_at: datetime | None = None
    histories: tuple[str, ...] = ()
    runs: int = 0
    files: int = 0
    trouble: str = ""
    """Why it does not get on, a sentence of ours: a service that is away is waited for."""

    left: tuple[Left, ...] = field(default=())
    finished_at: datetime | None = None


@dataclass(frozen=True)
class ErasureOrder:
    """`hard`: what has not ended by itself is ended."""

    erasure_id: str
    hard: bool = False


BATCHES = "batches:"
"""The history of those who looked after patient turns names their runs, among those of others."""


def is_same(known: Subject, asked: Subject) -> bool:
    """Whether what is asked for is being done already. An address that was not named then is another thing to do."""
    named = {mail.lower() for mail in known.mails}
    return set(known.owners) == set(asked.owners) and {mail.lower() for mail in asked.mails} <= named


def keys_of(erasure: Erasure) -> tuple[str, ...]:
    """The API keys among those whose data goes."""
    owners = erasure.subject.owners if erasure.subject else ()
    return tuple(one for one in owners if not has_own_rights(one))


def histories_of(runs: Mapping[str, bool]) -> tuple[str, ...]:
    """What the engine is to forget of these runs; whether each was patient."""
    return (*(f"run:{run_id}" for run_id in sorted(runs)), *([BATCHES] if any(runs.values()) else []))


def added(left: tuple[Left, ...], more: tuple[Left, ...]) -> tuple[Left, ...]:
    """Both, the same kind and name as one."""
    counts: dict[tuple[str, str], Left] = {}
    for one in (*left, *more):
        known = counts.get((one.kind, one.name))
        counts[one.kind, one.name] = Left(one.kind, one.count + (known.count if known else 0), one.name)
    return tuple(counts[key] for key in sorted(counts))
