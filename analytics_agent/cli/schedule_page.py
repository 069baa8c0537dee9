"""A schedule on a terminal: when it is due and what each report covers, what becomes of a late one, and how the last ones went."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.answer import GAP, status
from analytics_agent.cli.numerals import day, local_time
from analytics_agent.cli.places import listed, program
from analytics_agent.cli.plain import cleaned, line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Ends, Page, Prose, console, show
from analytics_agent.client.words import counted

Json = dict[str, Any]
SHOWN = 5
"""How many of the coming reports are listed; JSON has all ten."""
RUNS = 6
_DUE = (Column("next"), Column("covers", flexible=True, dim=True))
_MADE = (Column("last"), Column("covers"), Column("status"), Column("run", dim=True), Column("", flexible=True, dim=True))


def page(schedule: Json) -> Page:
    """All of one schedule."""
    schedule = cleaned(schedule)
    parts: list[RenderableType] = [GAP, _title(schedule), _under(schedule), *_paused(schedule)]
    parts += [part for table in (_coming(schedule["next"]), _made(schedule["runs"])) if table for part in (GAP, table)]
    parts += [GAP, *_facts(schedule), *_warnings(schedule), GAP, *listed(_further(schedule)), GAP]
    return Page(parts)


def preview_page(told: Json) -> Page:
    """What a schedule would do."""
    told = cleaned(told)
    why = line(told["why"])
    parts: list[RenderableType] = [GAP, Text(line(told["name"]), "bold"), Text(line(told["when"]), "dim")]
    parts += [GAP, _coming(told["next"]) or GAP, GAP, *(Prose(Text(text)) for text in (why, told["policies"]["overlap"]) if text)]
    return Page([*parts, *_warnings(told), GAP, Text("Nothing was made.", "dim"), GAP])


def table(schedules: Sequence[Json]) -> Page:
    """All schedules, a line each."""
    heads = [Column("schedule"), Column("state"), Column("name", flexible=True), Column("next"), Column("last")]
    heads += [Column("when", dim=True, flexible=True)]
    return Page([Table(heads, [_row(cleaned(one)) for one in schedules])], widest=ANY)


def backfill_page(told: Json) -> Page:
    told = cleaned(told)
    count, before = told["count"], told["made_before"]
    if not count:
        return Page([Prose(Text(f"Nothing to make: {counted(before, 'report')} of that time {'is' if before == 1 else 'are'} there."))])
    kept = f" {counted(before, 'report')} of that time {'is' if before == 1 else 'are'} there already." if before else ""
    said = Prose(Text(f"{counted(count, 'report')} will be made, one after the other.{kept}"))
    look = ("Look", Text(f"{program()} schedules show {told['schedule']}", "cyan"), "")
    heads = (Column("due"), Column("covers", flexible=True, dim=True))
    return Page([GAP, said, GAP, Table(heads, [_due(one) for one in told["due"]]), GAP, *listed([look]), GAP])


def _title(schedule: Json) -> RenderableType:
    return Ends(Text(line(schedule["name"]), "bold"), _state(schedule))


def _state(schedule: Json) -> Text:
    if schedule["paused"] is not None:
        return Text.assemble(("!", "yellow"), " paused")
    return Text.assemble(("✓", "green"), " on")


def _under(schedule: Json) -> RenderableType:
    return Text(f"{line(schedule['when'])} · schedule {schedule['id']}", "dim")


def _paused(schedule: Json) -> Iterator[RenderableType]:
    if schedule["paused"] is not None:
        yield from (GAP, Prose(Text(line(schedule["paused"])), Text("!   ", "yellow")))


def _coming(due: Sequence[Json]) -> Table | None:
    return Table(_DUE, [_due(one) for one in due[:SHOWN]], gap=3) if due else None


def _due(one: Json) -> tuple[str, str]:
    """A coming report, on the clock of the schedule's zone."""
    at = datetime.fromisoformat(one["local"])
    return f"{at:%a} {day(at)}, {at:%H:%M}", line(one["period"] or "")


def _made(runs: Sequence[Json]) -> Table | None:
    rows = [_report(run) for run in runs[:RUNS]]
    return Table(_MADE, rows, gap=3) if rows else None


def _report(run: Json) -> tuple[str | Text, ...]:
    told = line(run["headline"] or run["reason"] or run["question"])
    return local_time(run["scheduled_for"]), line(run["period"] or ""), status(run["status"]), run["id"], told


def _facts(schedule: Json) -> Iterator[RenderableType]:
    policies = schedule["policies"]
    makes = [*schedule["formats"], *(["dashboard"] if schedule["publish"] else [])]
    facts = [
        ("Question", f"{line(schedule['question'])} ({line(schedule['database'])}, run {schedule['analysis']})"),
        ("Period", policies["moves"]),
        ("Overlap", policies["overlap"]),
        ("Late", policies["catch_up"]),
        ("Makes", ", ".join(makes) or "the answer, without a report"),
        ("To", ", ".join(map(line, schedule["recipients"])) or "nobody: it is kept here"),
    ]
    yield from (Prose(Text(text), Text(f"{name:8}  ", "dim")) for name, text in facts)


def _warnings(told: Json) -> Iterator[RenderableType]:
    if told["warnings"]:
        yield GAP
    yield from (Prose(Text(line(warning)), Text("!   ", "yellow")) for warning in told["warnings"])


def _further(schedule: Json) -> list[tuple[str, Text, str]]:
    own = f"{program()} schedules"
    if schedule["paused"] is not None:
        return [("Resume", Text(f"{own} resume {schedule['id']}", "cyan"), "")]
    return [("Now", Text(f"{own} run {schedule['id']}", "cyan"), ""), ("Pause", Text(f"{own} pause {schedule['id']} --note …", "cyan"), "")]


def _row(schedule: Json) -> tuple[str | Text, ...]:
    due = next((_due(one)[0] for one in schedule["next"]), "")
    last = next((status(run["status"]) for run in schedule["runs"]), "")
    return schedule["id"], _state(schedule), line(schedule["name"]), due, last, line(schedule["when"])


def print_page(made: Page) -> None:
    show(made, console())
