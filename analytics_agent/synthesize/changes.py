"""What a scheduled report says of the one before it: one to three claims, written by rule and grounded like every other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.display_names import Dimension, display_names
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.small_groups import FEWEST
from analytics_agent.errors import Ungrounded
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.format import ONE_DECIMAL
from analytics_agent.synthesize.grounding import ground

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CLAIMS = 3
MOST_NAMED = 3
"""New and gone rows that are called by name; more are counted."""
_BARE = frozenset(["before", "total_before"])
_COUNTED = frozenset(["now", "difference", "total_now", "total_change"])
_OWN = _BARE | _COUNTED | {"percent_change", "rank_before", "rank_now", "state", "before_group", "now_group"}
_RESTING = frozenset(["records_before", "records_now", "few"])
_AMONG = "among the larger ones"

Written = dict[str, Any]


@dataclass(frozen=True)
class Base:
    """What the report is compared with. `name` stands in a sentence: "May 2013", "the report of 1 July 2013"; `when` does behind a
    figure: "in May 2013", empty where the figure is just the one before. `same_period`: both cover the same, so that a difference is a
    correction of past data. `aligned`: days stand at their place of a year before."""

    name: str
    now: str
    when: str = ""
    same_period: bool = False
    aligned: bool = False


def told(query: Query, table: "pa.Table", base: Base) -> tuple[Claim, ...]:
    """Of the table that analyze.changes makes: three claims at most, each checked as those of a model are. One that does not stand is left
    out; Ungrounded where none does."""
    query = _with_units_once(query)
    told_rows = _Told(query, Results({query.id: table}, {query.id: query}), base)
    said = [base.name, base.now, told_rows.label]

    def grounded(claims: Sequence[Written]) -> tuple[Claim, ...]:
        written = {"headline": "What changed", "claims": claims}
        return ground(written, {query.id: table}, {query.id: query}, (), question="", readings=said).claims

    claims = told_rows.claims()
    try:
        return grounded(claims)
    except Ungrounded as refused:
        kept = tuple(claim for written in claims for claim in _standing(grounded, written))
        if not kept:
            raise refused
        return kept


def _standing(grounded: Callable[[Sequence[Written]], tuple[Claim, ...]], written: Written) -> tuple[Claim, ...]:
    with suppress(Ungrounded):
        return grounded([written])
    return ()


def _with_units_once(query: Query) -> Query:
    """ "▲ 5.0 min from 13.4": the figure before needs no unit beside the one now, and flights are not counted in flights."""
    now = next(column for column in query.columns if column.name == "now")
    bare = now.label.removesuffix(", now").casefold() == (now.unit or "").casefold()
    spared = {*_COUNTED, *_BARE} if bare else _BARE
    kept = [_bare(column) if column.name in spared and column.format == "number" else column for column in query.columns]
    return replace(query, columns=tuple(kept))


def _bare(column: ResultColumn) -> ResultColumn:
    """Without its unit, and rounded as with it."""
    one = column.decimals is None and column.unit in ONE_DECIMAL and column.type != "integer"
    return replace(column, unit=None, decimals=1 if one else column.decimals)


def unchanged(base: Base) -> str:
    """Where there is nothing to set side by side, and every cell is as it was."""
    return f"Nothing has changed since {base.name}."


class _Told:
    """The comparison by its rows. References are by row number: names of the data are anybody's."""

    def __init__(self, query: Query, results: Results, base: Base) -> None:
        self._id = query.id
        self._base = base
        self._cells: dict[str, Sequence[Any]] = {column.name: results.values(query.id, column.name) for column in query.columns}
        self._measure = next(column for column in query.columns if column.name == "now")
        self.label = self._measure.label.removesuffix(", now")
        self._about = _callers([column for column in query.columns if column.name not in _OWN | _RESTING], self._cells)
        self._rows = range(len(self._cells["state"]))
        self._in_time = any(column.type in ("date", "timestamp") for column in self._about)

    def claims(self) -> list[Written]:
        if not self._of("changed", "new", "gone"):
            return [self._as_before()]
        if not self._about:
            return [self._one_row()]
        found = [*self._total(), *self._largest(), *self._leader(), *self._come_and_gone()][:MOST_CLAIMS]
        others = f"{{{{count({self._id}[state!=unchanged])}}}} rows are not as they were {self._in_base()}."
        return found or [self._corrected(_claim("Other rows", others))]

    def _as_before(self) -> Written:
        stayed, rows = f"{self.label} stayed at {self._cell(0, 'now')}", f"all {{{{count({self._id})}}}} rows are as"
        if self._base.same_period:
            where = _small(stayed) if self._figure_only() else f"{rows} they were"
            return _claim("Nothing has changed", f"Nothing has changed since {self._base.name}: {where}.")
        where = f"{_big(stayed)}, as" if self._figure_only() else _big(rows)
        return _claim(f"As in {self._base.name}", f"{where} in {self._base.name}.")

    def _figure_only(self) -> bool:
        return len(self._rows) == 1 and not self._about and self._cells["now"][0] is not None

    def _one_row(self) -> Written:
        if self._cells["now"][0] is None:
            return _claim("No figure this time", f"There is no figure for {self._base.now}; {self._before_of(0)}.")
        if self._cells["before"][0] is None:
            return _claim("No figure before", f"{self.label}: {self._cell(0, 'now')}; {self._base.name} has no figure.")
        return self._corrected(_claim(f"{self.label} {self._went(0)}", f"{self._moved(self.label, 0)}."))

    def _total(self) -> list[Written]:
        """Of a measure that adds up."""
        if "total_change" not in self._cells:
            return []
        label, change = _small(self.label), self._cells["total_change"][0]
        if not change:
            text = f"In all, {label} stayed at {self._cell(0, 'total_now')}."
            return [self._corrected(_claim(f"{self.label} stayed the same in all", text))]
        size = f"{_arrow(change)} {{{{abs({self._id}[0].total_change)}}}} {self._from(self._cell(0, 'total_before'))}"
        text = f"In all, {label} {_verb(change)} to {self._cell(0, 'total_now')}: {size}."
        return [self._corrected(_claim(f"{self.label} {_verb(change)}", text))]

    def _largest(self) -> list[Written]:
        """Among things; days and months of two periods are no pairs, but for those a year apart."""
        if self._in_time and not (self._base.aligned or self._base.same_period or self._of("unchanged")):
            return []
        row = next((row for row in self._of("changed") if self._cells["difference"][row] is not None), None)
        if row is None:
            return []
        name, among = self._called(row), f" {_AMONG}" if self._outdone(row) else ""
        heading = f"{name} changed most" if self._is_name(row) else "The largest change"
        claim = _claim(f"{heading}{among}", f"{self._moved_most(row, name)}.")
        return [claim if "total_change" in self._cells else self._corrected(claim)]

    def _moved_most(self, row: int, name: str) -> str:
        only = len(self._of("changed")) == 1 and len(self._of("unchanged")) == len(self._rows) - 1 > 0
        most = f"{_big(_AMONG)}, {name} changed most" if self._outdone(row) else f"{_begun(name)} changed most"
        lead = f"Only {name} changed" if only else most
        return f"{lead}, to {self._cell(row, 'now')}{self._resting(row)}: {self._by(row)}"

    def _outdone(self, row: int) -> bool:
        """Whether a row on few records changed more than the one that leads."""
        sizes = {other: abs(self._cells["difference"][other] or 0) for other in self._of("changed")}
        return not self._few(row) and any(self._few(other) and size > sizes[row] for other, size in sizes.items())

    def _leader(self) -> list[Written]:
        """Who stands first now and did not before. A day at another day's place cannot say when it was first."""
        if self._base.aligned and self._in_time:
            return []
        now, before = self._first("rank_now"), self._first("rank_before")
        if len(now) != 1 or len(before) != 1 or now == before or len(self._rows) < 2:
            return []
        first, then = now[0], before[0]
        among = self._cells["rank_now"][first] > 1 or self._cells["rank_before"][then] > 1
        name = f"{_big(_AMONG)}, {self._called(first)}" if among else _begun(self._called(first))
        heading = f"{self._called(first)} stands first now" if self._is_name(first) else "Another stands first"
        text = f"{name} stands first, with {self._cell(first, 'now')}{self._resting(first)}"
        was = f"{self._in_base()} it was {self._called(then)}, with {self._cell(then, 'before')}"
        return [_claim(f"{heading} {_AMONG}" if among else heading, f"{text}; {was}.")]

    def _first(self, rank: str) -> list[int]:
        """Who leads by it, those on few records passed over."""
        ranks = {row: place for row in self._rows if (place := self._cells[rank][row]) is not None and not self._few(row)}
        return [row for row, place in ranks.items() if place == min(ranks.values())]

    def _come_and_gone(self) -> list[Written]:
        """Rows of one report alone, with their figures. Of a time that has gone by it says nothing that these are other days."""
        new, gone = self._of("new"), self._of("gone")
        if self._in_time and not self._of("changed", "unchanged"):
            return []
        parts = [self._listed(new, "New", "new", "now"), self._listed(gone, "No longer there", "gone", "before")]
        text = " ".join(part for part in parts if part)
        return [_claim("New in this report" if new else "No longer in this report", text)] if text else []

    def _listed(self, rows: Sequence[int], word: str, state: str, column: str) -> str:
        if not rows:
            return ""
        if len(rows) > MOST_NAMED:
            return f"{word}: {{{{count({self._id}[state={state}])}}}} rows."
        return f"{word}: {', '.join(self._with_figure(row, column) for row in rows)}."

    def _with_figure(self, row: int, column: str) -> str:
        name = self._called(row)
        records = f"records_{column}"
        on = f" on {self._cell(row, records)}" if self._records(row, records) is not None else ""
        return f"{name} with {self._cell(row, column)}{on}" if self._cells[column][row] is not None else name

    # words

    def _of(self, *states: str) -> list[int]:
        return [row for row in self._rows if self._cells["state"][row] in states]

    def _cell(self, row: int, column: str) -> str:
        return f"{{{{{self._id}[{row}].{column}}}}}"

    def _by(self, row: int) -> str:
        """ "▲ 5.0 min from 13.4 in May 2013"."""
        size = f"{_arrow(self._cells['difference'][row])} {{{{abs({self._id}[{row}].difference)}}}}"
        records = self._records(row, "records_before")
        on = f" on only {self._cell(row, 'records_before')}" if records is not None and records < FEWEST else ""
        return f"{size} {self._from(self._cell(row, 'before') + on)}"

    def _resting(self, row: int) -> str:
        """ " on 3,130 departures": the unit comes with the figure."""
        records = self._records(row, "records_now")
        if records is None:
            return ""
        return f"{', but on only' if records < FEWEST else ' on'} {self._cell(row, 'records_now')}"

    def _records(self, row: int, column: str) -> Any:
        return self._cells[column][row] if column in self._cells else None

    def _few(self, row: int) -> bool:
        return bool(self._records(row, "few"))

    def _from(self, figure: str) -> str:
        when = "a year before" if self._base.aligned and self._in_time else self._base.when
        return f"from {figure} {when}".rstrip()

    def _went(self, row: int) -> str:
        return _verb(self._cells["difference"][row])

    def _moved(self, name: str, row: int) -> str:
        return f"{_begun(name)} {self._went(row)} to {self._cell(row, 'now')}: {self._by(row)}"

    def _in_base(self) -> str:
        return self._base.when or "before"

    def _before_of(self, row: int) -> str:
        return (
            f"{self._base.name} had {self._cell(row, 'before')}"
            if self._cells["before"][row] is not None
            else f"{self._base.name} had none"
        )

    def _corrected(self, claim: Written) -> Written:
        """The same period with other figures: past data was changed."""
        if not self._base.same_period or not self._base.now:
            return claim
        return claim | {"text": f"The data of {self._base.now} was changed since {self._base.name}. {_big(claim['text'])}"}

    def _called(self, row: int) -> str:
        """By its names: "Southwest Airlines Co. (June 2013)"; a number says what it is."""
        said = [self._said(column, row) for column in self._about[:2]]
        return f"{said[0]} ({said[1]})" if len(said) > 1 else said[0]

    def _said(self, column: ResultColumn, row: int) -> str:
        if self._cells[column.name][row] is None:
            return f"{_small(column.label)} unknown"
        reference = f'{{{{{self._id}[{row}]."{column.name}"}}}}' if not column.name.isidentifier() else self._cell(row, column.name)
        return f"{_small(column.label)} {reference}" if column.type in ("integer", "number") else reference

    def _is_name(self, row: int) -> bool:
        """Whether a heading may hold it: names without digits, as a heading takes no figure."""
        values = [self._cells[column.name][row] for column in self._about[:2]]
        return all(isinstance(value, str) and not any(sign.isdigit() for sign in value) for value in values)


def _callers(about: Sequence[ResultColumn], cells: Mapping[str, Sequence[Any]]) -> list[ResultColumn]:
    """The columns that call a row: a code whose name stands beside it is not said."""
    codes = display_names([Dimension(column, cells[column.name], column.type in ("date", "timestamp")) for column in about])
    return [column for column in about if column.name not in codes]


def _claim(heading: str, text: str) -> Written:
    return {"heading": heading, "text": text}


def _verb(change: Any) -> str:
    return "rose" if change > 0 else "fell"


def _arrow(change: Any) -> str:
    return "▲" if change > 0 else "▼"


def _small(text: str) -> str:
    """A label within a sentence; an abbreviation keeps its capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _big(text: str) -> str:
    return text[:1].upper() + text[1:]


def _begun(name: str) -> str:
    return _big(name) if not name.startswith("{{") else name
