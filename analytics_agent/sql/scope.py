"""What names mean at one place of a statement: sources in FROM, with their columns, inside frames that see the frames around them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.identifiers import fold_name, folded


@dataclass(frozen=True)
class Output:
    """One column that a source or a query gives: its name for people, and where it comes from if that is a table's column unchanged."""

    name: str
    table: Table | None = None
    column: TableColumn | None = None
    nullable: bool = True


@dataclass(frozen=True)
class Outputs:
    """The columns of a query in order. `is_open`: it has or may have columns whose names are not known."""

    columns: tuple[Output, ...] = ()
    is_open: bool = False

    def renamed(self, names: Iterable[str]) -> "Outputs":
        """Under the column list of an alias, as in AS t(a, b)."""
        given = tuple(names)
        if not given:
            return self
        new = (Output(name, old.table, old.column, old.nullable) for name, old in zip(given, self.columns, strict=False))
        unknown = (Output(name) for name in given[len(self.columns) :]) if self.is_open else ()
        return Outputs((*new, *unknown, *self.columns[len(given) :]), self.is_open and len(given) < len(self.columns))


@dataclass
class Source:
    """Something in FROM, under the name by which columns refer to it (folded)."""

    name: str
    outputs: Outputs
    table: Table | None = None
    is_shown_by_star: bool = True

    def find(self, name: str, dialect: Dialect) -> Output | None:
        return next((column for column in self.outputs.columns if fold_name(column.name, dialect) == name), None)


@dataclass
class Frame:
    """The sources of one SELECT. `merged` are columns joined by USING or NATURAL, which are one column and so not ambiguous."""

    parent: "Frame | None" = None
    sources: list[Source] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)

    def around(self) -> "Iterator[Frame]":
        """This frame, then those around it, from the inside out."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def star(self, dialect: Dialect) -> Outputs:
        seen: set[str] = set()
        columns: list[Output] = []
        for source in self.sources:
            for column in source.outputs.columns if source.is_shown_by_star else ():
                name = fold_name(column.name, dialect)
                if name not in self.merged or name not in seen:
                    columns.append(column)
                seen.add(name)
        return Outputs(tuple(columns), any(source.outputs.is_open for source in self.sources))


Ctes = dict[str, Outputs]
"""The WITH queries in sight, by folded name."""


@dataclass
class Resolution:
    """What resolving found. `tables` maps each reference to a real table (by id of its node) to the catalog's record: the leaves
    at which row security is applied. `origins` maps a column reference, by id, to the table's column it reads unchanged."""

    dialect: Dialect
    catalog: Catalog | None
    findings: list[SqlFinding] = field(default_factory=list)
    references: list[tuple[exp.Table, Table | None]] = field(default_factory=list)
    origins: dict[int, Output] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    outputs: Outputs = field(default_factory=Outputs)

    def report(self, finding: SqlFinding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)

    def fold(self, identifier: exp.Expr | None) -> str:
        return folded(identifier, self.dialect)


def table_outputs(table: Table) -> Outputs:
    return Outputs(tuple(Output(column.name, table, column, column.nullable) for column in table.columns))
