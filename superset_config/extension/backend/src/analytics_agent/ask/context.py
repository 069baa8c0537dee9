"""What the panel must know before a question is asked: who, about which databases, and why not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from superset import db
from superset.models.core import Database

from .people import shown_name
from .permissions import databases_of, may_use


def context(user: Any, me: Mapping[str, Any], listed: Mapping[str, Any], database_id: int | None) -> dict[str, Any]:
    """`me` and `listed` are our API's /v1/me and /v1/databases for this person."""
    ours = {UUID(one["superset_uuid"]): one for one in listed["databases"] if one.get("superset_uuid")}
    usable = {found.id: _view(ours[uuid], found.id) for uuid, found in databases_of(list(ours)).items() if may_use(found)}
    told = {
        "user": {"id": user.id, "name": shown_name(user)},
        "database": usable.get(database_id) if database_id else None,
        "databases": sorted(usable.values(), key=lambda one: str(one["name"])),
        "model": me.get("default_model"),
        "can_publish": bool(me.get("publishes", True)),
        "version": me.get("version"),
    }
    if database_id and told["database"] is None:
        told["reason"] = _reason(database_id, ours)
    return told


def _view(database: Mapping[str, Any], number: int) -> dict[str, Any]:
    kept = ("name", "dialect", "schema", "governed", "examples")
    return {"superset_id": number, **{name: database[name] for name in kept if name in database}}


def _reason(database_id: int, ours: Mapping[UUID, Any]) -> str:
    """A database that the person may not use looks the same whether it is one of ours or not."""
    found = db.session.query(Database).get(database_id)
    return "not_connected" if found is not None and found.uuid not in ours and may_use(found) else "no_rights"
