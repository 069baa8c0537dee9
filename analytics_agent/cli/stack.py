"""The embedded stack: `up`, `down`, `status`, `logs`, `doctor`, `clean`, and `demo`, the first question one asks it."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from analytics_agent.cli import EXIT_FAILED, plain
from analytics_agent.cli.answer import GAP
from analytics_agent.cli.places import files, listed, near, next_line, program
from analytics_agent.cli.plain import line
from analytics_agent.cli.statement import statement
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, Prose, console, show, whole, write_json
from analytics_agent.resources import resource
from analytics_agent.settings import Settings, load

AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
SAMPLE_QUESTION = "Why were departures so late in summer 2013?"
OTHER_QUESTIONS = (
    "How many destinations had more than 5,000 departures in 2013?",
    "The top 3 destinations of each origin airport by departures",
)
MARKS = {
    "healthy": ("●", "green"),
    "starting": ("○", "yellow"),
    "restarting": ("○", "yellow"),
    "failed": ("✗", "red"),
    "stopped": ("○", "dim"),
}
PAIRS = (Column("", dim=True), Column(""))


def _say(said: str) -> None:
    console(stderr=True).print(Text(plain.clean(said)), soft_wrap=True)


def up(superset: Annotated[bool, typer.Option(help="start Superset too")] = True) -> None:
    """Start the embedded stack. PostgreSQL, Temporal, Superset, the API and the workers; safe to run again."""
    from analytics_agent.stack import lifecycle

    _table(lifecycle.up(load(), superset=superset, echo=_say).as_json(), console(stderr=True))


def down() -> None:
    """Stop the embedded stack. Data stays."""
    from analytics_agent.stack import lifecycle

    lifecycle.down(load(), echo=_say)


def clean() -> None:
    """Remove the embedded stack and all its data. Stops it first; what is removed is its state folder."""
    from analytics_agent.stack import lifecycle

    lifecycle.clean(load(), echo=_say)


def status(as_json: AsJson = False) -> None:
    """What runs, where, and how it is."""
    from analytics_agent.stack import status as observed

    found = observed.status(load())
    if as_json:
        write_json(found.as_json())
    else:
        _table(found.as_json(), console())
    if found.services and not found.healthy:
        raise typer.Exit(EXIT_FAILED)


def _table(found: dict[str, Any], terminal: Console) -> None:
    if not found["services"]:
        terminal.print(f"Nothing was started yet. Start it: {program()} up")
        return
    services = found["services"]
    heads = [
        Column("", flexible=False),
        Column("service"),
        Column("address"),
        Column("version", dim=True),
        Column("pid", right=True, dim=True),
    ]
    restarted = any(service["restarts"] for service in services)
    rows = [_service(service)[: None if restarted else -1] for service in services]
    table = Table([*heads, *([Column("restarts", right=True, dim=True)] if restarted else [])], rows)
    troubles = [
        Prose(Text(line(one["detail"])), Text(f"!  {one['name']}: ", "yellow"))
        for one in services
        if one["detail"] and one["health"] != "healthy"
    ]
    state = whole(Text.assemble(("state  ", "dim"), near(found["state"])))
    parts: list[RenderableType] = [table, *([GAP] if troubles else []), *troubles, GAP, state]
    show(Page(parts, widest=ANY), terminal)


def _service(service: dict[str, Any]) -> list[str | Text]:
    """Its mark says by color and by shape how it is, and a word says it where it is not well."""
    mark, style = MARKS.get(service["health"], ("●", ""))
    name = Text(service["name"])
    if service["health"] != "healthy":
        name.append(f"  {service['health']}", style)
    pid, restarts = str(service["pid"] or "–"), str(service["restarts"] or "")
    return [Text(mark, style), name, service["address"] or "–", service["version"] or "–", pid, restarts]


def logs(
    service: Annotated[str | None, typer.Argument(help="a service of `status`; all of them without")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as lines come")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1)] = 100,
) -> None:
    """What the services said."""
    from analytics_agent.stack import logs as kept

    code = kept.logs(load(), service, follow=follow, lines=lines)
    if code:
        raise typer.Exit(code)


def doctor(as_json: AsJson = False) -> None:
    """Find what is wrong, and what to do. Shows versions, settings without secrets, what answers, and last errors."""
    from analytics_agent.stack import doctor as examination

    found = examination.doctor(load())
    if as_json:
        write_json(found.as_json())
    else:
        _diagnosis(found.as_json(), console())
    if found.problems:
        raise typer.Exit(EXIT_FAILED)


def _diagnosis(found: dict[str, Any], terminal: Console) -> None:
    show(Page(_examined(found), widest=ANY), terminal)


def _examined(found: dict[str, Any]) -> Iterator[RenderableType]:
    for problem in found["problems"]:
        yield Prose(Text(line(problem)), Text("!  ", "yellow"))
    if not found["problems"]:
        yield Text.assemble(("✓  ", "green"), "nothing wrong was found")
    for title in ("versions", "settings"):
        yield from (GAP, Text(title.capitalize(), "bold"), Table(PAIRS, [(name, str(value)) for name, value in found[title].items()]))
    reached = [(_answers(one["answers"]), one["name"], one["address"]) for one in found["reached"]]
    yield from (GAP, Text("Reached", "bold"), Table((Column(""), Column("", dim=True), Column("")), reached))
    for name, errors in found["last_errors"].items():
        yield from (GAP, Text(f"Last errors of {name}", "bold"))
        yield from (Prose(Text(line(error), "dim")) for error in errors)


def _answers(answers: bool) -> Text:
    return Text("✓", "green") if answers else Text("✗", "red")


def demo(question: Annotated[str, typer.Argument(help="the question to ask")] = SAMPLE_QUESTION) -> None:
    """Ask a sample question, from start to finish. Ends with the answer, its SQL, its files and its dashboard."""
    from analytics_agent.cli import ask as asking
    from analytics_agent.client import Client

    settings = load()
    with Client() as client:
        run_id = client.submit(question, database="flights", publish=bool(settings.superset_url), formats=["html", "pdf"])
        document = asking.follow(client, run_id)
        if document["status"] == "succeeded":
            document["report"] = asking.save(client, document, settings.state / "demo")
        asking.show(client, document, as_json=False, ending=False)
    show(Page(_closing(document, settings), widest=ANY), console())
    if document["status"] != "succeeded":
        raise typer.Exit(EXIT_FAILED)


def _closing(document: dict[str, Any], settings: Settings) -> Iterator[RenderableType]:
    """The primary result's SQL, then where everything is and how to go on."""
    primary = next((query for query in document["queries"] if query["id"] == document["primary"]), None)
    if primary and primary["sql_as_run"]:
        yield Text(f"SQL of {primary['id']}, the primary result", "bold")
        yield from statement(primary["sql_as_run"])
        yield GAP
    superset = document["superset"]
    found = list(files(document))
    if superset["dashboard_url"]:
        found += [("Dashboard", Text(superset["dashboard_url"]), ""), *_panel(settings)]
        found.append(("Superset login", Text(" / ".join(_login(settings))), ""))
    elif superset["failure"]:
        found.append(("Dashboard", Text(line(superset["failure"]), "yellow"), ""))
    found.append(next_line(document))
    found += [*_others(document["database"]), _going_on(document), _what_is_defined(document["database"]), _who_sees_what()]
    yield from listed(found)
    yield GAP


def _others(database: str) -> Iterator[tuple[str, Text, str]]:
    """Questions of other kinds, answered without a key: one counts what passes a limit, one has a list in each group."""
    for name, question in zip(("Ask also", "or"), OTHER_QUESTIONS, strict=True):
        yield name, Text(f'{program()} ask "{question}" --database {line(database)}', "cyan"), ""


def _going_on(document: dict[str, Any]) -> tuple[str, Text, str]:
    """A question that has its meaning from the one before it; over the sample's flights this one can be asked after any."""
    told = f'{program()} ask "only JFK" --continue {document["id"]}'
    return "Go on from it", Text(told, "cyan"), ""


def _what_is_defined(database: str) -> tuple[str, Text, str]:
    return "Its definitions", Text(f"{program()} semantic picture {line(database)} --out model.svg", "cyan"), ""


def _who_sees_what() -> tuple[str, Text, str]:
    """The sample of a file of policies, as one of its people sees the sample."""
    sample = near(str(resource("sql_fixtures") / "flights" / "policies.yaml"))
    return "Who sees what", Text(f"{program()} policies show {sample} --as ada --database flights", "cyan"), ""


def _panel(settings: Settings) -> list[tuple[str, Text, str]]:
    """Where the panel is, when it could be built."""
    from analytics_agent.stack.panel import built

    return [("Ask in Superset", Text(f"{settings.superset_url}/sqllab/"), "")] if settings.superset_url and built() else []


def _login(settings: Settings) -> tuple[str, str]:
    from analytics_agent.stack.credentials import superset_login
    from analytics_agent.stack.state import State

    return superset_login(State(settings.state.absolute()))
