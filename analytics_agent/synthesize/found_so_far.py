"""An answer that no model wrote: what the results of a run that was stopped say by themselves, a sentence or two for each.

Figures are references as in every answer. Nothing is compared or explained: that would be analysis.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.invisible import visible
from analytics_agent.synthesize.claim import figure_of
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.format import shorten, show
from analytics_agent.synthesize.markup import escape
from analytics_agent.synthesize.references import BadReference, parse

if TYPE_CHECKING:
    import pyarrow as pa

MOST_RESULTS = 6
MOST_MEASURES, MOST_NAMES = 3, 4
HEADLINE = "What was found before the budget was used up"
PARTIAL = (
    "A partial answer: the run was stopped at a budget. Code put these sentences together from the results that were there; "
    "no model read them against the question."
)
_NAMES = frozenset({"id", "year", "quarter", "month", "week", "day", "hour"})
_ENDINGS = ("_id", "_code", "_key", "_no", "_year")
NOT_ANSWERED = "The question itself: its answer was not written."


class _Sentence:
    """Text with its figures, in order."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self.text = ""
        self.figures: list[Figure] = []

    def add(self, *parts: str) -> None:
        """Words as they are shown, and references in double braces. Raises BadReference where one has no value; then nothing is added."""
        made = [self._filled(part[2:-2]) if part.startswith("{{") else (part, None) for part in parts]
        self.text += "".join(text for text, _ in made)
        self.figures += [figure for _, figure in made if figure]

    def _filled(self, source: str) -> tuple[str, Figure | None]:
        value = self._results.value(parse(source))
        shown = show(value.cell, value.column)
        if isinstance(value.cell, str):
            return escape(shown.text), None
        return f"**{shown.text}**", figure_of(shown.text, shown.unit, value, source)

    def row_of(self, source: str) -> int | None:
        """The row of the cell that a reference points to."""
        try:
            return self._results.value(parse(source)).row
        except BadReference:
            return None

    def try_to_add(self, *parts: str) -> bool:
        try:
            self.add(*parts)
        except BadReference:
            return False
        return True


def found_so_far(queries: Sequence[Query], tables: Mapping[str, "pa.Table"], *, caveats: Sequence[str] = ()) -> Answer:
    """`queries` in the order in which they are to be told; those beyond the first few are counted only."""
    results = Results(tables, {query.id: query for query in queries})
    told, rest = queries[:MOST_RESULTS], len(queries) - MOST_RESULTS
    claims = tuple(_claim(query, results) for query in told)
    more = (f"{rest} more {'result is' if rest == 1 else 'results are'} listed with the evidence.",) if rest > 0 else ()
    return Answer(
        HEADLINE,
        " ".join(claim.text for claim in claims),
        claims,
        caveats=(PARTIAL, *more, *caveats),
        not_answered=(NOT_ANSWERED,),
        partial=True,
    )


def _claim(query: Query, results: Results) -> Claim:
    sentence = _Sentence(results)
    sentence.add(f"{_title(query)}: ")
    if query.rows == 0:
        sentence.add("no rows.")
    elif query.rows == 1:
        _one_row(sentence, query)
    else:
        _many_rows(sentence, query)
    return Claim(sentence.text, tuple(sentence.figures), heading=visible(query.title))


def _title(query: Query) -> str:
    return escape(shorten(query.title)).rstrip(" .:") or query.id


def _one_row(sentence: _Sentence, query: Query) -> None:
    """Its measures, or the first of its other values."""
    measures = _measures(query.columns) or query.columns
    told = 0
    for column in measures[:MOST_MEASURES]:
        told += sentence.try_to_add(", " if told else "", f"{_label(column)} ", _cell(query, 0, column))
    sentence.add("." if told else "one row without a value.")


def _many_rows(sentence: _Sentence, query: Query) -> None:
    """How many, the largest value of its first measure with what it belongs to, and the total where there is one."""
    if not sentence.try_to_add(f"{{{{count({query.id})}}}}", " rows."):
        sentence.add("more rows than were fetched.")
    measure = next(iter(_measures(query.columns)), None)
    if measure is None:
        return
    whole = f"({query.id}.{_quoted(measure)})"
    sentence.try_to_add(f" Largest {_label(measure)}: ", f"{{{{max{whole}}}}}", *_whose(sentence, query, f"max{whole}"), ".")
    if measure.additive:
        sentence.try_to_add(" In all: ", f"{{{{sum{whole}}}}}", ".")


def _whose(sentence: _Sentence, query: Query, largest: str) -> tuple[str, ...]:
    """The row that holds it, by all that names it. A date says by itself what it is."""
    row, names = sentence.row_of(largest), [column for column in query.columns if column not in _measures(query.columns)]
    if not names or row is None:
        return ()
    told = [
        part
        for column in names[:MOST_NAMES]
        for part in (", ", "" if _is_moment(column) else f"{_label(column)} ", _cell(query, row, column))
    ]
    return (" (", *told[1:], ")")


def _is_moment(column: ResultColumn) -> bool:
    return column.type in ("date", "timestamp")


def _measures(columns: Iterable[ResultColumn]) -> list[ResultColumn]:
    """Governed ones first."""
    found = [column for column in columns if column.metric or (column.type in ("integer", "number") and not _names_something(column))]
    return sorted(found, key=lambda column: column.metric is None)


def _names_something(column: ResultColumn) -> bool:
    """A number that is a name: an id, a year."""
    name = column.name.lower()
    return (
        bool(column.dimension) or name in ("id", "year", "month", "day", "hour") or name.endswith(("_id", "_code", "_key", "_no", "_year"))
    )


def _label(column: ResultColumn) -> str:
    label = escape(shorten(column.label or column.name))
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _cell(query: Query, row: int, column: ResultColumn) -> str:
    return f"{{{{{query.id}[{row}].{_quoted(column)}}}}}"


def _quoted(column: ResultColumn) -> str:
    """In double quotes, whatever the name holds."""
    return '"' + column.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
