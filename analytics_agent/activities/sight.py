"""What the model of one step is shown of a run's values: all of them, stand-ins, or none.

Whatever tells a model of a table's cells goes through `preview` or `withheld_column` of the current sight, and whatever quotes a cell in a
sentence is caught at the end (`Sight.closed`): by the tables that were read meanwhile. Without a sight nothing can be told.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import Cell, cells
from analytics_agent.domain.confidential import LONGEST_VALUE, WITHHELD, StandIns, is_stricter, references, walked, works_here
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.event import Step
from analytics_agent.domain.question import Question, model_of
from analytics_agent.domain.run import Run
from analytics_agent.errors import NotAllowed
from analytics_agent.ports import Artifacts, Store
from analytics_agent.store_ports import Known

if TYPE_CHECKING:
    import pyarrow as pa

STAND_INS = "stand_ins"
"""The document of a run that keeps them."""

Shown = str | int | float | bool | None

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_FIGURE = re.compile(r"(?<![\w#])[-−]?\d[\d.,\u202f\u00a0']*")
_QUOTABLE = re.compile(r"(?:(?<=['\"“])|(?<![\w.])(?=-?\d{4}))(-?\d+(?:\.\d+)?)(?![\w.])")
_OWN_NUMBERS = re.compile(r"\b(?:claim|claims|row|rows|most|turn|turns)\s+\d+", re.IGNORECASE)
_ISO_DAY = re.compile(r"\b(\d{4}-\d{2})-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_STRUCTURE = frozenset(
    {"id", "name", "type", "unit", "format", "metric", "dimension", "source", "result", "finding", "operation", "results"}
)
"""What stands under these keys is ours, or names a column."""

_SHORTEST_PART = 40
"""Characters of a text that a sentence quotes at least, where it cuts it."""

_NAMES = frozenset(
    {"field", "metrics", "metric", "dimensions", "order_by", "column", "measure", "weight", "by", "time"}
    | {"result", "results", "primary", "names", "finding"}
)
"""What stands under these keys of a tool's input names a column or a result, and is no value."""

_CHANGED = "What a model may see of this database was narrowed while the question ran."


@dataclass
class Sight:
    """One step of a run, for the length of one tool call or one opening. `own`: what the model wrote or the asker said, and may read."""

    sees: ModelSees = "full"
    stand_ins: StandIns = field(default_factory=StandIns)
    own: str = ""
    seen: "list[pa.Table]" = field(default_factory=list)
    works_here: bool = False
    """The model is ours: what it reads does not leave the machine."""

    looked_up: "list[pa.Table]" = field(default_factory=list)
    """Those of them that are no results of the run: what is said of them may quote their numbers."""

    _texts: list[str] = field(default_factory=list)
    _used: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        return self.sees == "full"

    # what goes to the model

    def column(self, values: Sequence[Cell], shown: Sequence[Cell]) -> list[Shown]:
        """Some cells of a column (`values` are all of it) as the model is shown them."""
        places = _ranks(values)
        return [self._cell(value, places) for value in shown]

    def _cell(self, value: Cell, places: Mapping[Any, int]) -> Shown:
        if value is None:
            return None
        if isinstance(value, datetime | date):
            return value.isoformat()[:7]
        if isinstance(value, str | bool):
            return self._stand_in(str(value))
        if isinstance(value, int | float | Decimal) and value in places:
            return "0" if value == 0 else f"{'-' if value < 0 else ''}#{places[value]}"
        return WITHHELD

    def _stand_in(self, text: str) -> str:
        """A mark, until the run's stand-ins are numbered: other calls give some at the same time."""
        if self.sees != "masked" or not text or len(text) > LONGEST_VALUE:
            return WITHHELD
        self._texts.append(text)
        return f"{_OPEN}{len(self._texts) - 1}{_CLOSE}"

    def scrubbed(self, data: Any, *, strict: bool = False) -> Any:
        """JSON-like data without the cells that were read meanwhile; `strict`: without any figure that the model does not know already."""
        if self.is_full:
            return data
        said: list[str] = []
        walked(data, said.append, _STRUCTURE)
        known = self._known_cells("\n".join(said))
        cell = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in known), re.IGNORECASE) if known else None
        return walked(data, partial(self._scrubbed, cell=cell, strict=strict), _STRUCTURE)

    def _scrubbed(self, text: str, cell: re.Pattern[str] | None, strict: bool) -> str:
        if _MARK.fullmatch(text):
            return text
        text = cell.sub(lambda match: self._stand_in(match[0]), text) if cell else text
        text = self._without_numbers(text)
        text = _ISO_DAY.sub(lambda match: match[0] if match[0] in self.own else self._month(match[1]), text)
        return self._without_figures(text) if strict else text

    def _without_numbers(self, text: str) -> str:
        """A sentence without the numbers that were looked up: where they are quoted, and long ones anywhere."""
        if not self.looked_up or " " not in text:
            return text
        return _QUOTABLE.sub(lambda match: match[0].replace(match[1], WITHHELD) if match[1] in self._looked_up_numbers else match[0], text)

    @cached_property
    def _looked_up_numbers(self) -> set[str]:
        return {cell for table in self.looked_up for cell in _numbers_of(table)} - set(_FIGURE.findall(self.own))

    def _month(self, month: str) -> str:
        return month if self.sees == "masked" else WITHHELD

    def _without_figures(self, text: str) -> str:
        kept = [match.span() for pattern in (_OWN_NUMBERS, _MARK) for match in pattern.finditer(text)]
        owned = {_bare(figure) for figure in _FIGURE.findall(self.own)}

        def hidden(match: re.Match[str]) -> str:
            inside = any(start <= match.start() < end for start, end in kept)
            return match[0] if inside or _bare(match[0]) in owned else WITHHELD

        return _FIGURE.sub(hidden, text)

    def _known_cells(self, text: str) -> list[str]:
        """The texts of the tables that occur in `text`, the longest first; not those that the model wrote itself."""
        folded = text.casefold()
        candidates = {*self._used, *self.stand_ins.texts, *(cell for table in self.seen for cell in _texts_of(table))}
        near = [cell for cell in candidates if _begins(cell) in folded]
        found = {part for cell in near for part in _parts(cell) if part.casefold() in folded}
        return sorted((cell for cell in found if cell in self._used or not self._is_own(cell)), key=len, reverse=True)

    def _is_own(self, cell: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", self.own, re.IGNORECASE) is not None

    async def closed(self, store: Store, run_id: str, text: str) -> str:
        """The text with its stand-ins numbered, and kept for the calls to come."""
        if self.is_full or not self._texts:
            return text
        texts = [self._texts[int(match[1])] for match in _MARK.finditer(text) if int(match[1]) < len(self._texts)]
        kept = await store.change_document(run_id, STAND_INS, StandIns, lambda known: (known or StandIns()).more(texts))
        return _MARK.sub(lambda match: kept.of(self._texts[int(match[1])]), text)

    def tidied(self, text: str, *, strict: bool) -> str:
        """What a tool tells, or why it was refused."""
        if self.is_full:
            return text
        try:
            data = json.loads(text)
        except ValueError:
            return str(self.scrubbed(text, strict=strict))
        return json.dumps(self.scrubbed(data, strict=strict), ensure_ascii=False, separators=(",", ":"))

    # what comes from it

    def real(self, tool: str, given: dict[str, Any]) -> dict[str, Any]:
        """A tool's input with the texts in place of their stand-ins."""
        if not self.stand_ins.texts:
            return given
        self._used = self.stand_ins.used_in(json.dumps(given, ensure_ascii=False))
        if tool == "write_answer":
            return self._answer(given)
        real: dict[str, Any] = walked({name: value for name, value in given.items() if name != "sql"}, self.stand_ins.put_back, _NAMES)
        return real | ({"sql": self.stand_ins.put_back_in_sql(given["sql"])} if isinstance(given.get("sql"), str) else {})

    def _answer(self, given: dict[str, Any]) -> dict[str, Any]:
        places = {text: place for text in self._used if (place := self._place(text))}
        prose = partial(references, stand_ins=self.stand_ins, place_of=places)
        told = {name: walked(value, prose) for name, value in given.items() if name in ("headline", "claims")}
        answer: dict[str, Any] = walked(given, self.stand_ins.put_back)
        return answer | told

    def _place(self, text: str) -> str | None:
        """A reference to the first cell that holds the text. Tables of results are seen in their order, and named in their metadata."""
        for table in self.seen:
            name = (table.schema.metadata or {}).get(b"result", b"").decode()
            for column in table.column_names:
                if name and _is_text(table, column) and text in (values := cells(table, column)):
                    return f'{name}[{values.index(text)}]."{column.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"'
        return None


_CURRENT: ContextVar[Sight] = ContextVar("sight")
FULL = Sight()


def current() -> Sight:
    """Raises LookupError where nobody has said what may be shown: then nothing may."""
    return _CURRENT.get()


def is_shown_all() -> bool:
    """Whether no model of this step has to be kept from a value, or none is there."""
    sight = _CURRENT.get(None)
    return sight is None or sight.is_full


def note(table: "pa.Table", *, looked_up: bool = False) -> None:
    """A table was read: what it holds may not be quoted to who may not see it."""
    sight = _CURRENT.get(None)
    if sight is not None and not sight.is_full:
        sight.seen.append(table)
        sight.looked_up += [table] if looked_up else []


@contextmanager
def shown_as(sight: Sight) -> Iterator[Sight]:
    token = _CURRENT.set(sight)
    try:
        yield sight
    finally:
        _CURRENT.reset(token)


async def sight_of(store: Known, run: Run, step: Step, database: Database | None = None) -> Sight:
    """What the model of this step may see: fixed when the run began. Raises NotAllowed where an administrator has narrowed it since.
    `database` is that of the run, where it was read just now."""
    question = run.question
    if works_here(model_of(question, step)):
        return Sight(works_here=True)
    database = database or await store.database(question.database)
    if is_stricter(database.model_sees, run.model_sees):
        raise NotAllowed(_CHANGED, hint="Ask again.")
    if run.model_sees == "full":
        return Sight()
    stand_ins = await store.document(question.run_id, STAND_INS, StandIns)
    return Sight(run.model_sees, stand_ins or StandIns(), own=question.text)


async def with_results(sight: Sight, artifacts: Artifacts, run: Run) -> Sight:
    """With the tables of the run's results noted, under their names."""
    for query in run.queries:
        table = await artifacts.get_table(query.artifact)
        sight.seen.append(table.replace_schema_metadata({b"result": query.id.encode()}))
    return sight


def is_blind(question: Question) -> bool:
    """Whether what explore wrote (titles, SQL, readings) was written by a model that saw no more than the later ones."""
    return question.replays is None and not works_here(model_of(question, "explore"))


def _ranks(values: Sequence[Cell]) -> Mapping[Any, int]:
    """The place of each number among the different ones of its column, from the largest."""
    numbers = {value for value in values if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and _is_finite(value)}
    return {number: place for place, number in enumerate(sorted(numbers, reverse=True), start=1)}


def _is_finite(value: int | float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else value == value and abs(value) != float("inf")


def _is_text(table: "pa.Table", column: str) -> bool:
    return str(table.schema.field(column).type) in ("string", "large_string")


def _texts_of(table: "pa.Table") -> set[str]:
    return {
        cell
        for column in table.column_names
        if _is_text(table, column)
        for cell in table.column(column).to_pylist()
        if cell and cell.strip()
    }


def _numbers_of(table: "pa.Table") -> set[str]:
    """As a sentence writes them."""
    columns = [cells(table, name) for name in table.column_names]
    return {
        str(value) for column in columns for value in column if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    }


def _begins(cell: str) -> str:
    """What must occur in a sentence that quotes the text in any of its forms: a quick look before the careful one."""
    return re.split(r"[\"'\\]|[^\S ]|[^ -\uffff]", cell.strip()[:_SHORTEST_PART], maxsplit=1)[0].casefold()


def _parts(cell: str) -> tuple[str, ...]:
    """A text as a sentence may quote it: whole or cut, and escaped as JSON, Python or SQL escape it."""
    whole = cell.strip()
    cut = dict.fromkeys((whole, whole[:200], whole[:60], whole[:_SHORTEST_PART]))
    escaped = (
        form for part in cut for form in (part, json.dumps(part, ensure_ascii=False)[1:-1], repr(part)[1:-1], part.replace("'", "''"))
    )
    return tuple(dict.fromkeys(escaped))


def _bare(figure: str) -> str:
    return figure.strip(".,'\u202f\u00a0").lstrip("-−").replace(",", "")
