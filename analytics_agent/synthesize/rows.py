"""Which rows and which column a sentence speaks of, and how far a stored result reaches. Floats do: nothing here is shown."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from analytics_agent.domain.cell import Cell, as_number
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.others import OTHERS, compared_columns, is_cut_to_top, others_column
from analytics_agent.domain.small_groups import is_count, small_rows
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.lexicon import GLOSSARY, Pole
from analytics_agent.synthesize.references import Call
from analytics_agent.synthesize.sentence import Name, Place, Sentence, Slot

_LIMIT = re.compile(r"\b(?:LIMIT|FETCH\s+(?:FIRST|NEXT))\s+(\d+)(?:\s+ROWS?\s+ONLY)?\s*;?\s*$", re.IGNORECASE)
_ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_OFTEN = frozenset(["often", "häufiger", "seltener", "häufigsten", "seltensten", "häufig"])
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEIGHTS = frozenset(("records_before", "records_now", "share_before", "share_now"))
"""Columns of computed results that say how much stands behind a row."""
_RANK = "rank"
_FEW = "few"
"""The column of a comparison that says which rows rest on few records."""
_KEY = re.compile(r"(^|_)(id|key|code|zip|year)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Measure:
    """A numeric column of a result."""

    result: str
    column: ResultColumn


@dataclass(frozen=True)
class Measures:
    """Columns that a word may speak of. `sure`: the sentence says which; else it is one of them."""

    found: tuple[Measure, ...]
    sure: bool


@dataclass(frozen=True)
class Stored:
    """The results as the checks look at them; each column is read once."""

    results: Results
    _numbers: dict[tuple[str, str], list[float | None]] = field(default_factory=dict)

    def query(self, result: str) -> Query:
        return self.results.queries[result]

    def count(self, result: str) -> int:
        return int(self.results.tables[result].num_rows)

    def numbers(self, measure: Measure) -> list[float | None]:
        key = measure.result, measure.column.name
        if key not in self._numbers:
            self._numbers[key] = [_number(cell) for cell in self.results.values(*key)]
        return self._numbers[key]

    def number(self, measure: Measure, row: int) -> float | None:
        return self.numbers(measure)[row]

    def cell(self, place: Place) -> Cell:
        return self.results.values(place.result, place.column)[place.row]

    # columns

    def measures(self, result: str) -> tuple[Measure, ...]:
        return self._measures.get(result, ())

    @cached_property
    def _measures(self) -> dict[str, tuple[Measure, ...]]:
        return {
            name: tuple(Measure(name, column) for column in query.columns if _measures(column))
            for name, query in self.results.queries.items()
            if name in self.results.tables
        }

    def keys(self, result: str) -> tuple[ResultColumn, ...]:
        """The columns that name its rows."""
        return tuple(column for column in self.query(result).columns if not _measures(column))

    def time(self, result: str) -> ResultColumn | None:
        found = [column for column in self.keys(result) if column.type in ("date", "timestamp")]
        return found[0] if len(found) == 1 else None

    def about(self, sentence: Sentence, at: int, result: str) -> Measures:
        """What a word at this place measures, among the columns of one result: by the figure beside it, or by the label's words."""
        for figures in (sentence.figures_in(sentence.clause(at)), sentence.figures):
            cells = [measure for slot in figures if (measure := self.of_figure(slot)) is not None]
            same = [twin for measure in cells if (twin := self.twin(measure, result)) is not None]
            if same:
                after = {id(token): place for place, token in enumerate(sentence.tokens)}
                ahead = [m for m, slot in zip(same, figures, strict=False) if after[id(slot)] > at]
                return Measures(tuple((ahead or same)[:1]), True)
        found = self.measures(result)
        if len(found) <= 1:
            return Measures(found, True)
        named = self._named(sentence.words, found)
        return (
            Measures(named, True)
            if len(named) == 1 and not sentence.is_heading
            else Measures(found if sentence.is_heading else named or found, False)
        )

    def _named(self, words: Sequence[str], found: Iterable[Measure]) -> tuple[Measure, ...]:
        stems = {_stem(GLOSSARY.get(word, word)) for word in words}
        scores = {measure: len(stems & _stems(measure.column)) for measure in found}
        best = max(scores.values())
        named = tuple(measure for measure, score in scores.items() if score == best) if best else ()
        if len(named) > 1 and _OFTEN.intersection(words):
            return tuple(measure for measure in named if measure.column.format == "percent") or named
        return named

    def of_figure(self, slot: Slot) -> Measure | None:
        """The column of a cell, or of the first cell of a difference, a ratio and the like."""
        expression = slot.expression
        while isinstance(expression, Call):
            if expression.function == "count":
                return None
            expression = expression.arguments[0]
        if expression.column is None or expression.result not in self.results.queries:
            return None
        column = self.results.column(expression.result, expression.column)
        return Measure(expression.result, column) if _measures(column) else None

    def twin(self, measure: Measure, result: str) -> Measure | None:
        """The same measure in another result."""
        if measure.result == result:
            return measure
        own = measure.column
        for other in self.measures(result):
            if (own.metric and own.metric == other.column.metric) or (own.name == other.column.name and own.unit == other.column.unit):
                return other
        return None

    # rows

    def row_in(self, name: Name, result: str) -> list[int]:
        """Rows of a result that a name calls, also where it was taken from another result."""
        for place in name.places:
            if place.result == result:
                return self._same(result, place.column, self.cell(place)) if len(self.keys(result)) > 1 else [place.row]
        for place in name.places:
            own = self.results.column(place.result, place.column)
            for column in self.keys(result):
                alike = column.name == own.name or (own.dimension and column.dimension == own.dimension)
                if alike and (rows := self._same(result, column.name, self.cell(place))):
                    return rows
        return []

    def _same(self, result: str, column: str, cell: Cell) -> list[int]:
        return [row for row, other in enumerate(self.results.values(result, column)) if other == cell]

    def rows_of(self, names: Sequence[Name], result: str) -> list[int]:
        """Rows that several names call together: any of one column's names, with any of another's."""
        columns: dict[str, set[int]] = {}
        for name in names:
            kind = next((place.column for place in name.places if place.result == result), name.places[0].column if name.places else "")
            columns.setdefault(kind, set()).update(self.row_in(name, result))
        return sorted(set.intersection(*columns.values())) if columns else []

    def results_of(self, names: Iterable[Name]) -> list[str]:
        return list(dict.fromkeys(place.result for name in names for place in name.places))

    def described(self, words: Sequence[str], first: str | None = None) -> str | None:
        """The result whose rows a noun calls: "every airport"."""
        stems = {_stem(GLOSSARY.get(word, word)) for word in words}
        for result in dict.fromkeys([*([first] if first else []), *self._measures]):
            if any(stems & _stems(column) for column in self.keys(result)):
                return result
        return first

    def populations(self, measure: Measure, row: int, sentence: Sentence) -> list[list[int]]:
        """Among which rows a row may be the highest: all, those alike in another key, and those on enough records where that is said."""
        values = self.numbers(measure)
        apart = [*self._others(measure.result), *self._nameless(measure.result)]
        rows = [place for place, value in enumerate(values) if value is not None and (place not in apart or place == row)]
        found = [rows]
        keys = self.keys(measure.result)
        if len(keys) > 1:
            for key in keys:
                column = self.results.values(measure.result, key.name)
                alike = [other for other in rows if column[other] == column[row]]
                if 1 < len(alike) < len(rows):
                    found.append(alike)
        if sentence.of_part:
            found.extend(self._above_figures(measure, rows, sentence))
            found.extend([row for row in among if row in rows] for among in self.larger(measure.result))
        return found

    def _others(self, result: str) -> list[int]:
        """The row of all others: no member, and so neither the highest nor the lowest of them."""
        column = others_column(self.query(result))
        return self._same(result, column, OTHERS) if column else []

    def _nameless(self, result: str) -> list[int]:
        """Rows of what has no name, such as orders without a store: no member either."""
        named = [self.results.values(result, key.name) for key in self.keys(result)]
        return [row for row, cells in enumerate(zip(*named, strict=True)) if all(cell is None for cell in cells)]

    def _above_figures(self, measure: Measure, rows: list[int], sentence: Sentence) -> list[list[int]]:
        """Among those with more, or fewer, than a figure of the sentence by another column: "among carriers with more than 778"."""
        groups = []
        for slot in sentence.figures:
            other = self.of_figure(slot)
            if other is not None and other.result == measure.result and other.column.name != measure.column.name:
                values, bound = self.numbers(other), float(slot.value.number)
                groups += [[r for r in rows if (values[r] or 0.0) > bound], [r for r in rows if (values[r] or 0.0) < bound]]
        return groups

    def larger(self, result: str) -> list[list[int]]:
        """All rows, and those with enough records behind them by each count there is."""
        every = list(range(self.count(result)))
        groups = [every]
        for weight in self.measures(result):
            if is_count(weight.column.type, weight.column.unit) or weight.column.name in _WEIGHTS:
                weights = self.numbers(weight)
                small = small_rows([weights[row] or 0.0 for row in every])
                groups.append([row for row in every if row not in small])
        if self.query(result).source == "computed" and any(column.name == _FEW for column in self.query(result).columns):
            groups.append([row for row, few in enumerate(self.results.values(result, _FEW)) if not few])
        return groups

    def changes(self, result: str) -> list[float | None]:
        """The change of each row of a computed result; empty for others."""
        own = {measure.column.name: self.numbers(measure) for measure in self.measures(result)}
        if self.query(result).source != "computed":
            return []
        if "difference" in own:
            return own["difference"]
        pairs = zip(own.get("before", ()), own.get("now", ()), strict=False)
        return [None if before is None or now is None else now - before for before, now in pairs]

    def moved(self, measure: Measure, row: int | None) -> float | None:
        """The change of a row since the earlier period that stands beside it; None where none does."""
        beside = compared_columns(self.query(measure.result)).get(measure.column.name)
        earlier = next((m for m in self.measures(measure.result) if beside and m.column.name == beside[0]), None)
        if earlier is None or row is None:
            return None
        own, before = self.number(measure, row), self.number(earlier, row)
        return None if own is None or before is None else own - before

    def polarity(self, pole: Pole, column: ResultColumn) -> int | None:
        if pole in ("high", "low"):
            return 1 if pole == "high" else -1
        if column.higher_is is None:
            return None
        return 1 if column.higher_is == pole else -1

    # how far a result reaches

    def limited(self, result: str) -> bool:
        """Whether rows beyond its last may exist."""
        query = self.query(result)
        if query.truncated or is_cut_to_top(query) or self._is_cut_ranking(result):
            return True
        limit = (query.request or {}).get("limit") if query.request else None
        if limit is None and (match := _LIMIT.search(query.sql)):
            limit = int(match.group(1))
        return limit is not None and self.count(result) >= int(limit)

    def _is_cut_ranking(self, result: str) -> bool:
        """Whether a ranking holds the first few alone: what it was computed from has more of them."""
        query = self.query(result)
        if query.source != "computed" or not any(column.name == _RANK for column in query.columns):
            return False
        names = [column.name for column in self.keys(result)]
        whole = [self.results.values(one, name) for one in query.inputs for name in names if name in self._columns(one)]
        return any(len(set(cells)) > self.count(result) for cells in whole)

    def _columns(self, result: str) -> set[str]:
        return {column.name for column in self.query(result).columns} if result in self.results.tables else set()

    def reaches(self, measure: Measure, sign: int) -> bool:
        """Whether the highest (1) or lowest (−1) of all rows must be in the result."""
        if not self.limited(measure.result):
            return True
        query = self.query(measure.result)
        values = [value for value in self.numbers(measure) if value is not None]
        ordered = bool((query.request or {}).get("order_by")) or bool(_ORDER.search(query.sql)) or self._is_cut_ranking(measure.result)
        in_order = all((a - b) * sign >= 0 for a, b in pairwise(values))
        # One row says nothing by its order: then the request must have asked for that end.
        return ordered and in_order and (len(values) > 1 or self._ends(query) in (sign, None)) and not query.truncated

    def span(self, result: str) -> tuple[date, date] | None:
        """The first and last day that a statement's conditions name; an end that starts a month is not in it."""
        query = self.query(result)
        said = " ".join(query.predicates) or query.sql
        days = sorted({date.fromisoformat(found) for found in _DAY.findall(said) if _is_day(found)})
        if len(days) < 2:
            return None
        open_end = re.search(rf"<\s*(?:DATE\s*|TIMESTAMP\s*|CAST\()?'{days[-1].isoformat()}", said, re.IGNORECASE)
        return days[0], days[-1] - timedelta(days=1) if open_end else days[-1]

    def _ends(self, query: Query) -> int | None:
        if orders := (query.request or {}).get("order_by"):
            return -1 if orders[0].get("direction") == "asc" else 1
        tail = query.sql[match.end() :] if (match := list(_ORDER.finditer(query.sql))[-1] if _ORDER.search(query.sql) else None) else ""
        return 1 if re.search(r"\bDESC\b", tail, re.IGNORECASE) else -1 if tail else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(cell: Cell) -> float | None:
    if isinstance(cell, float):
        return cell if cell - cell == 0 else None
    number = as_number(cell)
    try:
        return None if number is None else float(number)
    except OverflowError:
        return None


def _measures(column: ResultColumn) -> bool:
    is_number = column.type in ("integer", "number") and not column.dimension and column.format not in ("text", "date", "timestamp")
    return is_number and not _names_rows(column)


def _names_rows(column: ResultColumn) -> bool:
    """An id, a code, a year of free SQL: nothing that is more or less."""
    return column.type == "integer" and not column.metric and not column.unit and bool(_KEY.search(column.name))


def _stem(word: str) -> str:
    word = word.casefold()
    return word[:5] if len(word) > 5 else word.removesuffix("s") if len(word) > 3 else word


def _stems(column: ResultColumn) -> set[str]:
    said = f"{column.label} {column.name.replace('_', ' ')} {column.unit or ''}"
    return {_stem(word) for word in _WORD.findall(said)} - {"mean", "of", "the", "per", "by", "in", "and", "averag"}


def day_of(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None
