"""A person of Superset, proven by the short-lived token that our extension there signs for each request.

The token says who asks, never what they may read: that is asked of Superset when a run begins (ports.Rights).
"""

from typing import Annotated, Any

import jwt
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from analytics_agent.domain.rights import PERSON, Principal
from analytics_agent.domain.tenant import DEFAULT

ISSUER, AUDIENCE = "superset", "analytics-agent"
ALGORITHM = "HS256"
"""Pinned: a token that names another one is refused whatever its signature says."""

LONGEST_TOKEN = 4_096
LONGEST_LIFE, LEEWAY = 120, 5
"""Seconds: the most a token may be valid for, and what two clocks may differ by."""

_REQUIRED = ["iss", "aud", "sub", "name", "iat", "exp", "jti"]


class _Claims(BaseModel):
    """Their types, beyond what the library checks: times that are whole numbers, and a user's number without any sign."""

    model_config = ConfigDict(strict=True)

    sub: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]
    name: Annotated[str, StringConstraints(max_length=400)]
    jti: Annotated[str, StringConstraints(min_length=8, max_length=200)]
    iat: int
    exp: int
    tenant: str = DEFAULT


def is_token(sent: str) -> bool:
    """Whether this looks like a signed token. An API key has no dot."""
    return sent.count(".") == 2


def tenant_of_token(token: str) -> str:
    """Which tenant's Superset this says it is from. Nobody has checked that yet: it only chooses whose signing key checks it."""
    if len(token) > LONGEST_TOKEN:
        return DEFAULT
    try:
        told = jwt.decode(token, options={"verify_signature": False}).get("tenant", DEFAULT)
    except (jwt.PyJWTError, RecursionError):
        return DEFAULT
    return told if isinstance(told, str) else DEFAULT


def person_of(token: str, signing_key: str, tenant: str = DEFAULT) -> Principal | None:
    """The person for whom this token was signed; None for one that is not valid, without saying why."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        claims = _Claims.model_validate(_decoded(token, signing_key))
    except (jwt.PyJWTError, ValidationError, RecursionError):  # a header of nested lists is deeper than Python counts
        return None
    if not 0 < claims.exp - claims.iat <= LONGEST_LIFE or claims.tenant != tenant:
        return None
    return Principal(f"{PERSON}{claims.sub}", _shown(claims.name), ("ask", "schedule"), "person")


def _decoded(token: str, signing_key: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(
        token,
        signing_key,
        algorithms=[ALGORITHM],
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=LEEWAY,
        options={"require": _REQUIRED, "strict_aud": True},
    )
    return found


def _shown(name: str) -> str:
    """A display name on one line; people choose theirs."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:100]
