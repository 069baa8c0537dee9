"""Which expressions of a semantic model still mean something where columns are masked. What would fail, or give a number that says
something else (a sum of nothing, a hash compared with a name), does not exist for who sees the mask; the rest is computed from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType, Table
from analytics_agent.domain.policy import Mask, TablePolicy, Unit
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.model import Field

GRAINS_OF: Mapping[Unit, tuple[str, ...]] = {
    "year": ("year",),
    "month": ("month", "quarter", "year"),
    "day": ("day", "week", "month", "quarter", "year"),
}
"""The grains that a first day of a unit still tells."""
PARTS_OF: Mapping[Unit, frozenset[str]] = {
    "year": frozenset({"year"}),
    "month": frozenset({"month", "quarter", "year"}),
    "day": frozenset({"day", "dow", "isodow", "doy", "week", "isoyear", "month", "quarter", "year"}),
}
"""What of a date can still be extracted."""


@dataclass(frozen=True)
class Columns:
    """What a policy leaves of the columns behind a dataset: which are gone, which are masked, with the types they have without it, and
    whether some of the rows are gone."""

    table: str = ""
    gone: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    masks: Mapping[str, tuple[Mask, ColumnType]] = field(default_factory=dict)
    in_part: bool = False

    @classmethod
    def of(cls, whole: Table, seen: Table, rule: TablePolicy | None, called: str) -> "Columns":
        names = frozenset(column.name for column in seen.columns)
        types = {column.name: column.type for column in whole.columns}
        masks = {mask.column: (mask, types.get(mask.column, "other")) for mask in rule.masks} if rule else {}
        return cls(called, frozenset(types) - names, names, masks, bool(rule and rule.rows))

    def lacks(self, name: str) -> bool:
        """Whether the column is hidden, as the model finds columns: by its very name, else in any case."""
        return name not in self.kept and (name in self.gone or _in_any_case(name, self.gone)) and not _in_any_case(name, self.kept)

    def mask_of(self, name: str) -> tuple[Mask, ColumnType] | None:
        if name in self.masks:
            return self.masks[name]
        if name in self.kept:
            return None
        return next((mask for column, mask in self.masks.items() if column.lower() == name.lower()), None)


OF_NOTHING = Columns()
"""Of a dataset about whose columns nothing is known."""


def masks_in(tree: exp.Expr, behind: Mapping[str, Columns], own: str) -> dict[tuple[str, str], Mask]:
    """The masks that an expression reads, by table and column. A column without a table's name is of the dataset `own`."""
    found = {}
    for column in expressions.columns(tree):
        columns = behind.get(column.table or own, OF_NOTHING)
        if mask := columns.mask_of(column.name):
            found[columns.table, mask[0].column] = mask[0]
    return found


def is_whole(tree: exp.Expr, behind: Mapping[str, Columns], own: str) -> bool:
    """Whether an expression reads no hidden column, and every masked one in a way that its mask bears."""
    for column in expressions.columns(tree):
        columns = behind.get(column.table or own, OF_NOTHING)
        if columns.lacks(column.name):
            return False
        mask = columns.mask_of(column.name)
        if mask is not None and not _bears(column, *mask):
            return False
    return True


def can_be_compared(tree: exp.Expr, behind: Mapping[str, Columns], own: str) -> bool:
    """Whether comparing the expression with a value says what it says without masks, or nearly."""
    return all(mask.kind == "bucket" for mask in masks_in(tree, behind, own).values())


def seen_field(one: Field, masks: Mapping[tuple[str, str], Mask]) -> Field | None:
    """A field over masked columns: without the values it lists, and as coarse as they are. None for a time of which no grain is left."""
    if not masks:
        return one
    said = " ".join(dict.fromkeys(f"Masked: the asker sees it {mask.in_words}." for mask in masks.values()))
    one = replace(one, values={}, order=(), display=None, label_of=None, description=" ".join(filter(None, (one.description, said))))
    units = [mask.unit for mask in masks.values() if mask.unit]
    if one.is_time:
        if len(units) < len(masks):
            return None
        told = tuple(grain for grain in GRAINS_OF["day"] if all(grain in GRAINS_OF[unit] for unit in units))
        kept = tuple(grain for grain in told if not one.grains or grain in one.grains)
        return replace(one, grains=kept) if kept else None  # without any it would be told by all of them
    if any(mask.kind in ("hash", "partial") for mask in masks.values()):
        return replace(one, unit=None, format=None, decimals=None, datatype="", higher_is=None)
    return one


def _bears(column: exp.Column, mask: Mask, kind: ColumnType) -> bool:
    """A null bears nothing; a hash or a part is counted, or asked whether it is there; a number in steps is computed with; a first day of
    a unit is compared, and told by units that are no finer."""
    if mask.kind == "null":
        return False
    parent = _around(column)
    if parent is None or isinstance(parent, exp.Count | exp.Is):
        return True
    if isinstance(parent, exp.Distinct):
        return isinstance(parent.parent, exp.Count)
    if mask.kind != "bucket":
        return False
    return mask.unit is None or _bears_days(parent, mask.unit, kind)


def _bears_days(parent: exp.Expr, unit: Unit, kind: ColumnType) -> bool:
    if isinstance(parent, exp.Extract):
        return parent.this.name.lower() in PARTS_OF[unit]
    if isinstance(parent, exp.Min | exp.Max):
        return True
    return kind == "date" and isinstance(parent, exp.Predicate | exp.Sub | exp.Add)


def _around(node: exp.Expr) -> exp.Expr | None:
    """What a value is put into: brackets, and what a CASE gives, are seen through."""
    parent = node.parent
    while isinstance(parent, exp.Paren | exp.If | exp.Case):
        if isinstance(parent, exp.If) and parent.args.get("true") is not node and parent.args.get("false") is not node:
            break
        if isinstance(parent, exp.Case) and not isinstance(node, exp.If) and parent.args.get("default") is not node:
            break
        node, parent = parent, parent.parent
    return parent


def _in_any_case(name: str, names: frozenset[str]) -> bool:
    return any(name.lower() == other.lower() for other in names)
