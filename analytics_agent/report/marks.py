"""The parts every chart is made of, as Vega-Lite layers. Data sits in fields of our own naming, so no column name or cell is ever code."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from analytics_agent.report.themes import Theme

Layer = dict[str, Any]
Rows = Sequence[dict[str, Any]]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
LABEL_CHARACTER = 5.7
"""Pixels a character of a 10.5 px label takes, on average."""


def spec(theme: Theme, width: float, height: float, padding: dict[str, float], layers: list[Layer]) -> dict[str, Any]:
    """A chart of fixed size: nothing about its layout depends on the fonts of the machine that draws it."""
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "padding": padding,
        "autosize": {"type": "none"},
        "layer": layers,
        "config": theme.config,
    }


def quantity(field: str, domain: Sequence[float]) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "axis": None, "scale": {"domain": list(domain), "zero": False, "nice": False}}


def place(field: str, domain: Sequence[float]) -> dict[str, Any]:
    """A position in time, in milliseconds; days have the same width the year round."""
    return quantity(field, domain)


def band(field: str, count: int) -> dict[str, Any]:
    """Rows or columns numbered from 0: a number and not a name, so that two alike names stay two."""
    return {"field": field, "type": "ordinal", "axis": None, "sort": None, "scale": {"domain": list(range(count)), "padding": 0}}


def color(field: str = "color") -> dict[str, Any]:
    """The color is in the data."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def text(rows: Rows, *, align: str, style: dict[str, Any], encoding: dict[str, Any]) -> Layer:
    mark = {"type": "text", "align": align, "baseline": "middle", **style}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": {**encoding, "text": {"field": "text", "type": "nominal"}}}


def rules(rows: Rows, *, stroke: str, encoding: dict[str, Any], dash: Sequence[int] = (), width: float = 1) -> Layer:
    mark: dict[str, Any] = {"type": "rule", "color": stroke, "strokeWidth": width}
    if dash:
        mark["strokeDash"] = list(dash)
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def grid(theme: Theme, labels: Rows, y: dict[str, Any]) -> list[Layer]:
    """Hairlines across, their labels at the left, a dark line at zero."""
    zero = [row for row in labels if row["y"] == 0]
    return [
        rules([row for row in labels if row["y"] != 0], stroke=theme.color("grid"), encoding={"y": y}),
        rules(zero, stroke=theme.color("strong"), encoding={"y": y}),
        text(labels, align="right", style={"color": theme.color("third"), "fontSize": 10}, encoding={"y": y, "x": {"value": -7}}),
    ]


def names(theme: Theme, labels: Sequence[str]) -> Layer:
    """Names of rows at the left of the plot."""
    rows = [{"k": i, "text": label} for i, label in enumerate(labels)]
    style = {"color": theme.color("second"), "fontSize": 10.5}
    return text(rows, align="right", style=style, encoding={"y": band("k", len(labels)), "x": {"value": -9}})


def width_of(label: str) -> float:
    """Pixels of a 10.5 px label in Inter, near enough to leave room: no font is measured, so every machine agrees."""
    return sum(next((wide for letters, wide in _WIDTHS if c in letters), _width_of_other(c)) for c in label)


def _width_of_other(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WF":
        return 10.5
    return 7.2 if c.isupper() else 5.9


def shorten(label: str, most: float = 250.0) -> str:
    """A label that fits into so many pixels; line breaks and control characters become spaces."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in label[:200]).split())
    if width_of(flat) <= most and len(label) <= 200:
        return flat
    while flat and width_of(flat) > most - 8:
        flat = flat[:-1]
    return f"{flat.rstrip()}…"


def told_apart(labels: Sequence[str], most: float) -> list[str]:
    """Labels that fit, each different from the others where they are cut: of those that begin alike the middle is left out."""
    cut = [shorten(label, most) for label in labels]
    return [
        inside(label, most) if short.endswith("…") and cut.count(short) > 1 else short for label, short in zip(labels, cut, strict=True)
    ]


def inside(label: str, most: float) -> str:
    """A label of so many pixels with its beginning and its end."""
    head = shorten(label, most * 0.45).removesuffix("…").rstrip()
    tail = shorten(label, float("inf")).removesuffix("…")[len(head) :]
    while tail and width_of(head) + width_of(tail) > most - 10:
        tail = tail[1:]
    return f"{head}…{tail.lstrip()}"


def room_for(labels: Sequence[str]) -> float:
    """Pixels the longest label needs at the left."""
    return max((width_of(label) for label in labels), default=0.0) + 16


_WIDTHS = (("iIljt.,:;'|!()[] f", 3.4), ("mwWM@%…—", 9.6))
