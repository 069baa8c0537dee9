"""Who is asking, and whom our service account asks about: people with an account of Superset, never guests or strangers."""

from typing import Any

from flask import current_app, g
from sqlalchemy import func
from superset import db, security_manager

from .problems import GUEST, NOT_ADMIN, NOT_OURS, NOT_SET_UP, Problem, Refused
from .tokens import NoSigningKey, person_token

PERMISSIONS = "AnalyticsAgent"
_LOG_IN = Problem(401, "not-authenticated", "You are not logged in.", hint="Log in to Superset again; your question is kept.")


def asker() -> Any:
    """Superset's record of the person who sent this request. A public role must not open us to anonymous visitors. Raises Refused."""
    user = getattr(g, "user", None)
    if user is None or user.is_anonymous:
        raise Refused(_LOG_IN)
    if getattr(user, "is_guest_user", False) or security_manager.is_guest_user(user) or not isinstance(user.id, int):
        raise Refused(GUEST)
    return user


def asker_token() -> str:
    """Raises Refused."""
    user = asker()
    config = current_app.config
    tenant = config.get("ANALYTICS_AGENT_TENANT") or ""
    try:
        return person_token(config.get("ANALYTICS_AGENT_SIGNING_KEY") or "", user.id, shown_name(user), tenant=tenant)
    except NoSigningKey:
        raise Refused(NOT_SET_UP) from None


def shown_name(user: Any) -> str:
    return (user.get_full_name() or "").strip() or str(user.username)


def require_service_account() -> None:
    """Nobody else may ask for other people's rights: not an administrator either. Raises Refused."""
    if asker().username != current_app.config["ANALYTICS_AGENT_SERVICE_ACCOUNT"]:
        raise Refused(NOT_OURS)


def is_administrator() -> bool:
    """Whether whoever is logged in administers Superset."""
    return bool(security_manager.is_admin())


def require_administrator() -> None:
    """Raises Refused."""
    asker()
    if not is_administrator():
        raise Refused(NOT_ADMIN)


def find_active(number: int | None, mail: str | None = None, username: str | None = None) -> Any | None:
    """The person of this number or this username, or the one and only active person with this mail address."""
    users = security_manager.user_model
    query = db.session.query(users).filter(users.active.is_(True))
    if number is not None:
        return query.filter(users.id == number).one_or_none() if 0 < number < 2**31 else None
    if username is not None:
        return query.filter(users.username == username).one_or_none()
    found = query.filter(func.lower(users.email) == (mail or "").strip().lower()).limit(2).all()
    return found[0] if len(found) == 1 else None
