"""The look of charts, from reports/themes: roles of color and Vega-Lite's own configuration."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from analytics_agent.resources import resource


@dataclass(frozen=True)
class Theme:
    """`palette` names colors by their role; `config` goes into every specification."""

    palette: dict[str, Any]
    config: dict[str, Any]

    def color(self, role: str) -> str:
        return str(self.palette[role])


@cache
def theme(name: str = "default") -> Theme:
    """Read a theme file once."""
    data = json.loads((resource("reports") / "themes" / f"{name}.json").read_text(encoding="utf-8"))
    return Theme(palette=data["palette"], config=data["config"])
