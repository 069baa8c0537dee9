"""`schedules`: an answer that is made again and again, its period moved."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics_agent.cli import schedule_page as pages
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import console, write_json
from analytics_agent.client import Client
from analytics_agent.errors import AskerError

commands = typer.Typer(no_args_is_help=True, help="Make, look at, pause, run and delete scheduled reports.")
ScheduleId = Annotated[str, typer.Argument(help="the schedule's id")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}
_FIELD = re.compile(
    r"(?:^| )(?:timing\.)?(time_zone|cron|every|at|on|month|moves_by|overlap|catch_up_hours|recipients|formats|name|analysis|from|to): "
)
_OPTIONS = {"catch_up_hours": "--catch-up", "recipients": "--to", "analysis": "RUN_ID"}
_PATIENCE = 20.0
"""Seconds that `run` waits for the id of the run that was started."""


@commands.command()
def create(
    run_id: Annotated[str, typer.Argument(help="the succeeded run to repeat, by its id in `runs list`")],
    every: Annotated[str | None, typer.Option(help="day, weekday, week, month, quarter or year")] = None,
    at: Annotated[str | None, typer.Option(help="the time of the day, as 08:00")] = None,
    on: Annotated[str | None, typer.Option(help="the weekday for week (monday, or 1), the day 1 to 28 for month, quarter, year")] = None,
    month: Annotated[int | None, typer.Option(help="the month for year, 1 to 12")] = None,
    cron: Annotated[str | None, typer.Option(help='five fields instead of --every, as "0 8 * * MON"')] = None,
    time_zone: Annotated[str | None, typer.Option(help="an IANA name, as Europe/Berlin; this machine's without")] = None,
    to: Annotated[list[str] | None, typer.Option(help="mail:ops@example.com, webhook:NAME or folder:NAME; repeat for more")] = None,
    name: Annotated[str | None, typer.Option(help="what it is called; the question without")] = None,
    formats: Annotated[str, typer.Option(help="report formats: html, pdf, both with a comma, or none")] = "html,pdf",
    publish: Annotated[bool, typer.Option(help="make a Superset dashboard each time")] = False,
    moves_by: Annotated[str | None, typer.Option(help="day, week, month, quarter, year or fixed; proposed without")] = None,
    overlap: Annotated[str | None, typer.Option(help="skip, buffer_one, buffer_all, cancel_other or allow_all")] = None,
    catch_up: Annotated[str | None, typer.Option(help="how late a missed report is still made, as 6h or 2d; 24h without")] = None,
    patient: Annotated[
        bool, typer.Option(help="let Claude answer in message batches: half the price, and a report up to a day later")
    ] = True,
    as_user: Annotated[
        str | None, typer.Option("--as", help="read with the rights of the person with this login name; needs an admin key")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="say what it would do, and make nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a report of a run again and again, its period moved on each time."""
    timing = {"every": every, "at": at, "on": _day(on), "month": month, "cron": cron, "time_zone": time_zone or local_zone()}
    options: dict[str, Any] = {"name": name, "formats": _formats(formats), "publish": publish, "recipients": to, "moves_by": moves_by}
    options |= {"overlap": overlap, "catch_up_hours": _hours(catch_up), "patient": patient, "as_user": as_user}
    with _words_of_options(), Client() as client:
        wanted = client.preview_schedule if preview else client.create_schedule
        made = wanted(run_id, **{option: value for option, value in (timing | options).items() if value is not None})
    if as_json:
        write_json(made)
        return
    pages.print_page(pages.preview_page(made) if preview else pages.page(made))


@commands.command("list")
def list_schedules(
    everyone: Annotated[bool, typer.Option("--everyone", help="those of all; needs the scope admin")] = False, as_json: AsJson = False
) -> None:
    """Your schedules, newest first."""
    with Client() as client:
        kept = client.schedules(everyone=everyone)
    if as_json:
        write_json(kept)
    elif not kept:
        console().print(f"No schedule yet. Make one of a run: {program()} schedules create --help", soft_wrap=True)
    else:
        pages.print_page(pages.table(kept))


@commands.command()
def show(schedule_id: ScheduleId, as_json: AsJson = False) -> None:
    """One schedule: its next reports and the period of each, its last runs, what becomes of late ones."""
    with Client() as client:
        _print(client.schedule(schedule_id), as_json)


@commands.command()
def pause(
    schedule_id: ScheduleId, note: Annotated[str | None, typer.Option(help="why, for whoever looks later")] = None, as_json: AsJson = False
) -> None:
    """Make no more reports until it is resumed."""
    with _words_of_options(), Client() as client:
        kept = client.pause_schedule(schedule_id, note)
    _say(f"Paused {line(kept['name'])}.", kept, as_json)


@commands.command()
def resume(schedule_id: ScheduleId, as_json: AsJson = False) -> None:
    """Go on. What fell due meanwhile is not made; `backfill` makes it."""
    with Client() as client:
        kept = client.resume_schedule(schedule_id)
    _say(f"Resumed {line(kept['name'])}.", kept, as_json)


@commands.command()
def run(schedule_id: ScheduleId, as_json: AsJson = False) -> None:
    """Make a report now. It goes on by itself; its run is named."""
    with Client() as client:
        before = {made["id"] for made in client.schedule(schedule_id)["runs"]}
        kept = client.run_schedule(schedule_id)
        kept, begun = _begun(client, kept, before)
    if as_json:
        write_json({"schedule": kept["id"], "run": begun})
    elif begun:
        sys.stderr.write(f"Run {begun} makes it. Its answer: {program()} runs show {begun}\n")
    else:
        sys.stderr.write(f"It is asked for and has not begun yet: {program()} schedules show {kept['id']}\n")


@commands.command()
def backfill(
    schedule_id: ScheduleId,
    begin: Annotated[str, typer.Option("--from", help="the first day, as 2013-02-01")],
    end: Annotated[str, typer.Option("--to", help="the last day, as 2013-07-31")],
    as_json: AsJson = False,
) -> None:
    """Make the reports that were due in a time gone by, one after the other. Those that are there are not made again."""
    with _words_of_options(), Client() as client:
        told = client.backfill_schedule(schedule_id, begin, end)
    if as_json:
        write_json(told)
    else:
        pages.print_page(pages.backfill_page(told))


@commands.command()
def delete(
    schedule_id: ScheduleId, yes: Annotated[bool, typer.Option("--yes", help="without asking")] = False, as_json: AsJson = False
) -> None:
    """Make no more reports. The runs it made stay."""
    with Client() as client:
        kept = client.schedule(schedule_id)
        if not yes and sys.stdin.isatty() and not typer.confirm(f"Delete the schedule {line(kept['name'])}?", err=True):
            raise typer.Exit(1)
        client.delete_schedule(schedule_id)
    if as_json:
        write_json({"id": kept["id"], "deleted": True})
    else:
        sys.stderr.write(f"Deleted {line(kept['name'])}. The runs it made stay.\n")


def local_zone() -> str:
    """This machine's time zone by its IANA name; UTC where it does not say."""
    parts = Path("/etc/localtime").resolve().parts
    place = parts.index("zoneinfo") if "zoneinfo" in parts else len(parts)
    return "/".join(part for part in parts[place + 1 :] if part not in ("posix", "right")) or "UTC"


def _print(kept: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(kept)
    else:
        pages.print_page(pages.page(kept))


def _say(told: str, kept: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(kept)
    else:
        sys.stderr.write(f"{told}\n")


def _begun(client: Client, kept: dict[str, Any], before: set[str]) -> tuple[dict[str, Any], str | None]:
    """The run that was started, when it is there in time."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        kept = client.schedule(kept["id"])
        if new := [made["id"] for made in kept["runs"] if made["id"] not in before]:
            return kept, new[0]
        time.sleep(0.25)
    return kept, None


def _day(on: str | None) -> int | None:
    if on is None or on.isdecimal():
        return int(on) if on else None
    found = [number for number, name in enumerate(_WEEKDAYS, 1) if len(on) >= 3 and name.startswith(on.lower())]
    if not found:
        raise typer.BadParameter("Write a weekday, as monday, or a day of the month, 1 to 28.", param_hint="--on")
    return found[0]


def _formats(text: str) -> list[str]:
    return [] if text == "none" else [word.strip() for word in text.split(",") if word.strip()]


def _hours(text: str | None) -> float | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)\s*([mhd]?)", text.strip())
    if not found:
        raise typer.BadParameter("Write a time as 30m, 6h or 2d.", param_hint="--catch-up")
    return float(found[1]) * _HOURS[found[2] or "h"]


@contextmanager
def _words_of_options() -> Iterator[None]:
    """The API names fields; here they are options, a line each."""
    try:
        yield
    except AskerError as error:
        error.message = _FIELD.sub(lambda found: f"\n{_option(found[1])}: ", error.message).strip()
        raise


def _option(field: str) -> str:
    return _OPTIONS.get(field, f"--{field.replace('_', '-')}")
