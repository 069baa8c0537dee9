"""Words of the offline model's sentences: references into results, labels as nouns, names that a heading may hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.domain.small_groups import is_count

Claim = dict[str, str]
LONGEST_HEADING = 120
_NAMED_GRAINS = (":month", ":quarter", ":year")
_MEAN = "Mean "


@dataclass(frozen=True)
class Prose:
    """An answer in the making; `caveats` are those of the way it is told, `not_answered` what was asked and cannot be told."""

    headline: str
    claims: tuple[Claim, ...]
    caveats: tuple[str, ...] = ()
    not_answered: tuple[str, ...] = ()


def claim(text: str, *, heading: str = "", finding: str | None = None) -> Claim:
    """A claim without the parts that are empty or too long."""
    parts = {"heading": heading if len(heading) <= LONGEST_HEADING else "", "text": text, "finding": finding or ""}
    return {name: value for name, value in parts.items() if value}


def fitting(*texts: str) -> str:
    """The first that a heading has room for; they go from long to short."""
    return next((text for text in texts if len(text) <= LONGEST_HEADING), "")


# references


def cell(result: Shown, row: int, column: Column) -> str:
    return f"{{{{{place(result, row, column.name)}}}}}"


def called(result: Shown, row: int, columns: Sequence[Column]) -> str:
    """By a word rather than by a number where there are both: "Chloé García (7)"."""
    name, *others = [cell(result, row, column) for column in sorted(columns, key=lambda column: column.type != "text")]
    return f"{name} ({', '.join(others)})" if others else name


def at(result: Shown, name: str, row: int = 0) -> str:
    """A column of a computed result."""
    return f"{{{{{place(result, row, name)}}}}}"


def place(result: Shown, row: int, name: str) -> str:
    """A cell as functions take it, without the braces."""
    return f"{result.id}[{row}].{column_ref(name)}"


def column_ref(name: str) -> str:
    """A column as references name it; odd names in quotes."""
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


# values


def number(value: Any) -> float | None:
    """A cell of a preview as a number; exact decimals come as text."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if abs(found) != float("inf") and found == found else None


def is_name(column: Column, value: Any) -> bool:
    """Whether a heading may hold this value: a word, or a period that has a name. Days and weeks are figures."""
    if column.type in ("date", "timestamp"):
        return (column.dimension or "").endswith(_NAMED_GRAINS)
    return column.type == "text" and str(value or "")[:1].isalpha()


def is_proper(value: Any) -> bool:
    """Names such as "Kennedy" stand by themselves; "evening" needs a noun beside it."""
    return str(value or "")[:1].isupper()


# nouns


def small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] in ("-", " ") else text


def big(text: str) -> str:
    return text[:1].upper() + text[1:]


def counts(column: Column) -> bool:
    """A number of things, which a sentence can say by its label: "8,255 cancellations"."""
    return is_count(column.type, column.unit)


def is_plural(column: Column) -> bool:
    return column.label.endswith("s") and not column.label.endswith("ss")


def was(column: Column) -> str:
    return "were" if is_plural(column) else "was"


def stated(column: Column, figure: str) -> str:
    """The measure with its figure: "departure delay averaged 18.3 min", "the cancellation rate was 2.5 %", "net sales were €5 million"."""
    if counts(column):
        return f"there were {figure} {small(column.label)}"
    if " per " in column.label and " " in (column.unit or "") and (column.unit or "").split(" ")[0] == small(column.label).split(" ")[0]:
        return f"there were {figure}"
    if column.label.startswith(_MEAN):
        return f"{small(column.label.removeprefix(_MEAN))} averaged {figure}"
    return f"{'' if is_plural(column) else 'the '}{small(column.label)} {was(column)} {figure}"


def grain_of(time: Column) -> str:
    """ "month"; a fiscal quarter is said as one."""
    return (time.dimension or "").rpartition(":")[2].replace("_", " ") or "period"


def preposition(column: Column | None) -> str:
    """ "on" a day, "in" anything longer."""
    return "on" if column is not None and (column.dimension or "").endswith(":day") else "in"


def listed(parts: list[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
