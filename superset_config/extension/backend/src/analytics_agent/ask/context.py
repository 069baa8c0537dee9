"""What the panel must know before a question is asked: who, about which databases, and why not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from superset import db
from superset.models.core import Database

from .people import is_administrator, shown_name
from .permissions import databases_of, grant_on, may_use


def context(user: Any, me: Mapping[str, Any], listed: Mapping[str, Any], database_id: int | None) -> dict[str, Any]:
    """`me` and `listed` are our API's /v1/me and /v1/databases for this person."""
    ours = {UUID(one["superset_uuid"]): one for one in listed["databases"] if one.get("superset_uuid")}
    granted = [(ours[uuid], found.id, grant_on(found)) for uuid, found in databases_of(list(ours)).items()]
    admin = is_administrator()
    usable = {number: _view(database, number, whole=grant.everything, admin=admin) for database, number, grant in granted if grant.database}
    told = {
        "user": {"id": user.id, "name": shown_name(user)},
        "database": usable.get(database_id) if database_id else None,
        "databases": sorted(usable.values(), key=lambda one: str(one["name"])),
        "model": me.get("default_model"),
        "can_publish": bool(me.get("publishes")),
        "can_mail": bool(me.get("mails")),
        "version": me.get("version"),
    }
    if database_id and told["database"] is None:
        told["reason"] = _reason(database_id, ours)
    return told


def _view(database: Mapping[str, Any], number: int, *, whole: bool, admin: bool) -> dict[str, Any]:
    """Examples only for somebody who may read everything: another could not have all of them answered, and would read names in them.
    Versions of the model likewise, and of those only for administrators."""
    kept = {name: database.get(name) for name in ("name", "dialect", "governed")}
    return {**kept, "superset_id": number, "examples": list(database.get("examples") or ()) if whole else [], "versions": whole and admin}


def _reason(database_id: int, ours: Mapping[UUID, Any]) -> str:
    """A database that the person may not use looks the same whether it is one of ours or not."""
    found = db.session.query(Database).get(database_id)
    return "not_connected" if found is not None and found.uuid not in ours and may_use(found) else "no_rights"
