"""What one person may see of one database: tables, rows, columns, and columns in a form that says less. Put together from all that
applies to the person, here or from a file; how it is made to hold in a statement is in sql/row_security.py."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Literal

from analytics_agent.domain.catalog import TableName

MaskKind = Literal["null", "hash", "partial", "bucket"]
Unit = Literal["year", "month", "day"]
SHORTEST_HASH_KEY = 16
"""Characters. Without a key that nobody guesses, a hash of a name is found by hashing all names."""


@dataclass(frozen=True)
class Mask:
    """A column in place of which less is seen, wherever it is used.

    `null`: nothing. `hash`: a keyed SHA-256 of its text, the same for the same value. `partial`: its first `first` and last `last`
    characters around `***`. `bucket`: the lower end of the range of `size` that a number is in, or the first day of the `unit`.
    """

    column: str
    kind: MaskKind
    first: int = 0
    last: int = 0
    size: float | None = None
    unit: Unit | None = None

    @property
    def in_words(self) -> str:
        """What is seen in place of the column: "rounded down to steps of 100"."""
        if self.kind == "bucket":
            return f"as the first day of its {self.unit}" if self.unit and self.unit != "day" else _rounded(self)
        if self.kind == "partial":
            ends = [f"{where} {count}" if count > 1 else where for where, count in (("first", self.first), ("last", self.last)) if count]
            return f"by its {' and '.join(ends)} {'character' if max(self.first, self.last) == 1 else 'characters'} only"
        return "as nothing at all" if self.kind == "null" else "as a hash that stands for the value"


@dataclass(frozen=True)
class TablePolicy:
    """`rows` are conditions in the database's SQL: of each inner tuple one must hold, and all of the outer one. None is all rows.

    The conditions see the whole table, hidden and unmasked columns too. `hidden` columns do not exist for the person.
    """

    schema: str | None
    name: str
    rows: tuple[tuple[str, ...], ...] = ()
    masks: tuple[Mask, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def table(self) -> TableName:
        return TableName(self.schema, self.name)

    @property
    def is_open(self) -> bool:
        """Whether it restricts nothing."""
        return not (self.rows or self.masks or self.hidden)


@dataclass(frozen=True)
class Policy:
    """`tables` are those that may be read, None for all of them. `rules` restrict some of these; a table in them has one.

    `hash_key` makes hashes of this installation unlike those of any other; it is told to nobody.
    """

    tables: tuple[TableName, ...] | None = None
    rules: tuple[TablePolicy, ...] = ()
    hash_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if len({rule.table for rule in self.rules}) < len(self.rules):
            raise ValueError("A table has two rules in one policy; merge them first.")

    @property
    def is_open(self) -> bool:
        return self.tables is None and all(rule.is_open for rule in self.rules)

    @cached_property
    def hash(self) -> str:
        """Of all of it, in any order of tables and rules: what is cached for one policy must not be shown under another."""
        said = asdict(self)
        for part in ("tables", "rules"):
            said[part] = sorted(json.dumps(each, sort_keys=True) for each in said[part]) if said[part] is not None else None
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _by_table(self) -> dict[TableName, TablePolicy]:
        return {rule.table: rule for rule in self.rules}

    def rule_of(self, table: TableName) -> TablePolicy | None:
        """What restricts a table; None where nothing does."""
        rule = self._by_table.get(table)
        return rule if rule is not None and not rule.is_open else None

    def may_read(self, table: TableName) -> bool:
        return self.tables is None or table in self._allowed

    @cached_property
    def _allowed(self) -> frozenset[TableName]:
        return frozenset(self.tables or ())

    def names(self, table: TableName) -> bool:
        """Whether the table is named, as allowed or with a rule, and not only among all of them."""
        return table in self._allowed or table in self._by_table


OPEN = Policy()
"""Restricts nothing."""
NOTHING = Policy(tables=())
"""For whom no policy says anything."""


def both(one: Policy, other: Policy) -> Policy:
    """Only what each of the two lets be seen: conditions of both hold, and columns are as strict as the strictest.

    Raises ValueError for rules without a list of tables: which views stay beside the rules would not be known any more.
    """
    if one.is_open or other.is_open:
        return other if one.is_open else one
    if any(each.tables is None and each.rules for each in (one, other)):
        raise ValueError("Two policies are put together only where each with rules lists its tables.")
    tables = other.tables if one.tables is None else tuple(table for table in one.tables if other.may_read(table))
    names = dict.fromkeys(rule.table for rule in (*one.rules, *other.rules))
    rules = (_stricter(one.rule_of(name), other.rule_of(name)) for name in names)
    allowed = None if tables is None else frozenset(tables)
    kept = tuple(rule for rule in rules if rule and (allowed is None or rule.table in allowed))
    return Policy(tables, kept, one.hash_key or other.hash_key)


def shows_as_much(one: Policy, other: Policy, tables: Iterable[TableName]) -> bool:
    """Whether `one` surely lets everything be seen of these tables that `other` does: of each all of it, or by the same rule."""
    return all(one.may_read(table) and one.rule_of(table) in (None, other.rule_of(table)) for table in tables)


ROWS_SAID, MASK_SAID = "the asker may see are counted.", " is masked: the asker sees it "
NONE_SEEN = "No row was found among those that the asker may see; there may be others."


def rows_caveat(table: str, *, to_model: bool = False) -> str:
    """What is said of every figure of a table with conditions on its rows. They are told to nobody. `to_model`: a model's count too."""
    return f"Of {table} only the rows that {'the model and ' if to_model else ''}{ROWS_SAID}"


def mask_caveat(table: str, mask: Mask) -> str:
    return f"{table}.{mask.column}{MASK_SAID}{mask.in_words}."


def says_rights(caveat: str) -> bool:
    """Whether a caveat is one of these. It holds for the rights that a run had, and is said anew for those that another one has."""
    return says_rows(caveat) or MASK_SAID in caveat


def says_rows(caveat: str) -> bool:
    """Whether it says that rows are left out: what is counted, ranked or found missing is so of the others alone."""
    return caveat.endswith(ROWS_SAID) or caveat == NONE_SEEN


def rights_first(caveats: Iterable[str]) -> tuple[str, ...]:
    """Each once, and before all others what the reader's rights left out: of a few that are shown these are never missing."""
    return tuple(sorted(dict.fromkeys(caveats), key=lambda caveat: not says_rights(caveat)))


def without_key(policy: Policy) -> Policy:
    """As it is kept with a run: the key of hashes is filled in where a statement is checked, and stands nowhere else."""
    return replace(policy, hash_key="") if policy.hash_key else policy


def _rounded(mask: Mask) -> str:
    if mask.size is None:
        return "in steps of whole days"
    return f"rounded down to steps of {mask.size:,.15g}, so that sums and means of it are too low"


def _stricter(one: TablePolicy | None, other: TablePolicy | None) -> TablePolicy | None:
    if one is None or other is None:
        return one or other
    hidden = tuple(sorted({*one.hidden, *other.hidden}))
    masks = _strictest(mask for mask in (*one.masks, *other.masks) if mask.column not in hidden)
    return TablePolicy(one.schema, one.name, tuple(dict.fromkeys((*one.rows, *other.rows))), masks, hidden)


@dataclass(frozen=True)
class Share:
    """What one policy says of one table, before it is merged with others. `opens`: it gives the table; otherwise it only limits it."""

    table: TableName
    opens: bool
    rows: str = ""
    masks: tuple[Mask, ...] = ()
    hidden: tuple[str, ...] = ()


def merged(table: TableName, shares: Iterable[Share]) -> TablePolicy | None:
    """All shares of a table in one; None when none of them opens it.

    Rows as PostgreSQL's policies and Superset's row rules have it: those of shares that open add up (OR), those that limit all hold
    (AND), before the others. Columns are as strict as the strictest: hidden by one is hidden, and a column under two different masks
    is null. A sum of roles must not show a column of rows that came from a role which masks it, and a row does not say from which
    of the roles it came.
    """
    all_of = tuple(shares)
    opening = [share for share in all_of if share.opens]
    if not opening:
        return None
    limits = tuple((rows,) for rows in dict.fromkeys(share.rows for share in all_of if not share.opens and share.rows))
    any_of = () if any(not share.rows for share in opening) else tuple(dict.fromkeys(share.rows for share in opening))
    hidden = tuple(sorted({column for share in all_of for column in share.hidden}))
    masks = [mask for share in all_of for mask in share.masks if mask.column not in hidden]
    return TablePolicy(table.schema, table.name, (*limits, *((any_of,) if any_of else ())), _strictest(masks), hidden)


def _strictest(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    found: dict[str, Mask] = {}
    for mask in masks:
        known = found.setdefault(mask.column, mask)
        if known != mask:
            found[mask.column] = Mask(mask.column, "null")
    return tuple(found[column] for column in sorted(found))
