"""The data table of a result: at most so many rows, cut into pieces where it is wider than a page. Nothing is clipped silently."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import cells
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.report.document import Grid, GridColumn
from analytics_agent.report.lineage import SHORT_HASH
from analytics_agent.report.numbers import bare, count, decimals_for, head, is_time_part, named

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_SHOWN, CELLS_SHOWN = 200, 2_400
ALL_ON_PAPER, FIRST_ON_PAPER = 60, 40
"""A table of up to so many rows stands on paper whole; of a longer one the first do: nobody reads five pages of rows."""
PORTRAIT, LANDSCAPE = 104, 158
"""Characters of 8 pt Inter that fit side by side on A4 within the margins."""
LONGEST_CELL = 400
"""Characters of one cell; a longer text is cut and says so."""
WIDEST, GAP, TIGHT_GAP = 34, 3, 2
WHERE_THE_REST_IS = "The whole result is kept with the run: save it as CSV from the page Ask, or read it in a notebook."


def grid_of(
    query: Query, table: "pa.Table", *, rows: int = ROWS_SHOWN, names: Sequence[str] | None = None, room: int | None = None
) -> Grid:
    """The first `rows` rows of a result (fewer of a wide one): all columns or those named, within `room` characters or on the page
    that fits."""
    chosen = tuple(c for c in query.columns if c.name in table.column_names and (names is None or c.name in names))
    if names is not None:
        chosen = tuple(sorted(chosen, key=lambda column: names.index(column.name)))
    shown = table.slice(0, min(rows, max(20, CELLS_SHOWN // max(1, len(chosen)))))
    texts = [_cells(column, cells(shown, column.name)) for column in chosen]
    labels = unique_heads(chosen)
    columns = _fitting(chosen, labels, texts, room)
    landscape = room is None and _total(columns) > PORTRAIT
    on_paper = FIRST_ON_PAPER if shown.num_rows > ALL_ON_PAPER else 0
    return Grid(
        id=query.id,
        title=query.title,
        columns=columns,
        rows=tuple(zip(*texts, strict=True)),
        parts=_parts(columns, room or (LANDSCAPE if landscape else PORTRAIT)),
        landscape=landscape,
        note=_note(query, table.num_rows, shown.num_rows),
        hash=query.artifact.sha256[:SHORT_HASH],
        on_paper=on_paper,
        note_on_paper=_note(query, table.num_rows, on_paper) if on_paper else "",
    )


def _fitting(chosen: Sequence[ResultColumn], labels: Sequence[str], texts: Sequence[list[str]], room: int | None) -> tuple[GridColumn, ...]:
    """Columns of a comfortable width; where they do not fit, figures move closer, then (beside evidence) names too."""
    numeric = [_numeric(column) for column in chosen]
    wide = [_width(*pair) for pair in zip(labels, texts, strict=True)]
    tight = [_tight_width(*pair) for pair in zip(labels, texts, strict=True)]
    closer = [t if is_numeric else w for w, t, is_numeric in zip(wide, tight, numeric, strict=True)]
    layouts = [wide, closer, *([_grown(tight, closer, room)] if room else [])]
    widths = next((widths for widths in layouts if sum(widths) <= (room or PORTRAIT)), wide)
    return tuple(GridColumn(*column) for column in zip(labels, numeric, widths, strict=True))


def _grown(tight: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """What room is left over goes to the columns that want more, the first ones first."""
    left, grown = room - sum(tight), []
    for width, most in zip(tight, wanted, strict=True):
        more = max(0, min(left, most - width))
        grown.append(width + more)
        left -= more
    return grown


def unique_heads(columns: tuple[ResultColumn, ...]) -> list[str]:
    """Heads; where two columns would read the same, their names tell them apart."""
    heads = [head(column) for column in columns]
    return [f"{text} ({column.name})" if heads.count(text) > 1 else text for text, column in zip(heads, columns, strict=True)]


def _cells(column: ResultColumn, values: list[Any]) -> list[str]:
    decimals = decimals_for(column, values)
    names = column.dimension is not None and column.metric is None
    return [_cut(named(value, column) if names and value is None else bare(value, column, decimals)) for value in values]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}… ({len(text):,} characters)"


def _numeric(column: ResultColumn) -> bool:
    return column.type in {"integer", "number"} and not is_time_part(column) and (column.metric is not None or column.dimension is None)


def _width(label: str, texts: list[str]) -> int:
    """Room a column asks for: its longest word at least, its longest cell at most, within reason."""
    words = _longest_word(label, texts)
    longest = max((len(text) for text in texts), default=1)
    return min(max(words, min(longest, WIDEST), min(len(label), 12)), WIDEST) + GAP


def _tight_width(label: str, texts: list[str]) -> int:
    """As narrow as its words allow: heads and names take more lines, so that a table stays in one piece."""
    return min(_longest_word(label, texts), WIDEST) + TIGHT_GAP


def _longest_word(label: str, texts: list[str]) -> int:
    """Words are what may not be broken: a no-break space does not part them."""
    return max((len(word) for text in (label, *texts) for word in re.split(r"[ \t\n]", text)), default=1)


def _total(columns: tuple[GridColumn, ...]) -> int:
    return sum(column.width for column in columns)


def _parts(columns: tuple[GridColumn, ...], room: int) -> tuple[tuple[int, ...], ...]:
    """Cut the columns into pieces that fit; each piece after the first begins with the first column again."""
    parts: list[list[int]] = [[]]
    used = 0
    for index, column in enumerate(columns):
        if used + column.width > room and len(parts[-1]) > (1 if len(parts) > 1 else 0):
            parts.append([0])
            used = columns[0].width
        parts[-1].append(index)
        used += column.width
    return tuple(tuple(part) for part in parts)


def _note(query: Query, stored: int, shown: int) -> str:
    if not stored:
        return "The query returned no rows."
    note = f"{count(stored, 'row')}." if shown == stored else f"The first {shown:,} of {count(stored, 'row')}. {WHERE_THE_REST_IS}"
    return f"{note} The limit was reached: more rows exist in the database." if query.truncated else note
