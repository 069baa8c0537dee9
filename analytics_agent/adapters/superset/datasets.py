"""Datasets of Superset read and described through its REST API: implements `superset_ports.Datasets`."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from analytics_agent.adapters.superset.connection import connection_uuid, refuse_engine
from analytics_agent.adapters.superset.session import SupersetSession
from analytics_agent.domain.database import Database
from analytics_agent.domain.superset_dataset import DatasetEdit, NewDataset, PartEdit, SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.errors import PublishRejected

PAGE = 100
MARKED = '"analytics_agent"'
"""Is in the `extra` of what an export has described."""
AT_ONCE = 4
"""Datasets that are read beside one another: Superset has other people to serve."""


class SupersetDatasets:
    def __init__(
        self, url: str, username: str, password: str, *, timeout_seconds: float = 60.0, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._account = (url.rstrip("/"), username, password)
        self._timeout_seconds = timeout_seconds
        self._transport = transport

    async def read(self, database: Database, wanted: Callable[[str, str], bool]) -> tuple[SupersetDataset, ...]:
        refuse_engine(database)
        async with self._session() as session:
            listed = await _listed(session, await _connection(session, database))
            numbers = [int(one["id"]) for one in listed if wanted(str(one.get("uuid") or ""), str(one.get("table_name") or ""))]
            own = await _own(session)
            gate = asyncio.Semaphore(AT_ONCE)

            async def whole(number: int) -> dict[str, Any] | None:
                async with gate:
                    return await session.find(f"dataset/{number}")

            found = await asyncio.gather(*map(whole, numbers))
        return tuple(_dataset(one, own) for one in found if one is not None)

    async def edit(self, database: Database, edits: Sequence[DatasetEdit]) -> tuple[str, ...]:
        said = []
        async with self._session() as session:
            own = await _own(session)
            connection = await _connection(session, database) if any(edit.new for edit in edits) else 0
            for edit in edits:
                try:
                    left = await (_make(session, edit, connection, database, own) if edit.new else _edit(session, edit, own))
                except PublishRejected as refused:
                    left = refused.message
                said += [f"dataset `{edit.name}`: {left}"] if left else []
        return tuple(said)

    def _session(self) -> SupersetSession:
        return SupersetSession(*self._account, timeout_seconds=self._timeout_seconds, transport=self._transport)


async def _connection(session: SupersetSession, database: Database) -> int:
    found = await session.select("database/", "uuid", connection_uuid(database))
    if not found:
        raise PublishRejected(
            f"Superset does not know the database {database.name} yet.", hint=f"analytics-agent databases refresh {database.name} tells it."
        )
    return int(found[0]["id"])


async def _listed(session: SupersetSession, connection: int) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for page in range(1_000):
        query = {
            "filters": [{"col": "database", "opr": "rel_o_m", "value": connection}],
            "columns": ["id", "uuid", "table_name"],
            "order_column": "table_name",
            "order_direction": "asc",
            "page": page,
            "page_size": PAGE,
        }
        listed: list[dict[str, Any]] = (await session.read("dataset/", q=json.dumps(query)))["result"]
        found |= {int(one["id"]): one for one in listed}
        if len(listed) < PAGE:
            break
    return list(found.values())


async def _own(session: SupersetSession) -> int:
    """The number of our own account."""
    return int((await session.read("me/"))["result"]["id"])


async def _make(session: SupersetSession, edit: DatasetEdit, connection: int, database: Database, own: int) -> str:
    """Why it was not made. One that is there already under its uuid was made by a first try, or by somebody who exports beside us."""
    new = edit.new or NewDataset("")
    found = await session.find(f"dataset/{new.uuid}")
    is_ours = found is None
    if found is not None and MARKED in _said(found.get("extra")) and found.get("extra") != edit.changes.get("extra"):
        return "somebody made it in the meantime; nothing was written. Do it again."
    if found is None:
        body = {"database": connection, "schema": new.schema or database.schema, "table_name": edit.name, "uuid": new.uuid}
        number = await session.create("dataset/", body | ({"sql": new.sql} if new.sql else {}))
        found = await session.find(f"dataset/{number}") or {"id": number}
    try:
        left = await _edit(session, replace(edit, id=int(found["id"]), changed=_said(found.get("changed_on"))), own)
    except PublishRejected as refused:
        left = refused.message
    if left and is_ours:  # whoever is told that it was refused finds nothing
        await session.remove(f"dataset/{found['id']}")
    return left


async def _edit(session: SupersetSession, edit: DatasetEdit, own: int) -> str:
    """Why it was left; empty where it is as it should be now."""
    path = f"dataset/{edit.id}"
    found = await session.find(path)
    if found is None:
        return "it is not there any more."
    if _said(found.get("changed_on")) != edit.changed:
        # A second try, whose first one had its effect and lost its reply, finds what it wrote.
        is_done = "extra" in edit.changes and found.get("extra") == edit.changes["extra"]
        return "" if is_done else "somebody changed it in the meantime; nothing was written. Do it again."
    body = dict(edit.changes)
    if edit.columns:
        body["columns"] = _parts(found.get("columns") or [], edit.columns, ("column_name",))
    if edit.metrics:
        body["metrics"] = _parts(found.get("metrics") or [], edit.metrics, ("metric_name", "expression"))
    try:
        await session.change(path, body)
    except PublishRejected as refused:
        if own in {one.get("id") for one in found.get("owners") or []}:
            raise
        return f"{refused.message} Add our service account to its owners in Superset (Edit dataset, Settings), and do it again."
    return ""


def _parts(there: Sequence[Mapping[str, Any]], edits: Sequence[PartEdit], needed: Sequence[str]) -> list[dict[str, Any]]:
    """All parts: Superset removes those that are not told, and keeps of the others what is not said. What is to be made and is there
    already, as the columns of a new dataset are, is changed."""
    numbers = {one[needed[0]]: one["id"] for one in there}
    by_id = {number: edit.changes for edit in edits if (number := edit.id or numbers.get(edit.changes[needed[0]])) is not None}
    kept = [{"id": one["id"], **{key: one.get(key) for key in needed}, **by_id.get(one["id"], {})} for one in there]
    return [*kept, *(dict(edit.changes) for edit in edits if not edit.id and edit.changes[needed[0]] not in numbers)]


def _dataset(found: Mapping[str, Any], own: int) -> SupersetDataset:
    owners = [one for one in found.get("owners") or [] if one.get("id") != own]
    return SupersetDataset(
        id=int(found["id"]),
        uuid=_said(found.get("uuid")),
        table=_said(found.get("table_name")),
        schema=found.get("schema") or None,
        sql=_said(found.get("sql")),
        description=_said(found.get("description")),
        owners=tuple(" ".join(filter(None, (_said(one.get("first_name")), _said(one.get("last_name"))))) for one in owners),
        time_column=_said(found.get("main_dttm_col")),
        extra=_said(found.get("extra")),
        changed=_said(found.get("changed_on")),
        columns=tuple(map(_column, found.get("columns") or [])),
        metrics=tuple(map(_metric, found.get("metrics") or [])),
    )


def _column(found: Mapping[str, Any]) -> SupersetColumn:
    return SupersetColumn(
        id=int(found["id"]),
        name=_said(found.get("column_name")),
        type=_said(found.get("type")),
        expression=_said(found.get("expression")),
        label=_said(found.get("verbose_name")),
        description=_said(found.get("description")),
        is_time=bool(found.get("is_dttm")),
        groups=bool(found.get("groupby")),
        is_active=found.get("is_active") is not False,
    )


def _metric(found: Mapping[str, Any]) -> SupersetMetric:
    return SupersetMetric(
        id=int(found["id"]),
        name=_said(found.get("metric_name")),
        expression=_said(found.get("expression")),
        label=_said(found.get("verbose_name")),
        description=_said(found.get("description")),
        format=_said(found.get("d3format")),
        currency=_symbol(found.get("currency")),
        warning=_said(found.get("warning_text")),
        extra=_said(found.get("extra")),
    )


def _symbol(currency: Any) -> str:
    """Superset tells it as an object, or as the text of one."""
    if isinstance(currency, str):
        try:
            currency = json.loads(currency or "{}")
        except ValueError:
            return ""
    return _said(currency.get("symbol")) if isinstance(currency, dict) else ""


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""
