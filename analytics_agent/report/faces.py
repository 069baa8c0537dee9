"""The report's fonts: which faces a text needs, embedded for HTML, read from the reports folder for PDF."""

import re
from base64 import b64encode
from functools import cache

from analytics_agent.resources import resource

_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FILE = re.compile(r"url\(fonts/([a-z0-9-]+\.woff2)\)")
_RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")


@cache
def faces() -> tuple[str, ...]:
    """Every @font-face rule of reports/fonts.css."""
    return tuple(_FACE.findall((resource("reports") / "fonts.css").read_text(encoding="utf-8")))


def font_file(name: str) -> bytes:
    """A font of the reports folder. Raises FileNotFoundError for a name that is none."""
    if not re.fullmatch(r"[a-z0-9-]+\.woff2", name):
        raise FileNotFoundError(name)
    return (resource("reports") / "fonts" / name).read_bytes()


def embedded(text: str) -> str:
    """@font-face rules with the fonts inside, only those that characters of the text fall into."""
    characters = {ord(c) for c in text}
    return "\n".join(_FILE.sub(_data, face) for face in faces() if _needed(face, characters))


def referenced() -> str:
    """@font-face rules that point into the reports folder, for the PDF renderer."""
    return "\n".join(_FILE.sub(lambda found: f"url(report:fonts/{found.group(1)})", face) for face in faces())


def _data(found: re.Match[str]) -> str:
    return f"url(data:font/woff2;base64,{b64encode(font_file(found.group(1))).decode('ascii')})"


def _needed(face: str, characters: set[int]) -> bool:
    ranges = [(int(low, 16), int(high or low, 16)) for low, high in _RANGE.findall(face)]
    return any(low <= c <= high for c in characters for low, high in ranges)
