"""A headline or a heading filled in: plain words that state a finding. Names and periods come by reference; figures stay in claims."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from analytics_agent.domain.cell import Cell
from analytics_agent.domain.month_names import ENGLISH
from analytics_agent.synthesize.bare_figures import Allowed, bare_figures
from analytics_agent.synthesize.check import Words, parts
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.format import grain_of, names_rows, show
from analytics_agent.synthesize.locale import localized
from analytics_agent.synthesize.markup import plain, without_emphasis
from analytics_agent.synthesize.references import BadReference, Call, Reference, parse, pieces
from analytics_agent.synthesize.units import is_unit

LONGEST_NAME = 60
"""Characters of one name; a longer one is cut, so that a heading stays a heading."""
_QUANTITY = re.compile(r"[^\w]*\d[\d.,'\s]*(?P<unit>[^\W\d_]*)\W*")


def titled(text: str, results: Results, allowed: Allowed, words: Words | None = None) -> tuple[str, list[str]]:
    """One line of plain text (no Markdown) without its final stop, and every problem found. What its words claim must not be false."""
    try:
        split = list(pieces(text))
    except BadReference as bad:
        return "", [str(bad)]
    prose = " \ue000 ".join(piece for piece in split if isinstance(piece, str))
    problems = [
        f"the figure {typed!r} is typed: a heading holds no figures; move it to the claim's text as a reference."
        for typed in bare_figures(plain(without_emphasis(prose)), allowed)
    ]
    # The stop goes from the model's own words: "Southwest Airlines Co." keeps its own.
    split[-1] = str(split[-1]).rstrip().removesuffix(".")
    said = [piece for piece in split if isinstance(piece, str)], [piece for piece in split if isinstance(piece, Reference)]
    language = words.language if words else ENGLISH
    made = list(_filled(split, results, problems, language))
    if words and not problems:
        problems.extend(words.check(parts(*said, results), is_heading=True).wrong)
    return ("", problems) if problems else (_begun("".join(made).strip()), [])


def _filled(split: list[str | Reference], results: Results, problems: list[str], language: str) -> Iterator[str]:
    for piece in split:
        if isinstance(piece, str):
            yield plain(without_emphasis(piece))
            continue
        try:
            yield _name(piece.source, results, language)
        except BadReference as bad:
            problems.append(f"{{{{{piece.source}}}}}: {bad}")


def _name(source: str, results: Results, language: str) -> str:
    """The name or the period that a reference leads to. Raises BadReference for a figure."""
    asked = parse(source)
    value = results.value(asked)
    if isinstance(value.cell, date):
        if grain_of(value.column) not in {"month", "quarter", "year"}:
            raise BadReference("a date is a figure: a heading takes names and periods such as a month; put the date into the claim's text.")
        return localized(show(value.cell, value.column), value.cell, language).text
    if isinstance(value.cell, Fraction) and not isinstance(asked, Call) and names_rows(value.column) and not value.column.metric:
        return show(value.cell, value.column).text  # flight 1207: a number that is a name
    if not isinstance(value.cell, str) or _is_quantity(value.cell):
        raise BadReference(
            "it holds a figure: a heading takes names by reference only; put the figure into the claim's text, and say here what it is of."
        )
    shown = plain(value.cell).strip()
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"


def _is_quantity(cell: Cell) -> bool:
    """Text that reads as a number with or without a unit: “35.0 %”, “12 min”; “Boeing 737” and “7-Eleven” are names."""
    match = _QUANTITY.fullmatch(str(cell)[:LONGEST_NAME])
    return match is not None and (not match["unit"] or is_unit(match["unit"]))


def _begun(text: str) -> str:
    """With a capital, also where a name from the data comes first ("evening"); a name of mixed case ("easyJet") stays."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.islower() else text
