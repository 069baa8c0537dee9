"""What a table is about, and what each of its columns is for: a key, a name to show, a time, a flag, a category, a number, a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from analytics_agent.catalog.words import split
from analytics_agent.domain.catalog import Table, TableColumn
from analytics_agent.domain.profile import ColumnProfile, TableProfile, written_time
from analytics_agent.semantic.drafting.descriptions import Said, said, words
from analytics_agent.semantic.drafting.naming import parts, plural, singular, spoken
from analytics_agent.semantic.drafting.units import unit_in

MOST_VALUES = 30
"""Different values of a text that is listed with all of them."""
Kind = Literal["key", "code", "name", "time", "flag", "category", "number", "part", "text"]
_IDENTIFIERS = {
    "id",
    "key",
    "code",
    "no",
    "nr",
    "num",
    "number",
    "uuid",
    "guid",
    "zip",
    "phone",
    "index",
    "hash",
    "version",
    "fax",
    "postcode",
} | {
    "ssn", "mcc", "isbn", "issn", "ean", "upc", "gtin", "sku", "imei", "iban", "bic", "npi", "fips", "naics", "sic", "barcode", "serial",
    "pin", "postal", "token",
}  # fmt: skip
_NUMBERED = {"ssn", "mcc", "isbn", "issn", "iban", "imei", "vin", "ean", "upc", "gtin"}
"""Numbers that are names, whatever stands behind them."""
_OF_A_TIME = {"year", "month", "day", "hour", "minute", "week", "quarter", "decade", "weekday"}
_YEARS = {"year", "yr", "since", "vintage", "built", "founded", "established", "season"}
_FIRST_YEAR, _LAST_YEAR = 1000, 2200
_PLACES = {"latitude", "longitude", "lat", "lon", "lng"}
_LONG_TEXTS = {
    "description",
    "comment",
    "note",
    "abstract",
    "text",
    "body",
    "summary",
    "url",
    "uri",
    "link",
    "homepage",
    "website",
    "email",
    "mail",
    "address",
    "path",
}
_OFTEN = {"hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annual"}
_KINDS_OF_TABLE = {"dim", "fact", "fct", "tbl", "tb", "stg", "vw"}
_COUNTING = {"num", "number", "no", "nr", "nbr", "cnt", "count", "total", "qty", "quantity", "tot"}
YES, NO = ("yes", "y", "true", "t"), ("no", "n", "false", "f")


@dataclass(frozen=True)
class Thing:
    """One row of a table, in words; `key` tells rows apart, `foreign` are columns that hold other tables' keys, `shown` is the column
    with the name by which people know it."""

    table: Table
    profile: TableProfile | None
    one: str
    key: tuple[str, ...] = ()
    foreign: frozenset[str] = frozenset()
    shown: str | None = None
    known: frozenset[str] = frozenset()

    @property
    def many(self) -> str:
        return plural(self.one)

    def of(self, column: TableColumn) -> ColumnProfile | None:
        return self.profile.column(column.name) if self.profile else None

    def said(self, column: TableColumn) -> Said:
        return said(column.comment, self.one)

    def words(self, column: TableColumn) -> str:
        return spoken(column.name, {*self.known, *words(column.comment)})

    def without_unit(self, column: TableColumn) -> str:
        """What a number is called where nobody says its unit; with it, where another column is called so."""
        whole, (unit, unsaid) = self.words(column).split(), unit_in(parts(column.name))
        said = " ".join(whole[: len(whole) - unsaid])
        others = {self.words(other) for other in self.table.columns if other is not column}
        return said if unit and said and said not in others else " ".join(whole)


def unit_of(thing: Thing, column: TableColumn) -> str | None:
    """By what is said of the column, else by its name."""
    return thing.said(column).unit or unit_in(parts(column.name))[0]


def thing_called(name: str) -> str:
    """ "dim_customers" is about a customer, "balances_daily" about a daily balance."""
    kept = parts(name)
    kept = kept[1:] if len(kept) > 1 and kept[0] in _KINDS_OF_TABLE else kept
    kept = (kept[-1], *kept[:-1]) if len(kept) > 1 and kept[-1] in _OFTEN else kept
    return singular(spoken(" ".join(kept))) or name.lower()


def shown_column(table: Table, one: str, foreign: Iterable[str]) -> str | None:
    """The name of each row: "name", "title", "customer_name"; or the column that is called as the table is."""
    called = ["name", f"{one} name", "title", f"{one} title", "full name", f"full {one} name", one, "label", "display name"]
    texts = {spoken(column.name, (*one.split(), *words(column.comment))): column for column in table.columns if column.type == "text"}
    texts = {text: column for text, column in texts.items() if column.name not in set(foreign)}
    return next((texts[each].name for each in called if each in texts), None)


def kind_of(thing: Thing, column: TableColumn) -> Kind:
    """What a column is for; what it is called goes before what it holds."""
    if column.type in ("date", "timestamp") or time_written(thing, column):
        return "time"
    if len(thing.key) > 1 and column.name not in thing.foreign and is_part_of_time(thing, column):
        return "part"
    if column.name == thing.shown:
        return "name"
    if column.name in thing.key or column.name in thing.foreign:
        return "code" if column.type == "text" else "key"
    if column.type == "boolean" or is_flag(thing.of(column)):
        return "flag"
    if column.type == "text":
        return _kind_of_text(thing, column)
    if column.type not in ("integer", "number"):
        return "text"
    if _is_coded(thing, column):
        return "category"
    if thing.said(column).is_moment:
        return "text"
    if is_named(column.name, _PLACES) or is_part_of_time(thing, column):
        return "part"
    return "key" if column.type == "integer" and is_identifier(thing, column) else "number"


def _kind_of_text(thing: Thing, column: TableColumn) -> Kind:
    profile = thing.of(column)
    if set(split(column.name)[-1:]) & _LONG_TEXTS and not (profile and profile.common):
        return "text"
    return "code" if is_identifier(thing, column) else "category"


def _is_coded(thing: Thing, column: TableColumn) -> bool:
    """A whole number whose description explains what each of its few values means."""
    profile = thing.of(column)
    return column.type == "integer" and bool(thing.said(column).codes) and (profile is None or profile.distinct <= MOST_VALUES)


def is_part_of_time(thing: Thing, column: TableColumn) -> bool:
    """A year, a month by its number. "los_days" are a length, and no day."""
    named = parts(column.name)
    if column.type != "integer" or not named:
        return False
    if named[-1] in _OF_A_TIME:
        return True
    return bool(set(split(column.name)) & _YEARS) and _are_years(thing.of(column))


def _are_years(profile: ColumnProfile | None) -> bool:
    ends = [str(end) for end in (profile.least, profile.greatest)] if profile else []
    return bool(ends) and all(re.fullmatch(r"\d{4}", end) and _FIRST_YEAR <= int(end) <= _LAST_YEAR for end in ends)


def time_written(thing: Thing, column: TableColumn) -> Literal["date", "timestamp"] | None:
    """What a text holds that is a time in all but its type."""
    profile = thing.of(column)
    return written_time(profile) if profile and column.type == "text" else None


def is_flag(profile: ColumnProfile | None) -> bool:
    values = {value.strip().lower() for value, _ in profile.common} if profile else set[str]()
    return bool(values) and values <= {*YES, *NO}


def is_identifier(thing: Thing, column: TableColumn) -> bool:
    """By its name's end; "num_reviews" and "citation_num" are numbers of something where they are said to be, or stand in front."""
    if thing.said(column).is_key:
        return True
    name = split(column.name)
    if thing.said(column).counted or (len(name) > 1 and name[0] in _COUNTING):
        return False
    glued = column.name.lower().endswith("id") and thing.words(column).split()[-1:] == ["id"]
    return bool(set(name[-1:]) & _IDENTIFIERS or set(name) & _NUMBERED) or glued


def is_named(name: str, wanted: set[str]) -> bool:
    return bool(wanted & set(split(name)) or wanted & {name.lower()})
