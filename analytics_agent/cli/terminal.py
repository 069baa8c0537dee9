"""Where the command line meets the terminal: consoles, pages without trailing blanks, wrapping that keeps figures whole.

Where output is no terminal nothing is wrapped or shortened, and where there is no Unicode our own marks have ASCII forms.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from analytics_agent.cli.plain import as_json
from analytics_agent.settings import plain_locale

WIDTH = 88
"""The widest a page gets: longer lines are hard to read."""
INDENT = 2
ANY = 10_000
"""As wide as the terminal is."""
NBSP = "\u00a0"
_HELD = "\ue000"
"""Stands for a no-break blank while lines are broken: rich would break there."""

ASCII = str.maketrans(
    {
        **dict.fromkeys("✓", "+"),
        **dict.fromkeys("✗×", "x"),
        **dict.fromkeys("●", "*"),
        **dict.fromkeys("○·", "."),
        **dict.fromkeys("›", ">"),
        **dict.fromkeys("━", "="),
        **dict.fromkeys("─–—−", "-"),
        **dict.fromkeys("…", "~"),
        **dict.fromkeys("“”▔", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("▁▂", "."),
        **dict.fromkeys("▃▄▅", ":"),
        **dict.fromkeys("▆▇█▀▌▋▊▉", "#"),
        **dict.fromkeys("▏▎▍", "|"),
        **dict.fromkeys("←", "<"),
        **dict.fromkeys("→", ">"),
        **dict.fromkeys("\ufffd", "?"),
    }
)
"""One cell for one cell, so that what is aligned stays so."""


class AsciiFile:
    """A stream whose reader has no Unicode: our marks become ASCII, of other text what cannot be written becomes a question mark."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "ascii"
        return self._stream.write(text.translate(ASCII).encode(encoding, "replace").decode(encoding))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def console(*, stderr: bool = False) -> Console:
    """The console of a stream. No words are colored by guess, and a stream that is no terminal has the width of a page."""
    stream = sys.stderr if stderr else sys.stdout
    unicode = not plain_locale() and (stream.encoding or "").lower().startswith("utf")
    file: Any = stream if unicode else AsciiFile(stream)
    width = None if stream.isatty() else WIDTH + 2 * INDENT
    return Console(file=file, highlight=False, markup=False, emoji=False, width=width)


def write_json(value: Any) -> None:
    """One JSON document and a line feed on stdout."""
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(as_json(value, ascii_only=ascii_only) + "\n")


def show(page: RenderableType, console: Console) -> None:
    """Print, and cut nothing off: a line that is too long for the terminal is broken by the terminal, and copies whole."""
    console.print(page, crop=False)


class Page:
    """Parts below one another, indented, at most `widest`, no blank at the end of a line."""

    def __init__(self, parts: Iterable[RenderableType], *, indent: int = INDENT, widest: int = WIDTH) -> None:
        self._parts = tuple(parts)
        self._widest = widest
        self._indent = Segment(" " * indent) if indent else None
        self._taken = 2 * indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(20, min(self._widest, options.max_width - self._taken)), height=None)
        for part in self._parts:
            for segments in Segment.split_lines(console.render(part, inner)):
                kept = _without_blanks_at_the_end(segments)
                if kept and self._indent:
                    yield self._indent
                yield from kept
                yield Segment.line()


def _without_blanks_at_the_end(segments: Sequence[Segment]) -> list[Segment]:
    kept = [segment for segment in segments if segment.text]
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept and kept[-1].text.endswith(" "):
        kept[-1] = Segment(kept[-1].text.rstrip(" "), kept[-1].style, kept[-1].control)
    return kept


@dataclass(frozen=True)
class Prose:
    """A text broken at its blanks, never at a no-break blank; one long line where nobody looks at a width. It hangs from its `head`."""

    text: Text
    head: Text = field(default_factory=Text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        hang = self.head.cell_len
        lines = wrapped(self.text, options.max_width - hang, console) if console.is_terminal else [self.text]
        for number, broken in enumerate(lines):
            yield whole(Text.assemble(" " * hang if number else self.head, broken))


@dataclass(frozen=True)
class Ends:
    """Something at the left, broken where it is long, and something short at the right end of its first line."""

    left: Text
    right: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - self.right.cell_len - 2
        lines = wrapped(self.left, room, console) if console.is_terminal and room > 20 else [self.left]
        gap = max(2, options.max_width - lines[0].cell_len - self.right.cell_len)
        yield whole(Text.assemble(lines[0], " " * gap, self.right))
        yield from lines[1:]


@dataclass(frozen=True)
class Whole:
    """A line that is never broken: a path, an address, a command. Its `tail` is left out where it does not fit."""

    text: Text
    tail: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fits = not console.is_terminal or self.text.cell_len + cell_len(self.tail) <= options.max_width
        yield whole(Text.assemble(self.text, self.tail) if fits else self.text)


def wrapped(text: Text, width: int, console: Console) -> list[Text]:
    """Lines of `text`. A word that is wider than a line, as scripts without blanks have them, is folded."""
    held = text.copy()
    held.plain = held.plain.replace(NBSP, _HELD)
    lines = list(held.wrap(console, max(1, width), overflow="fold"))
    for broken in lines:
        broken.rstrip()
        broken.plain = broken.plain.replace(_HELD, " ")
    return lines or [text]


def whole(text: Text) -> Text:
    """One line that is never broken or cut by us: a path, an address, a command. A no-break blank is a blank, for whoever copies it."""
    kept = text.copy()
    kept.plain = kept.plain.replace(NBSP, " ")
    kept.no_wrap, kept.overflow = True, "ignore"
    return kept
