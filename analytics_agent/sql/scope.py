"""What names mean at one place of a statement: sources in FROM, with their columns, inside frames that see the frames around them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.catalog_index import CatalogIndex, index_of
from analytics_agent.sql.identifiers import fold_name, folder

MOST_ERRORS = 30
_MOST_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One column that a source or a query gives: its name for people, and where it comes from if that is a table's column unchanged.

    Otherwise `node` is the expression that makes it, or `branches` are the columns that a set operation puts into one.
    """

    name: str
    table: Table | None = None
    column: TableColumn | None = None
    nullable: bool = True
    node: exp.Expr | None = None
    branches: tuple["Output", ...] = ()


@dataclass(frozen=True)
class Outputs:
    """The columns of a query in order. `is_open`: it has or may have columns whose names are not known."""

    columns: tuple[Output, ...] = ()
    is_open: bool = False

    @cached_property
    def _indexes(self) -> dict[Dialect, dict[str, Output]]:
        return {}

    def find(self, name: str, dialect: Dialect) -> Output | None:
        """The first column of this folded name."""
        return (self._indexes.get(dialect) or self.by_name(dialect)).get(name)

    def is_repeated(self, name: str, dialect: Dialect) -> bool:
        if len(self.by_name(dialect)) == len(self.columns):
            return False
        return sum(fold_name(column.name, dialect) == name for column in self.columns) > 1

    def by_name(self, dialect: Dialect) -> dict[str, Output]:
        """By folded name; of several columns of one name the first."""
        known = self._indexes.get(dialect)
        if known is None:
            known = self._indexes[dialect] = {}
            for column in self.columns:
                known.setdefault(fold_name(column.name, dialect), column)
        return known

    def renamed(self, names: Iterable[str]) -> "Outputs":
        """Under the column list of an alias, as in AS t(a, b)."""
        given = tuple(names)
        if not given:
            return self
        new = (_named(old, name) for name, old in zip(given, self.columns, strict=False))
        unknown = (Output(name) for name in given[len(self.columns) :]) if self.is_open else ()
        return Outputs((*new, *unknown, *self.columns[len(given) :]), self.is_open and len(given) < len(self.columns))


def _named(old: Output, name: str) -> Output:
    return Output(name, old.table, old.column, old.nullable, old.node, old.branches)


@dataclass(eq=False)
class Source:
    """Something in FROM, under the name by which columns refer to it (folded)."""

    name: str
    outputs: Outputs
    table: Table | None = None
    is_shown_by_star: bool = True

    def find(self, name: str, dialect: Dialect) -> Output | None:
        return self.outputs.find(name, dialect)


@dataclass
class Frame:
    """The sources of one SELECT. `merged` are columns joined by USING or NATURAL, which are one column and so not ambiguous.

    `is_of_combined`: not of a SELECT, but of the ORDER BY behind UNION and its kin.
    """

    parent: "Frame | None" = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, list[Source]] = field(default_factory=dict)
    joins: list[exp.Join] = field(default_factory=list)
    is_of_combined: bool = False

    def around(self) -> "Iterator[Frame]":
        """This frame, then those around it, from the inside out."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def is_merged(self, name: str, sources: Iterable[Source]) -> bool:
        together = self.merged.get(name, ())
        return all(any(source is one for one in together) for source in sources)

    def star(self, dialect: Dialect) -> Outputs:
        seen: set[str] = set()
        columns: list[Output] = []
        for source in self.sources:
            for column in source.outputs.columns if source.is_shown_by_star else ():
                name = fold_name(column.name, dialect) if self.merged else ""
                if name not in self.merged or name not in seen:
                    columns.append(column)
                seen.add(name)
        return Outputs(tuple(columns), any(source.outputs.is_open for source in self.sources))


Ctes = dict[str, Outputs]
"""The WITH queries in sight, by folded name."""


@dataclass(frozen=True)
class Edit:
    """A piece of the statement's text, from its first to its last character, and what to write instead."""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Found:
    """A finding, where in the text it is, and the edits that surely mend it."""

    finding: SqlFinding
    place: int
    edits: tuple[Edit, ...] = ()


@dataclass
class Resolution:
    """What resolving found. All dictionaries are by id of a node of the tree.

    `references` are all references to real tables, with the catalog's record: the leaves at which row security is applied.
    `origins` says which output a column reference means, `sources_of` of which source; `sources` what a node in FROM gives;
    `frames` are those of SELECTs, `outputs_of` the columns of queries.
    """

    dialect: Dialect
    catalog: Catalog | None
    found: list[Found] = field(default_factory=list)
    references: list[tuple[exp.Table, Table | None]] = field(default_factory=list)
    origins: dict[int, Output] = field(default_factory=dict)
    sources_of: dict[int, Source] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    frames: dict[int, Frame] = field(default_factory=dict)
    outputs_of: dict[int, Outputs] = field(default_factory=dict)
    scalars: set[str] = field(default_factory=set)
    errors: int = 0
    outputs: Outputs = field(default_factory=Outputs)

    @cached_property
    def index(self) -> CatalogIndex | None:
        return index_of(self.catalog) if self.catalog else None

    def __post_init__(self) -> None:
        self._column, self._source = folder(self.dialect, "column"), folder(self.dialect, "source")

    @property
    def findings(self) -> tuple[SqlFinding, ...]:
        """Each once, in the order of the statement's text."""
        return tuple(dict.fromkeys(each.finding for each in sorted(self.found, key=lambda each: each.place)))

    def is_database(self, identifier: exp.Expr) -> bool:
        """Whether the first of three parts of a name is the database whose catalog this is."""
        return self.catalog is None or self.catalog.database.lower() == identifier.name.lower()

    def report(self, finding: SqlFinding, node: exp.Expr | None = None, edits: tuple[Edit, ...] = ()) -> None:
        self.errors += finding.severity == "error"
        self.found.append(Found(finding, place(node), edits))

    @property
    def has_enough(self) -> bool:
        """Whether so much is wrong that the rest need not be told: each finding costs, and nobody reads a hundred."""
        return self.errors >= MOST_ERRORS

    def fold(self, identifier: exp.Expr | None) -> str:
        """The name of a column, an output or a window."""
        return self._column(identifier) if identifier is not None else ""

    def fold_source(self, identifier: exp.Expr | None) -> str:
        """The name of something in FROM: an alias, a WITH query, a table."""
        return self._source(identifier) if identifier is not None else ""


def place(node: exp.Expr | None) -> int:
    """Where in the text a node begins, as far as its names tell."""
    if node is None:
        return -1
    nearby = islice(node.walk(), _MOST_LOOKED_AT)
    starts = (each.meta.get("start") for each in nearby if isinstance(each, (exp.Identifier, exp.Func, exp.Star)))
    return min((start for start in starts if isinstance(start, int)), default=1_000_000)


def table_outputs(table: Table) -> Outputs:
    return Outputs(tuple(Output(column.name, table, column, column.nullable) for column in table.columns))
