"""A file over HTTP: unchanged, whole, or the part of it that a broken download still lacks (RFC 9110).

Files are made from data that we do not trust, so no browser may run them on our address.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from fastapi.responses import StreamingResponse

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:",
    "Cache-Control": "private, no-cache",
}
"""A file opened in place is a sandbox without scripts and without our address's rights."""

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Conditions:
    """What a request says of the copy that it has. `range` is kept as it was sent."""

    if_none_match: str | None = None
    range: str | None = None
    if_range: str | None = None


def _sent(
    if_none_match: Annotated[str | None, Header(description="The ETag of the copy you have.")] = None,
    range: Annotated[str | None, Header(description="One range of bytes: bytes=1000-")] = None,
    if_range: Annotated[str | None, Header(description="The ETag that the range belongs to.")] = None,
) -> Conditions:
    return Conditions(if_none_match, range, if_range)


Asked = Annotated[Conditions, Depends(_sent)]
"""A route's parameter of this type is what the request says of the copy it has."""


def described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives a file, for the OpenAPI document."""
    content: dict[str, Any] = {media_type.partition(";")[0]: {}}
    return {
        200: {"content": content},
        206: {"description": "The part that was asked for.", "content": content},
        304: {"description": "Your copy is the newest."},
        416: {"description": "The file has no such part; Content-Range says how long it is."},
    }


def file(content: bytes, media_type: str, name: str, tag: str, asked: Conditions) -> Response:
    """Whole, or the one part that was asked for. Several parts at once are answered with the whole, which is always allowed."""
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    found = _ONE_RANGE.fullmatch(asked.range.replace(" ", "")) if asked.range and _still_the_same(asked.if_range, tag) else None
    if found is None or found.groups() == ("", ""):
        return Response(content, media_type=media_type, headers=headers)
    part = _part(found[1], found[2], len(content))
    if part is None:
        return Response(status_code=416, headers={**_without_name(headers), "Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], status_code=206, media_type=media_type, headers=headers)


def streamed(parts: Iterator[bytes], media_type: str, name: str, tag: str) -> Response:
    """Whole, in pieces that are made while it is sent."""
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    return StreamingResponse(parts, media_type=media_type, headers=headers)


def unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={**SAFE, "ETag": f'"{tag}"'})


def is_unchanged(asked: Conditions, tag: str) -> bool:
    """If-None-Match compares weakly: a proxy may have marked our tag as weak."""
    sent = [part.strip().removeprefix("W/").strip('"') for part in (asked.if_none_match or "").split(",")]
    return tag in sent or "*" in sent


def _still_the_same(if_range: str | None, tag: str) -> bool:
    """If-Range compares strongly: a weak tag, another tag or a date may mean other bytes, and gets the whole file."""
    return if_range is None or if_range.strip() == f'"{tag}"'


def _part(first: str, last: str, size: int) -> range | None:
    """The bytes meant; None where there are none. Without a first byte it is so many at the end."""
    begin = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    return range(begin, end) if begin < end and (first or int(last)) else None


def _without_name(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Disposition"}
