"""`semantic picture`: a semantic model drawn into a file."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from analytics_agent.cli.model_files import file_named, write
from analytics_agent.cli.plain import line
from analytics_agent.client import Client
from analytics_agent.errors import InvalidSemanticModel

Version = Annotated[str, typer.Argument(help="an Apache Ossie YAML file, or a database")]


def picture(
    name: Version,
    out: Annotated[Path | None, typer.Option(help="write it to this file; else it is printed", dir_okay=False)] = None,
    theme: Annotated[Literal["light", "dark"], typer.Option(help="the background it is drawn for")] = "light",
) -> None:
    """Draw a model as SVG: datasets with their keys, times and metrics, and how they belong together."""
    file = file_named(name)
    svg = _of_file(file, theme) if file else _of_database(name, theme)
    if out is None:
        sys.stdout.write(svg)
        return
    write(out, svg)
    sys.stderr.write(f"{line(str(out))}: a browser shows it.\n")


def _of_database(name: str, theme: Literal["light", "dark"]) -> str:
    with Client() as client:
        return client.model_picture(name, theme).decode()


def _of_file(path: Path, theme: Literal["light", "dark"]) -> str:
    from analytics_agent import semantic
    from analytics_agent.semantic.picture.picture import picture as drawn

    try:
        return drawn(semantic.load(path.read_text(encoding="utf-8")), theme)
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text in UTF-8.", param_hint="NAME") from None
    except InvalidSemanticModel as error:
        for problem in error.problems:
            sys.stderr.write(f"{line(f'{path.name}, {problem}')}\n")
        raise typer.Exit(1) from None
