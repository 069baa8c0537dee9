"""One claim filled in: its references evaluated, formatted and put in place, the prose around them checked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from fractions import Fraction

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.month_names import ENGLISH
from analytics_agent.synthesize.bare_figures import Allowed, bare_figures
from analytics_agent.synthesize.check import Words, parts
from analytics_agent.synthesize.checks.verdict import HOLDS
from analytics_agent.synthesize.direction import direction
from analytics_agent.synthesize.evaluate import Results, Value
from analytics_agent.synthesize.format import Shown, month_of_year, ordinal, show
from analytics_agent.synthesize.large import digits as digits_of
from analytics_agent.synthesize.large import in_words, without_cents
from analytics_agent.synthesize.locale import NO_VALUE, localized, ordinal_in
from analytics_agent.synthesize.markup import escape, plain, without_emphasis
from analytics_agent.synthesize.neighbors import told_apart
from analytics_agent.synthesize.references import BadReference, Reference, parse, pieces
from analytics_agent.synthesize.units import join, misfit, without_unit

_SAID = {1: "more or rising", -1: "less or falling"}
_IS = {1: "positive", -1: "negative", 0: "zero"}


@dataclass(frozen=True)
class Filled:
    """Markdown with figures in bold, the figures in that order, words that code cannot check, and every problem found."""

    text: str = ""
    figures: tuple[Figure, ...] = ()
    unchecked: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def filled(text: str, results: Results, allowed: Allowed, words: Words | None = None, *, exactly: bool = False) -> Filled:
    """One claim. `words` checks what the prose says of the figures; None where code wrote it. `exactly`: large numbers are told to their
    last digit. Raises BadReference on lone braces."""
    split = list(pieces(text))
    prose = [plain(without_emphasis(piece)) for piece in split if isinstance(piece, str)]
    said = list(prose)
    references = [piece for piece in split if isinstance(piece, Reference)]
    problems = [_typed(typed) for typed in bare_figures(" \ue000 ".join(prose), allowed)]
    evaluated = [_evaluated(reference, results) for reference in references]
    values = told_apart(evaluated if exactly else [without_cents(value) for value in evaluated])
    language = words.language if words else ENGLISH
    digits = [None] * len(values) if exactly else digits_of(values, language)
    figures: list[Figure] = []
    inserted: list[str] = []
    for place, reference in enumerate(references):
        try:
            markdown, figure = _fill(reference, values[place], prose, place, language, digits[place])
        except BadReference as bad:
            problems.append(f"{{{{{reference.source}}}}}: {bad}")
            continue
        inserted.append(markdown)
        figures.extend([figure] if figure else [])
    if problems:
        return Filled(problems=tuple(problems))
    verdict = words.check(parts(said, references, results)) if words else HOLDS
    if verdict.wrong:
        return Filled(problems=verdict.wrong)
    return Filled(_sentence(_woven(prose, inserted)), tuple(figures), verdict.unproven)


def _typed(figure: str) -> str:
    return (
        f"the figure {figure!r} is typed: write a reference such as {{{{r1[0].column}}}} or leave it out; "
        "only the question's own numbers may be repeated."
    )


def _evaluated(reference: Reference, results: Results) -> Value | BadReference:
    try:
        return results.value(parse(reference.source))
    except BadReference as bad:
        return bad


def _fill(
    reference: Reference, value: Value | BadReference, prose: list[str], place: int, language: str, digits: int | None
) -> tuple[str, Figure | None]:
    """The Markdown of one reference. The prose on both sides may lose a unit or a currency sign that the figure brings. `digits` of a
    number that is told by the name of its size."""
    if isinstance(value, BadReference):
        raise value
    before, after = prose[place], prose[place + 1]
    if value.cell is None:
        if direction(before, after) is not None:
            raise BadReference("the cell is empty, so nothing can be said to rise, fall or be more: say that there is no value.")
        prose[place + 1] = without_unit(after)
        return NO_VALUE.get(language, NO_VALUE[ENGLISH]), None
    if isinstance(value.cell, str) and not any(character.isnumeric() for character in value.cell):
        return escape(show(value.cell, value.column).text), None
    source = reference.source
    if value.change is not None:
        value, source = _in_its_direction(value, source, direction(before, after))
    shown = Shown(ordinal(int(value.number))) if value.is_rank else _shown(value, language, digits)
    if problem := misfit(shown, value.column, before, after):
        raise BadReference(f"{problem}.")
    joined, prose[place], prose[place + 1] = join(shown, value.column, before, after)
    if value.is_rank:
        joined = Shown(ordinal_in(shown.figure, language))
    elif digits is None:
        joined = localized(joined, value.cell, language)
    # A cell's text is anybody's; the other figures are our own writing, no-break spaces and all.
    hostile = isinstance(value.cell, str)
    text = plain(joined.text).strip() if hostile else joined.text
    return f"**{escape(text) if hostile else text}**", figure_of(text, shown.unit, value, source)


def _shown(value: Value, language: str, digits: int | None) -> Shown:
    """A large number in its language already, a month of the year by its name; everything else in English."""
    if language == ENGLISH and (month := month_of_year(value.cell, value.column)):
        return Shown(month)
    return show(value.cell, value.column) if digits is None else in_words(value.number, value.column, digits, language)


def _in_its_direction(value: Value, source: str, said: int | None) -> tuple[Value, str]:
    """“fell by” takes the size of a negative change. Raises BadReference when words and sign contradict."""
    change = value.change or 0
    if said is None:
        return value, source
    if said != change:
        raise BadReference(
            f"the words say {_SAID[said]}, but the change is {_IS[change]}: change the words, or swap the two references "
            "(difference(A, B) is A − B, percent_change(FROM, TO) goes from FROM to TO)."
        )
    if value.number >= 0:
        return value, source
    return replace(value, cell=-value.number), f"abs({source})"


def figure_of(shown: str, unit: str | None, value: Value, expression: str) -> Figure:
    return Figure(shown, _plain_value(value), unit, value.result, expression, value.row, value.name)


def _plain_value(value: Value) -> float | int | str | bool:
    """The unrounded value in a form that JSON holds: dates in ISO form, percentages as fractions."""
    cell = value.cell
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, Fraction):
        if value.column.type == "integer" and cell.denominator == 1:
            return int(cell)
        try:
            return float(cell)
        except OverflowError:
            raise BadReference("the value is too large to be shown.") from None
    return cell if isinstance(cell, (bool, int, float)) else str(cell)


def _woven(prose: Iterable[str], inserted: Iterable[str]) -> str:
    first, *rest = [escape(piece) for piece in prose]
    return first + "".join(figure + following for figure, following in zip(inserted, rest, strict=True))


def _sentence(text: str) -> str:
    """Ends like a sentence, so that claims can be run together."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", ":", ".”", '."')) else f"{text}."
