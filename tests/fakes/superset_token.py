"""Tokens as Superset's extension signs them, right and wrong."""

import time
from typing import Any

import jwt

SIGNING_KEY = "a signing key for tests, long enough for every algorithm, no secret of anybody"


def claims(user: int | str = 7, **changed: Any) -> dict[str, Any]:
    """Those of a good token; one that is changed to None is left out."""
    now = int(time.time())
    good = {
        "iss": "superset",
        "aud": "analytics-agent",
        "sub": str(user),
        "name": "Ada Byron",
        "iat": now,
        "exp": now + 60,
        "jti": "0123456789abcdef",
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(user: int | str = 7, *, key: str = SIGNING_KEY, algorithm: str = "HS256", **changed: Any) -> str:
    return jwt.encode(claims(user, **changed), key, algorithm=algorithm)
