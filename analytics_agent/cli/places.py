"""Where things are and how to go on: the report, the dashboard, the next command. Paths and commands can be copied as they stand."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import Prose, Whole

Place = tuple[str, Text, str]
"""What it is, where it is, and what may be left unsaid."""
_PROGRAM = "analytics-agent"


def files(document: dict[str, Any]) -> Iterator[Place]:
    """The report where it was saved, or the command that saves it."""
    made = {kind: document["report"][kind] for kind in ("html", "pdf") if document["report"].get(kind)}
    paths = list(made.values())
    saved = [path for path in paths if not path.startswith("/v1/")]
    for number, path in enumerate(saved):
        yield "" if number else "Report", Text(near(path)), ""
    if paths and not saved:
        kinds = list(made)
        command = f"{program()} reports download {document['id']}" + (" --format html" if kinds == ["html"] else "")
        yield "Report", Text(command, "cyan"), " (or --format html)" if len(kinds) > 1 else ""
    if document.get("report_failure"):
        yield "Report", Text(f"none: {line(document['report_failure'])}", no_wrap=False), ""


def next_line(document: dict[str, Any]) -> Place:
    return "Next", Text(f"{program()} runs show {document['id']} --sql", "cyan"), " for every query's SQL"


def listed(lines: Sequence[Place]) -> Iterator[RenderableType]:
    """Dim names and what they stand for. Paths and commands are never broken, a text that may be wrapped (`no_wrap` False) is."""
    width = max(len(name) for name, _, _ in lines)
    for name, text, tail in lines:
        if text.no_wrap is False:
            yield Prose(text, Text(f"{name:{width}}  ", "dim"))
            continue
        yield Whole(Text.assemble((f"{name:{width}}  ", "dim"), text), tail)


def program() -> str:
    """How this program was called, so that the commands we name can be run as they are."""
    own = Path(sys.argv[0]).absolute()
    return near(str(own)) if own.name == _PROGRAM and shutil.which(_PROGRAM) != str(own) else _PROGRAM


def near(path: str) -> str:
    """The path from the working directory for what is below it, the whole path for the rest."""
    try:
        relative = os.path.relpath(path, Path.cwd())
    except (ValueError, FileNotFoundError):  # another drive; a working directory that was removed
        return path
    return path if relative.startswith(os.pardir) else relative
