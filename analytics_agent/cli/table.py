"""Tables on a terminal, and texts cut to a number of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from analytics_agent.cli.plain import line


def shortened(text: str, width: int) -> str:
    """At most `width` cells, with an ellipsis where something is left out. Wide characters count as two."""
    if cell_len(text) <= width:
        return text
    cut = set_cell_size(text, max(0, width - 1)).rstrip()
    return cut + "…" if width > 0 else ""


def shortened_inside(text: str, width: int) -> str:
    """At most `width` cells, with what is left out in the middle: titles that begin alike still differ."""
    if cell_len(text) <= width or width < 12:
        return shortened(text, width)
    head = shortened(text, width * 2 // 5)
    tail = text[-(width - cell_len(head)) :]
    while cell_len(tail) > width - cell_len(head):
        tail = tail[1:]
    return head + tail.lstrip()


def told_apart(texts: Sequence[str], width: int) -> list[str]:
    """Each at most `width` cells. What is left out is left out where they are alike: inside, where their ends tell them apart."""
    cut = [shortened(text, width) for text in texts]
    alike = {text for text in cut if cut.count(text) > 1}
    if not alike and not any(text != whole and _begins_as_another(whole, texts) for text, whole in zip(cut, texts, strict=True)):
        return cut
    inside = [shortened_inside(text, width) if text != short else short for text, short in zip(texts, cut, strict=True)]
    return inside if len(set(inside)) >= len(set(cut)) else cut


def _begins_as_another(text: str, texts: Sequence[str]) -> bool:
    """Whether another one has the same first half."""
    half = text[: max(1, len(text) // 2)]
    return any(other != text and other.startswith(half) for other in texts)


@dataclass(frozen=True)
class Column:
    """A column of a table. `flexible` gives way where the terminal is narrow; `dim` is what one reads second."""

    head: str
    right: bool = False
    flexible: bool = False
    dim: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under dim heads, as wide as they need to be; only on a terminal are flexible cells shortened to fit."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Text]]
    gap: int = 2

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = [[cell if isinstance(cell, Text) else Text(line(cell)) for cell in row] for row in self.rows]
        widths = [max([cell_len(column.head), *(row[at].cell_len for row in rows)]) for at, column in enumerate(self.columns)]
        if console.is_terminal:
            self._fit(widths, options.max_width)
        if any(column.head for column in self.columns):
            yield self._line([Text(column.head, "dim") for column in self.columns], widths)
        for row in rows:
            yield self._line(row, widths)

    def _fit(self, widths: list[int], room: int) -> None:
        """Take what is too much from the widest flexible columns, cell by cell, down to eight."""
        flexible = [at for at, column in enumerate(self.columns) if column.flexible]
        while flexible and sum(widths) + self.gap * (len(widths) - 1) > room:
            widest = max(flexible, key=lambda at: widths[at])
            if widths[widest] <= 8:
                return
            widths[widest] -= 1

    def _line(self, cells: Sequence[Text], widths: Sequence[int]) -> Text:
        made = Text(no_wrap=True, overflow="ignore")
        for column, cell, width in zip(self.columns, cells, widths, strict=True):
            shown = Text(shortened(cell.plain, width), "dim" if column.dim else cell.style) if cell.cell_len > width else cell.copy()
            if column.dim and not shown.style:
                shown.style = "dim"
            blanks = " " * (width - shown.cell_len)
            made.append_text(Text.assemble(blanks, shown) if column.right else Text.assemble(shown, blanks)).append(" " * self.gap)
        return made
