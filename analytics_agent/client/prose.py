"""Claims as pieces of text: Markdown inline only (bold, emphasis, code), and every figure by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "strong", "em", "code", "figure"]
_KINDS: dict[str, Kind] = {"strong_open": "strong", "em_open": "em"}


@dataclass(frozen=True)
class Piece:
    """`figure` is the figure's record where the piece is one."""

    text: str
    kind: Kind = "text"
    figure: dict[str, Any] | None = None


def pieces(claim: dict[str, Any]) -> Iterator[Piece]:
    """The claim's text, each figure found in its order as `**shown**`, or bare. A figure that the text does not show is left out."""
    rest = str(claim["text"])
    for figure in claim["figures"]:
        found = _pattern(figure["shown"]).search(rest)
        if found:
            yield from markdown(rest[: found.start()])
            yield Piece(figure["shown"], "figure", figure)
            rest = rest[found.end() :]
    yield from markdown(rest)


def markdown(text: str) -> Iterator[Piece]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "backticks", "escape"])
    kinds: list[Kind] = []
    for block in parser.parseInline(text):
        for token in block.children or []:
            if token.type in _KINDS:
                kinds.append(_KINDS[token.type])
            elif token.type.endswith("_close"):
                kinds.pop()
            elif token.content:
                yield Piece(token.content, "code" if token.type == "code_inline" else kinds[-1] if kinds else "text")


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    return "".join(piece.text for piece in markdown(text))


def _pattern(shown: str) -> re.Pattern[str]:
    """`**shown**`, where any character may have been escaped for Markdown; or `shown` by itself, and not a part of a longer figure."""
    letters = "".join(r"\\?" + re.escape(c) for c in shown)
    return re.compile(rf"\*\*{letters}\*\*|(?<![\w.,−-]){letters}(?!\w|[.,]\d)")
