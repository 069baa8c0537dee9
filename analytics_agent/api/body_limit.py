"""Bodies have a largest size. Ours instead of the framework's, which answers in plain text and not as a problem."""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analytics_agent.api.problems import HTTP_PROBLEMS, answer

LARGEST = 64 * 1024
"""Bytes. The longest question in the longest UTF-8 is 40,000."""
LARGER = (
    ("POST", re.compile(r"/v1/databases"), 1_000_000),
    ("PATCH", re.compile(r"/v1/databases/[^/]+"), 1_000_000),
    ("POST", re.compile(r"/v1/databases/[^/]+/draft"), 8_000_000),
)
"""A semantic model comes along with its database, or for it; a draft with a data dictionary."""


class BodyLimit:
    """ASGI middleware. A body that says it is too large is refused unread; one that turns out to be is refused there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = largest(scope["method"], scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await answer(HTTP_PROBLEMS[413])(scope, receive, send)
            return
        await self.app(scope, _counted(receive, most), send)


def largest(method: str, path: str) -> int:
    """Bytes that a body may have."""
    return next((most for verb, pattern, most in LARGER if verb == method and pattern.fullmatch(path)), LARGEST)


def _counted(receive: Receive, most: int) -> Receive:
    read = 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413)
        return message

    return counting
