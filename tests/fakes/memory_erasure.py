"""The part of ports.Store that erases one person's data, in the dictionaries of MemoryStore."""

import json
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analytics_agent.adapters.record_json import to_json
from analytics_agent.adapters.store.traces import is_about
from analytics_agent.domain.approval import Approvals
from analytics_agent.domain.audit import AuditLine
from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.erasure import (
    DROPPED,
    ERASED,
    READER_GONE,
    REPORT_GONE,
    Erasure,
    Held,
    Left,
    Subject,
    added,
    histories_of,
    is_same,
    keys_of,
)
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import GRANT
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import UnknownResult

_DIGEST = re.compile(r"[0-9a-f]{64}")


class MemoryErasure:
    _runs: dict[str, Any]
    _keys: dict[str, Any]
    _deliveries: dict[str, Delivery]
    _schedules: dict[str, Any]
    _deleted: dict[str, datetime]
    _waiting: dict[str, Any]
    _line: dict[str, Any]
    _requests: Any
    lines: dict[str, AuditLine]
    ledger: list[Any]
    reserved: dict[Any, Any]
    _forget_in_versions: Callable[[Subject, str], None]

    def __init__(self) -> None:
        super().__init__()
        self._erasures: dict[str, Erasure] = {}

    async def subject(self, owners: Sequence[str], mails: Sequence[str] = ()) -> Subject:
        everybody = tuple(dict.fromkeys((*owners, *sorted(key.id for key in self._keys.values() if key.reads_as in owners))))
        said = {kept.question.asked_by for kept in self._runs_of_person(everybody)} | {
            key.name for key in self._keys.values() if key.id in everybody
        }
        return Subject(everybody, tuple(dict.fromkeys(mails)), tuple(sorted(said - {""})))

    async def owners_called(self, name: str) -> tuple[str, ...]:
        asked = {kept.question.owner for kept in self._runs.values() if kept.question.asked_by == name and not kept.question.schedule}
        return tuple(sorted(asked | {key.id for key in self._keys.values() if key.name == name}))

    async def held_of(self, subject: Subject) -> Held:
        mine = list(self._runs_of_person(subject.owners))
        ids = {kept.question.run_id for kept in mine}
        days = [kept.question.asked_at for kept in mine]
        receipts = [kept.documents.get("receipt") for kept in mine]
        return Held(
            runs=len(mine),
            unfinished=sum(kept.status not in FINISHED for kept in mine),
            clarifications=sum(len(kept.clarifications) for kept in mine),
            approvals=sum("approvals" in kept.documents for kept in mine),
            schedules=sum(one.owner in subject.owners for one in self._schedules.values()),
            deliveries=sum(one.run_id in ids for one in self._deliveries.values()),
            waiting_turns=sum(turn.order.run_id in ids for turn in self._waiting.values()),
            published=sum(receipt is not None and receipt.dashboard_url is not None for receipt in receipts),
            keys=sum(one in self._keys for one in subject.owners),
            mentions=self._mentions(subject, ids),
            calls=sum(line.question.owner in subject.owners for line in self.ledger),
            acts=sum(line.entry.actor in subject.owners for line in self.lines.values()),
            since=min(days, default=None),
            until=max(days, default=None),
        )

    def _mentions(self, subject: Subject, ids: set[str]) -> int:
        others = [kept.question for kept in self._runs.values() if kept.question.run_id not in ids]
        runs = sum(_is_to(one.recipients, subject.mails) or one.reads_as in subject.owners for one in others)
        theirs = [one for one in self._schedules.values() if one.owner not in subject.owners]
        schedules = sum(_is_to(one.recipients, subject.mails) or one.reads_as in subject.owners for one in theirs)
        sent = sum(_is_to([str(one.recipient)], subject.mails) for one in self._deliveries.values() if one.run_id not in ids)
        return runs + schedules + sent

    async def begin_erasure(self, subject: Subject) -> Erasure:
        for erasure in self._erasures.values():
            if erasure.subject and is_same(erasure.subject, subject):
                return erasure
        asked = (kept.question for kept in self._runs.values())
        since = min((one.asked_at for one in asked if {one.owner, one.reads_as} & set(subject.owners)), default=None)
        begun = Erasure(secrets.token_hex(6), datetime.now(UTC), subject=subject, stand_in=f"erased-{secrets.token_hex(6)}", since=since)
        self._erasures[begun.id] = begun
        return begun

    async def erasure(self, erasure_id: str) -> Erasure:
        if erasure_id not in self._erasures:
            raise UnknownResult("There is no such erasure.")
        return self._erasures[erasure_id]

    async def erasures(self, *, limit: int = 50, unfinished: bool = False) -> tuple[Erasure, ...]:
        newest_first = sorted(self._erasures.values(), key=lambda one: one.begun_at, reverse=True)
        return tuple(one for one in newest_first if one.stage != "done" or not unfinished)[:limit]

    async def change_erasure(self, erasure_id: str, change: Callable[[Erasure], Erasure]) -> Erasure:
        self._erasures[erasure_id] = changed = change(await self.erasure(erasure_id))
        return changed

    async def runs_to_erase(self, erasure: Erasure, *, limit: int, unfinished: bool = False) -> tuple[str, ...]:
        theirs = sorted(self._theirs(erasure), key=lambda kept: (kept.question.asked_at, kept.question.run_id))
        return tuple(kept.question.run_id for kept in theirs if kept.status not in FINISHED or not unfinished)[:limit]

    async def runs_reading_as(self, erasure: Erasure, *, unfinished: bool = False) -> tuple[str, ...]:
        found = sorted(self._reading_as(erasure), key=lambda kept: str(kept.question.run_id))
        return tuple(kept.question.run_id for kept in found if kept.status not in FINISHED or not unfinished)

    def _reading_as(self, erasure: Erasure) -> Iterator[Any]:
        owners = erasure.subject.owners if erasure.subject else ()
        due = {one.id for one in self._schedules.values() if one.reads_as in owners}
        others = (kept for kept in self._runs.values() if kept.question.owner not in owners and kept.question.reads_as in owners)
        return (kept for kept in others if kept.question.asked_at <= erasure.begun_at or kept.question.schedule in due)

    async def schedules_to_erase(self, erasure: Erasure) -> tuple[str, ...]:
        owners = erasure.subject.owners if erasure.subject else ()
        return tuple(one.id for one in self._schedules.values() if one.owner in owners and one.created_at <= erasure.begun_at)

    async def drop_deliveries(self, erasure: Erasure) -> None:
        mine = {kept.question.run_id for kept in self._theirs(erasure)}
        mails = erasure.subject.mails if erasure.subject else ()
        for one in list(self._deliveries.values()):
            if one.state == "waiting" and (one.run_id in mine or _is_to([str(one.recipient)], mails)):
                self._deliveries[one.id] = replace(one, state="failed", reason=DROPPED)

    async def erase_runs(self, erasure_id: str, run_ids: Collection[str], left: Sequence[Left]) -> None:
        erasure = await self.erasure(erasure_id)
        ids = {kept.question.run_id for kept in self._theirs(erasure)} & set(run_ids)
        ours = {run_id: f"erased-{secrets.token_hex(6)}" for run_id in ids}
        patient: dict[str, bool] = {}
        for run_id, other in ours.items():
            self._pay_as(erasure, lambda line, run_id=run_id: line.order.run_id == run_id, other)  # type: ignore[misc]
            patient[run_id] = self._runs.pop(run_id).question.patient
        names = erasure.subject.names if erasure.subject else ()
        self._forget_in_audit(erasure, ours)
        self._deliveries = {name: one for name, one in self._deliveries.items() if one.run_id not in ids}
        self._waiting = {name: turn for name, turn in self._waiting.items() if turn.order.run_id not in ids}
        self._line = {name: one for name, one in self._line.items() if one.place.run_id not in ids}
        self.reserved = {order: one for order, one in self.reserved.items() if order.run_id not in ids}
        for kept in self._runs.values():
            asked = kept.question
            if asked.replays in ids:
                asked = replace(asked, replays=ERASED, asked_by="" if asked.asked_by in names else asked.asked_by)
            self._put(kept, replace(asked, continues=None if asked.continues in ids else asked.continues))
            _forget_comparison(kept, ids)
        histories = tuple(dict.fromkeys((*erasure.histories, *histories_of(patient))))
        gone = replace(erasure, runs=erasure.runs + len(ids), left=added(erasure.left, tuple(left)) if ids else erasure.left)
        self._erasures[erasure_id] = replace(gone, histories=histories)

    async def erase_traces(self, erasure_id: str, left: Sequence[Left] = ()) -> None:
        erasure = await self.erasure(erasure_id)
        erasure = replace(erasure, left=added(erasure.left, tuple(left)))
        subject = erasure.subject
        if subject is None:
            return
        for name in await self.schedules_to_erase(erasure):
            del self._schedules[name]
            self._deleted.pop(name, None)
            erasure = replace(erasure, histories=(*erasure.histories, f"schedule:{name}"))
        self._erasures[erasure_id] = erasure
        for request in [one for one in self._requests if one[0] in subject.owners]:
            del self._requests[request]
        for owner in subject.owners:
            self._keys.pop(owner, None)
        self._pay_as(erasure, lambda line: line.question.owner in subject.owners and line.at <= erasure.begun_at)
        self._forget_in_audit(erasure, {})
        self._forget_mentions(erasure, subject)
        self._forget_in_versions(subject, erasure.stand_in)

    def _forget_mentions(self, erasure: Erasure, subject: Subject) -> None:
        reading = list(self._reading_as(erasure))
        for kept in self._runs.values():
            asked, theirs = kept.question, kept.question.owner in subject.owners
            if kept in reading:
                asked = replace(asked, reads_as=f"user:{erasure.stand_in}", reads_as_name="")
                self._forget_report(kept)
            if asked.replays and asked.asked_by in subject.names and not theirs:
                asked = replace(asked, asked_by="")
            self._put(kept, replace(asked, recipients=_without(asked.recipients, subject.mails)))
            approvals = kept.documents.get("approvals", Approvals()).asked
            if approvals:
                said = tuple(replace(one, by=ERASED, note="") if one.by in subject.names else one for one in approvals)
                kept.documents["approvals"] = Approvals(said)
                kept.frozen = replace(kept.frozen, approvals=said) if kept.frozen else None
            _change_events(kept, erasure, subject)
        for name, one in self._schedules.items():
            self._schedules[name] = changed = replace(one, recipients=_without(one.recipients, subject.mails))
            if one.reads_as in subject.owners:
                nobodys = replace(changed, reads_as=f"user:{erasure.stand_in}", reads_as_name="", paused=one.paused or READER_GONE)
                self._schedules[name] = nobodys
        nobody = Recipient("mail", f"{erasure.stand_in}@erased.invalid")
        for sent in list(self._deliveries.values()):
            if _is_to([str(sent.recipient)], subject.mails):
                self._deliveries[sent.id] = replace(sent, recipient=nobody)

    @staticmethod
    def _forget_report(kept: Any) -> None:
        kept.documents.pop(GRANT, None)
        report = kept.documents.get("report")
        if report and (report.html or report.pdf):
            kept.documents["report"] = gone = replace(report, html=None, pdf=None, failure=REPORT_GONE)
            kept.frozen = replace(kept.frozen, report=gone) if kept.frozen else None

    def _forget_in_audit(self, erasure: Erasure, ids: dict[str, str]) -> None:
        subject = erasure.subject or Subject(())
        told = {one.lower() for one in (*subject.owners, *subject.mails, *subject.names)}
        reading = {kept.question.run_id for kept in self._reading_as(erasure)}
        for key, line in list(self.lines.items()):
            entry = line.entry
            ended = entry.actor in keys_of(erasure) or entry.run_id in reading
            theirs, in_time = entry.actor in subject.owners, entry.at <= erasure.begun_at or ended
            about = is_about(entry.about, told)
            if entry.run_id in ids or (in_time and (theirs or about or entry.reads_as in subject.owners)):
                changed = replace(
                    entry,
                    actor=erasure.stand_in if theirs else entry.actor,
                    run_id=ids.get(entry.run_id or "", entry.run_id),
                    reads_as=f"user:{erasure.stand_in}" if entry.reads_as in subject.owners else entry.reads_as,
                    about="" if theirs or about or entry.run_id in ids else entry.about,
                )
                self.lines[f"erased:{secrets.token_hex(12)}"] = replace(line, entry=changed)
                del self.lines[key]

    def _pay_as(self, erasure: Erasure, is_theirs: Callable[[Any], bool], run_id: str = "") -> None:
        for place, line in enumerate(self.ledger):
            if is_theirs(line):
                order = replace(line.order, run_id=run_id or line.order.run_id)
                asked = replace(line.question, owner=erasure.stand_in, run_id=order.run_id)
                self.ledger[place] = replace(line, order=order, question=asked, request_id=None)

    async def others_at_work(self, since: datetime) -> bool:
        return any(kept.status == "running" and kept.question.asked_at < since for kept in self._runs.values())

    async def files_in_use(self, digests: Collection[str]) -> frozenset[str]:
        kept = [part for run in self._runs.values() for part in (run.documents, run.turns, run.tool_results, run.queries, run.frozen)]
        kept += [*self._waiting.values(), *(one.rows for one in self._line.values())]
        found = {digest for part in kept for digest in _DIGEST.findall(_text(part))}
        return frozenset(found & set(digests))

    def _runs_of_person(self, owners: Collection[str]) -> Iterator[Any]:
        return (kept for kept in self._runs.values() if kept.question.owner in owners)

    def _theirs(self, erasure: Erasure) -> Iterator[Any]:
        owners = erasure.subject.owners if erasure.subject else ()
        due = {one.id for one in self._schedules.values() if one.owner in owners and one.created_at <= erasure.begun_at}
        keys = keys_of(erasure)
        mine = ((kept, kept.question) for kept in self._runs_of_person(owners))
        return (kept for kept, asked in mine if asked.asked_at <= erasure.begun_at or asked.schedule in due or asked.owner in keys)

    @staticmethod
    def _put(kept: Any, asked: Question) -> None:
        kept.question = asked
        if kept.frozen:
            told = replace(asked, text=kept.frozen.question.text, as_of=kept.frozen.question.as_of)
            kept.frozen = replace(kept.frozen, question=told)


def _text(part: Any) -> str:
    return json.dumps([to_json(one) for one in (part.values() if isinstance(part, dict) else [part]) if one is not None])


def _forget_comparison(kept: Any, ids: set[str]) -> None:
    changes = kept.documents.get("changes")
    if changes and changes.since_run in ids:
        kept.documents["changes"] = changed = replace(changes, since_run=None)
        kept.frozen = replace(kept.frozen, changes=changed) if kept.frozen else None


def _change_events(kept: Any, erasure: Erasure, subject: Subject) -> None:
    for key, event in list(kept.events.items()):
        data = dict(event.data)
        if event.kind == "delivery" and _is_to([str(data.get("recipient", ""))], subject.mails):
            data["recipient"] = f"mail:{erasure.stand_in}@erased.invalid"
        if event.kind == "approval" and data.get("by") in subject.names:
            data |= {"by": ERASED, "note": ""}
        kept.events[key] = replace(event, data=data)


def _is_to(recipients: Collection[str], mails: Collection[str]) -> bool:
    return len(_without(tuple(recipients), mails)) < len(recipients)


def _without(recipients: tuple[str, ...], mails: Collection[str]) -> tuple[str, ...]:
    theirs = {kind + mail.lower() for mail in mails for kind in ("", "mail:")}
    return tuple(one for one in recipients if one.lower() not in theirs)
