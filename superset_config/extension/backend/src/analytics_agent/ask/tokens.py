"""Who is asking, as a signed token that our HTTP API accepts for a minute. Knows nothing of Superset."""

import secrets
import time

import jwt

ISSUER = "superset"
AUDIENCE = "analytics-agent"
LIFE_SECONDS = 60
SHORTEST_KEY = 32
"""Characters. HS256 with less than 32 bytes can be guessed."""


class NoSigningKey(Exception):
    """The secret that Superset and the API share is missing or too short: nobody can be vouched for."""


def person_token(key: str, user_id: int, name: str, *, tenant: str = "", now: float | None = None) -> str:
    """A token for one request of this person. `tenant` is whose Superset this is, where the API serves several. Raises NoSigningKey."""
    if len(key) < SHORTEST_KEY:
        raise NoSigningKey
    issued = int(time.time() if now is None else now)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "name": name,
        "iat": issued,
        "exp": issued + LIFE_SECONDS,
        "jti": secrets.token_hex(16),
    }
    if tenant:
        claims["tenant"] = tenant
    return jwt.encode(claims, key, algorithm="HS256")
