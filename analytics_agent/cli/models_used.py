"""Which models answered, in a terminal: a line for each step and model."""

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.answer import GAP
from analytics_agent.cli.table import Column, Table
from analytics_agent.client.words import counted

_COLUMNS = (Column(""), Column(""), Column("", right=True, dim=True), Column("", dim=True, flexible=True), Column("", dim=True))


def models_used(document: dict[str, Any]) -> Iterator[RenderableType]:
    """Step, model, turns, how it was asked, by which prompt. Nothing for a run that asked none."""
    rows: list[list[str | Text]] = [
        [Text(use["step"]), _model(use), counted(use["turns"], "turn"), _settings(use), f"{use['prompt']} {use['hash']}"]
        for use in document["model_use"]
    ]
    if rows:
        yield from (Text("Models", "bold"), Table(_COLUMNS, rows), GAP)


def _model(use: dict[str, Any]) -> str:
    return f"{use['model']} for {use['instead_of']}" if use["instead_of"] else str(use["model"])


def _settings(use: dict[str, Any]) -> str:
    return " ".join(filter(None, ["in a batch" if use["batched"] else "", use["settings"].replace("=", " ")]))
