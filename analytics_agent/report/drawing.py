"""Specifications drawn as SVG whose text stays text. No network: data is inside the specification and loading anything is refused."""

import re
from typing import Any

from markupsafe import Markup

from analytics_agent.domain.invisible import visible
from analytics_agent.report import rtl
from analytics_agent.report.document import Chart

_OPENING = re.compile(r"^<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_NOTHING = "https://nothing.invalid/"
"""The only address that could be loaded from: one that does not exist."""


def draw(spec: dict[str, Any]) -> str:
    """The SVG of a Vega-Lite specification."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[_NOTHING], show_warnings=False))


def chart_svg(chart: Chart, number: str, *, paper: bool = False) -> Markup:
    """Inline SVG that scales with its column, named for those who cannot see it. `number` makes its ids its own."""
    svg = rtl.in_drawing(draw(chart.spec)) if paper else draw(chart.spec)
    box = _VIEW_BOX.search(svg)
    width, height = (box.group(1), box.group(2)) if box else ("640", "200")
    title = Markup.escape(visible(chart.alt))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="alt-{number}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"><title id="alt-{number}">{title}</title>'
    )
    body = _OPENING.sub("", svg, count=1)
    return Markup(opening + _own_ids(body, number))  # noqa: S704 vl-convert escapes text; ours is escaped above


def _own_ids(svg: str, number: str) -> str:
    """Clip paths and gradients numbered by the drawing program would clash between charts of one page."""
    return re.sub(r'(id="|url\(#)(clip|gradient)', rf"\g<1>{number}-\g<2>", svg)
