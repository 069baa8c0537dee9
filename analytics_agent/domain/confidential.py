"""What a model outside is shown of a database's values, and the stand-ins that it gets in their place. Pure: no tables, no store."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics_agent.domain.database import ModelSees
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.question import Question, models_of

LONGEST_VALUE = 1_000
"""Characters of a text that gets a stand-in of its own; a longer one is no name that anything is joined or filtered by."""
MOST_STAND_INS = 5_000
"""Stand-ins of one run."""
WITHHELD = "…"

_STRICT: dict[ModelSees, int] = {"full": 0, "masked": 1, "schema": 2}
_STAND_IN = re.compile(r"\bname_(\d{1,6})\b")
_LITERAL = re.compile(r"(?<![\w'])'name_(\d{1,6})'(?!')")

NOTICES: dict[ModelSees, str] = {
    "full": "",
    "masked": "The model saw masked values only; code filled in names and figures.",
    "schema": "The model saw no values, only names, types and row counts; code filled in names and figures.",
}

TOLD: dict[ModelSees, str] = {
    "full": "",
    "masked": (
        "The owner of this database shows you masked values. name_1, name_2, … each stand for one text, the same in every result. "
        "#1 is the largest number of its column, #2 the next; a minus before it marks a negative number. Dates are cut to their "
        "month. Write a stand-in wherever its text is wanted and code puts the text in its place: in a filter, as a whole SQL literal "
        "('name_3'), in a reference (r1[carrier=name_3].delay). Refer to other rows by number. Names and figures of the answer are "
        "filled in from your references; do not ask the person to tell you values."
    ),
    "schema": (
        "The owner of this database shows you no values: of a result you see columns, types and the number of rows. Sort and limit in "
        "the query, so that you know by its order what r1[0].name is, and refer to rows by number. Words of the question may be used as "
        "they stand. Compute shares and differences in the query or by references. Write no word of direction (rose, more than) that "
        "you cannot know: say “changed by”. Names and figures of the answer are filled in from your references; do not ask the person "
        "to tell you values."
    ),
}
"""What the model is told at the opening of every step."""


def stricter(*each: ModelSees) -> ModelSees:
    return max(each, key=_STRICT.__getitem__)


def is_stricter(now: ModelSees, than: ModelSees) -> bool:
    return _STRICT[now] > _STRICT[than]


def works_here(model: str) -> bool:
    """Whether what a model reads stays on this machine: it may see everything then."""
    return model == OFFLINE


def is_read_outside(question: Question) -> bool:
    """Whether any model that may read of this question is one outside: that of a step, or one that takes over."""
    return not all(works_here(model) for model in models_of(question))


def notice(question: Question, sees: ModelSees) -> str:
    """A sentence for the reader of an answer; empty where a model outside was shown everything, or none was asked."""
    return NOTICES[sees] if is_read_outside(question) else ""


@dataclass(frozen=True)
class StandIns:
    """The texts of one run that a model was given a stand-in for: the first is name_1."""

    texts: tuple[str, ...] = ()

    def more(self, texts: Iterable[str]) -> "StandIns":
        """With those that have none yet, in their order."""
        known = dict.fromkeys((*self.texts, *texts))
        return StandIns(tuple(known)[: max(MOST_STAND_INS, len(self.texts))])

    def of(self, text: str) -> str:
        place = self._places.get(text)
        return WITHHELD if place is None else f"name_{place}"

    def text(self, number: str | int) -> str | None:
        place = int(number)
        return self.texts[place - 1] if 0 < place <= len(self.texts) else None

    def put_in(self, written: str) -> str:
        """With the stand-ins in place of their texts, the longest first."""
        texts = sorted((text for text in self.texts if text.casefold() in written.casefold()), key=len, reverse=True)
        if not texts:
            return written
        any_of = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts), re.IGNORECASE)
        by_folded = {text.casefold(): text for text in texts}
        return any_of.sub(lambda match: self.of(by_folded[match[0].casefold()]), written)

    def put_back(self, written: str) -> str:
        """With the texts in place of their stand-ins."""
        return _STAND_IN.sub(lambda match: self.text(match[1]) or match[0], written) if self.texts else written

    def put_back_in_sql(self, sql: str) -> str:
        """Whole literals only: 'name_3'. A quote within the text is doubled, as SQL wants it."""
        return _LITERAL.sub(lambda match: _literal(self.text(match[1]), match[0]), sql) if self.texts else sql

    def used_in(self, written: str) -> tuple[str, ...]:
        """The texts whose stand-ins stand in it."""
        found = (self.text(match[1]) for match in _STAND_IN.finditer(written))
        return tuple(dict.fromkeys(text for text in found if text is not None))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {text: place for place, text in enumerate(self.texts, start=1)}


def _literal(text: str | None, otherwise: str) -> str:
    return otherwise if text is None else "'" + text.replace("'", "''") + "'"


def references(written: str, stand_ins: StandIns, place_of: Mapping[str, str]) -> str:
    """Prose of an answer: a stand-in within {{ }} becomes its text in quotes, one in the words a reference to a cell that holds it
    (`place_of`), or else the text itself."""
    parts = re.split(r"(\{\{.*?\}\})", written)
    return "".join(_within(part, stand_ins) if place % 2 else _beside(part, stand_ins, place_of) for place, part in enumerate(parts))


def _within(reference: str, stand_ins: StandIns) -> str:
    """A value comes after a sign of comparison: a column may have such a name too."""
    quoted = re.compile(r"(?<=[=<>])(\s*)([\"']?)\bname_(\d{1,6})\b\2")
    return quoted.sub(lambda match: match[1] + _quoted(stand_ins.text(match[3]), match[0].lstrip()), reference)


def _quoted(text: str | None, otherwise: str) -> str:
    return otherwise if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _beside(prose: str, stand_ins: StandIns, place_of: Mapping[str, str]) -> str:
    def filled(match: re.Match[str]) -> str:
        text = stand_ins.text(match[1])
        if text is None:
            return match[0]
        return f"{{{{{place_of[text]}}}}}" if text in place_of else text.replace("{{", "{ {").replace("}}", "} }")

    return _STAND_IN.sub(filled, prose)


def walked(data: Any, change: Any, skip: frozenset[str] = frozenset()) -> Any:
    """JSON-like data with every text within changed, keys and the names under the keys of `skip` as they are. What is more than names
    there (`results` as records, not as ids) is data like any other."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list | tuple):
        return [walked(each, change, skip) for each in data]
    if isinstance(data, dict):
        return {name: value if name in skip and _is_names(value) else walked(value, change, skip) for name, value in data.items()}
    return data


def _is_names(value: Any) -> bool:
    return not isinstance(value, list | tuple | dict) or (not isinstance(value, dict) and all(isinstance(each, str) for each in value))
