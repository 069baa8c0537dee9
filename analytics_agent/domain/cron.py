"""Cron expressions of five fields, read as cron has always read them: where both days are named, either is enough."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True)
class Calendar:
    """A moment matches when each part holds it. Days of the week count from Sunday, which is 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def has_day(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays


@dataclass(frozen=True)
class _Field:
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()

    def number(self, word: str) -> int | None:
        if word.isascii() and word.isdigit():
            return int(word) if len(word) < 4 else None
        short = word.lower()
        return self.names.index(short) + (1 if self.lowest else 0) if short in self.names else None


FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)
_PART = re.compile(r"(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?")


def calendars_of(text: str) -> tuple[Calendar, ...]:
    """Raises ValueError whose arguments are a sentence for every problem."""
    problems = problems_of(text)
    if problems:
        raise ValueError(*problems)
    minutes, hours, days, months, weekdays = (tuple(sorted(_read(field, word))) for field, word in zip(FIELDS, text.split(), strict=True))
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    either = not any(word.startswith("*") for word in (text.split()[2], text.split()[4]))
    if either:
        every_day, every_weekday = tuple(range(1, 32)), tuple(range(7))
        return (Calendar(minutes, hours, days, months, every_weekday), Calendar(minutes, hours, every_day, months, weekdays))
    return (Calendar(minutes, hours, days, months, weekdays),)


def problems_of(text: str) -> list[str]:
    """What is wrong, a sentence for each field; empty when it can be read."""
    words = text.split()
    if text.strip().startswith("@"):
        return ["Words such as @daily and @every are not taken: write five fields, as 0 8 * * MON, or use `every` and `at`."]
    if len(words) in (6, 7):
        return [f"This has {len(words)} fields. Cron has five here, without seconds and years: minute, hour, day, month, weekday."]
    if len(words) != len(FIELDS):
        return [f"This has {len(words)} of five fields: minute, hour, day of the month, month, day of the week, as 0 8 * * MON."]
    return [problem for field, word in zip(FIELDS, words, strict=True) if (problem := _problem(field, word))]


def _problem(field: _Field, word: str) -> str | None:
    try:
        _read(field, word)
    except ValueError:
        shown = word if len(word) <= 20 else f"{word[:20]}…"
        names = f" or {field.names[0].upper()} to {field.names[-1].upper()}" if field.names else ""
        use = f"use {field.lowest} to {field.highest}{names}, *, lists (1,15), ranges (1-5) and steps (*/2)"
        return f"The {field.name} {shown!r} cannot be read: {use}."
    return None


def _read(field: _Field, word: str) -> set[int]:
    return {value for part in word.split(",") for value in _part(field, part)}


def _part(field: _Field, part: str) -> range:
    span, slash, step = part.partition("/")
    found = _PART.fullmatch(span)
    every = field.number(step) if slash else 1
    if found is None or not every or (slash and not step.isdigit()):
        raise ValueError(part)
    if found["all"]:
        return range(field.lowest, field.highest + 1, every)
    first = field.number(found["first"])
    # "5/15" is from the fifth on, as Temporal reads it.
    last = field.number(found["last"]) if found["last"] else (field.highest if slash else first)
    if first is None or last is None or not field.lowest <= first <= last <= field.highest:
        raise ValueError(part)
    return range(first, last + 1, every)
