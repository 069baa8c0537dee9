"""Claims as text with doors: Markdown inline only (bold, emphasis, code), every figure tied to its mark. HTML and links stay plain text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from analytics_agent.domain.answer import Claim, Figure
from analytics_agent.report.document import Emphasis, Prose, Span

MarkOf = Callable[[Figure], int]
_ARROW = re.compile(r"([▲▼]) $")
"""It stays with the figure behind it at the end of a line."""
_LONGEST_HELD = 24
_ENDS_IN_MARKS, _BEGINS_WITH_MARKS = re.compile(r"[^\w\s]+$"), re.compile(r"^[^\w\s]+")
_KINDS: dict[str, Emphasis] = {"strong_open": "strong", "em_open": "em"}


def claim_prose(claim: Claim, mark_of: MarkOf) -> Prose:
    """The claim's text, each figure found in order as `**shown**`. A figure that the text does not show is not marked."""
    spans: list[Span] = []
    rest = claim.text
    for figure in claim.figures:
        found = _pattern(figure.shown).search(rest)
        if found is None:
            continue
        spans.extend(markdown(rest[: found.start()]))
        spans.append(Span(figure.shown, "figure", mark_of(figure)))
        rest = rest[found.end() :]
    spans.extend(markdown(rest))
    return tuple(spans)


def join(parts: list[Prose]) -> Prose:
    """Claims run together as one paragraph."""
    spans: list[Span] = []
    for part in parts:
        spans.extend((Span(" "), *part) if spans else part)
    return tuple(spans)


def held(prose: Prose) -> list[tuple[str, Span, str]]:
    """Each span with the marks that touch it, as in "(13.4 min).": a browser may break a line beside any button, and they must stay with
    it. A long figure is left free to break."""
    spans, before, after = list(prose), [""] * len(prose), [""] * len(prose)
    for place, span in enumerate(prose):
        if span.kind != "figure" or len(span.text) > _LONGEST_HELD:
            continue
        if place:
            spans[place - 1], before[place] = _parted(spans[place - 1], _ENDS_IN_MARKS)
        if place + 1 < len(spans):
            spans[place + 1], after[place] = _parted(spans[place + 1], _BEGINS_WITH_MARKS)
    return list(zip(before, spans, after, strict=True))


def _parted(span: Span, marks: re.Pattern[str]) -> tuple[Span, str]:
    found = marks.search(span.text) if span.kind == "text" else None
    return (replace(span, text=span.text[: found.start()] + span.text[found.end() :]), found.group()) if found else (span, "")


def markdown(text: str) -> Iterator[Span]:
    """Inline Markdown as spans."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "backticks", "escape"])
    kinds: list[Emphasis] = []
    for block in parser.parseInline(text):
        for token in block.children or []:
            if token.type in _KINDS:
                kinds.append(_KINDS[token.type])
            elif token.type.endswith("_close"):
                kinds.pop()
            elif token.content:
                kept = _ARROW.sub("\\1\u00a0", token.content)
                yield Span(kept, "code" if token.type == "code_inline" else kinds[-1] if kinds else "text")


def plain(prose: Prose) -> str:
    return "".join(span.text for span in prose)


def _pattern(shown: str) -> re.Pattern[str]:
    """`**shown**`, where any character of it may have been escaped for Markdown."""
    return re.compile(r"\*\*" + "".join(r"\\?" + re.escape(c) for c in shown) + r"\*\*")
