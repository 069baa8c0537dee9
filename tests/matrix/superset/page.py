"""The matrix as a page to read: one table of people and statements, and a reason for each cell in which we are stricter than Superset."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matrix.superset.asked import OBJECTS, Asked
from matrix.superset.judging import Cell
from matrix.superset.persons import Spec

Grid = Mapping[str, Mapping[str, Cell]]
"""By person and by statement."""


@dataclass(frozen=True)
class Reason:
    """Why a cell may be other than equal: `holds` says of which cells it is the reason."""

    letter: str
    said: str
    holds: Callable[[Spec, Asked, Cell], bool]


def _over(asked: Asked, *tables: str) -> bool:
    return any(table in asked.sql.lower() for table in tables)


REASONS = (
    Reason(
        "a",
        "The role gives no right to Ask (`can write on AnalyticsAgent`), so nothing is answered. An administrator decides who may ask.",
        lambda spec, asked, cell: cell.mark == "needless" and "without Ask" in spec.name,
    ),
    Reason(
        "b",
        "The clause cannot be read by the guard, reads another table with a rule for this person, or its own: the table is withheld, "
        "and the person is told so.",
        lambda spec, asked, cell: cell.mark == "needless" and spec.unread and _over(asked, "sales"),
    ),
    Reason(
        "c",
        "A dataset without a schema opens no table. In SQL Lab it does not either; its own chart shows it. Which schema it means is "
        "settled when a session begins, and not known before.",
        lambda spec, asked, cell: cell.mark == "needless" and _over(asked, "bare") and cell.ways[0].rows is None,
    ),
    Reason(
        "d",
        "A right to a virtual dataset alone. It is a statement and no table: who may not read the tables in it may open its charts, and "
        "ask nothing of it.",
        lambda spec, asked, cell: cell.mark == "needless" and bool(asked.also) and all(way.rows is None for way in cell.ways[:2]),
    ),
    Reason(
        "e",
        "Two datasets of one table have different rules. Superset applies those of the dataset that is asked; we apply all of them.",
        lambda spec, asked, cell: cell.mark == "fewer" and _over(asked, "twice"),
    ),
    Reason(
        "f",
        "The rule stands on a virtual dataset, over a table that this person may read whole: SQL Lab shows all of its rows, as we do.",
        lambda spec, asked, cell: cell.mark == "looser" and bool(asked.also) and cell.ours.rows == cell.ways[0].rows,
    ),
)


def reason_of(spec: Spec, asked: Asked, cell: Cell) -> Reason | None:
    return next((reason for reason in REASONS if reason.holds(spec, asked, cell)), None)


def cell_text(spec: Spec, asked: Asked, cell: Cell) -> str:
    """Rows where we agree, a dot where nobody gives any; else what Superset gives, what we give, and why."""
    if cell.mark == "LEAK":
        return "**LEAK**"
    if cell.mark == "refused":
        return "·"
    ours = "–" if cell.ours.rows is None else str(len(cell.ours.rows))
    if cell.mark == "equal":
        return ours
    reason = reason_of(spec, asked, cell)
    return f"{ours} {reason.letter if reason else '?'}"


def table(people: Sequence[Spec], grid: Grid, objects: Sequence[Asked] = OBJECTS) -> list[str]:
    head = ["", *(asked.name for asked in objects)]
    rows = [[spec.name, *(cell_text(spec, asked, grid[spec.name][asked.name]) for asked in objects)] for spec in people]
    return [_line(head), _line(["---"] * len(head)), *map(_line, rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(people: Sequence[Spec], grid: Grid) -> str:
    marks = Counter(cell.mark for row in grid.values() for cell in row.values())
    letters = Counter(
        reason.letter for spec in people for asked in OBJECTS if (reason := reason_of(spec, asked, grid[spec.name][asked.name]))
    )
    statements = [f"| {asked.name} | `{asked.sql.replace('|', chr(92) + '|')}` |" for asked in OBJECTS]
    clauses = [f"| {spec.name} | {_rules(spec)} |" for spec in people if _rules(spec)]
    return "\n".join(
        [
            *_INTRODUCTION.splitlines(),
            "",
            f"{sum(marks.values())} cells: {marks['equal']} equal, {marks['refused']} in which nobody gives rows, "
            f"{marks['strictest'] + marks['fewer']} with fewer rows than one way of Superset gives, {marks['needless']} refused here "
            f"alone, {marks['looser']} as one way of Superset and not as another, {marks['LEAK']} leaks.",
            "",
            *table(people, grid),
            "",
            *(f"- **{reason.letter}** ({letters[reason.letter]} cells): {reason.said}" for reason in REASONS if letters[reason.letter]),
            "",
            "## The statements",
            "",
            "| | |",
            "|---|---|",
            *statements,
            "",
            "## The row rules",
            "",
            "Everybody but the exempt has a base filter on `ledger`: `amount < 100`.",
            "",
            "| | |",
            "|---|---|",
            *clauses,
            "",
        ]
    )


def _rules(spec: Spec) -> str:
    rules = [rule for role in spec.own for rule in role.rules] + list(spec.later)
    return ", ".join(f"{rule.dataset}: `{rule.clause}`{f' (group {rule.group})' if rule.group else ''}" for rule in rules)


_INTRODUCTION = """# What Superset gives people, and what we give them

Written by `UPDATE_DOCS=1 make test-matrix`, and compared by it. People with roles and row rules are made in a real Superset 6.1, over a
small warehouse in PostgreSQL. Each statement is asked in three ways as that person:

- **SQL Lab**, with `RLS_IN_SQLLAB` as in our configuration;
- **charts**: the statement over copies of the rows that a chart of each table's dataset shows;
- **here**: as a statement of a run, with the rights that Superset tells us of that person.

A number is how many rows all of them give, the same rows. `·`: nobody gives any. A letter stands where they differ; before it is what we
give, `–` for a refusal. A row that Superset shows that person in no way would be a **LEAK**."""
