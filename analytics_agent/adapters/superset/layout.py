"""A plan's rows as Superset's dashboard layout: a tree of numbered components on a grid of twelve columns."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.domain.publish_plan import ChartPlan, PublishPlan, TextBlock

CSS = """
.dashboard .dashboard-markdown h3 { font-size: 20px; line-height: 26px; font-weight: 600; margin: 0 0 8px; }
.dashboard .dashboard-markdown h3 ~ p { font-size: 16px; line-height: 26px; max-width: 75ch; margin: 0 0 8px; }
.dashboard .dashboard-markdown h4 { font-size: 14px; line-height: 20px; font-weight: 600; margin: 0 0 4px; }
.dashboard .dashboard-markdown ul { padding-inline-start: 18px; margin: 0 0 12px; }
.dashboard .dashboard-markdown pre {
  white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 8px; padding: 8px 12px; border-radius: 4px;
  font: 12px/18px "Fira Code", monospace; font-variant-ligatures: none; background: rgba(127, 140, 150, 0.08);
}
.dashboard .big_number_total .text-container { flex-direction: row; align-items: baseline; justify-content: flex-start; gap: 6px; }
.dashboard .big_number_total .header-line { font-weight: 600; }
"""
"""Type for the text blocks, and a key figure with its unit behind it. Colors are left to Superset's theme, so that a dark one works too."""


def positions(plan: PublishPlan, chart_ids: Mapping[str, int]) -> dict[str, Any]:
    """The layout, given Superset's number of each chart's uuid."""
    charts = {chart.uuid: chart for chart in plan.charts}
    rows = [f"ROW-{number}" for number in range(1, len(plan.rows) + 1)]
    tree: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": plan.title}},
    }
    for row, blocks in zip(rows, plan.rows, strict=True):
        parents = ["ROOT_ID", "GRID_ID", row]
        cells = [_cell(block, f"{row}-{place}", parents, charts, chart_ids) for place, block in enumerate(blocks, 1)]
        tree |= {cell["id"]: cell for cell in cells}
        children = [cell["id"] for cell in cells]
        meta = {"background": "BACKGROUND_TRANSPARENT"}
        tree[row] = {"type": "ROW", "id": row, "children": children, "parents": parents[:2], "meta": meta}
    return tree


def _cell(
    block: TextBlock | str, place: str, parents: list[str], charts: Mapping[str, ChartPlan], ids: Mapping[str, int]
) -> dict[str, Any]:
    if isinstance(block, TextBlock):
        meta = {"code": block.markdown, "width": block.width, "height": block.height}
        return {"type": "MARKDOWN", "id": f"MARKDOWN-{place}", "children": [], "parents": parents, "meta": meta}
    chart = charts[block]
    meta = {"chartId": ids[block], "uuid": chart.uuid, "sliceName": chart.title, "width": chart.width, "height": chart.height}
    return {"type": "CHART", "id": f"CHART-{place}", "children": [], "parents": parents, "meta": meta}
