"""What a finding compares: its two groups by the names that people know them by."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import cells
from analytics_agent.domain.display_names import shown_for
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding
from analytics_agent.report.rows import Rows
from analytics_agent.report.shape import shape_of

if TYPE_CHECKING:
    import pyarrow as pa

GROUPS = ("before_group", "now_group")
_MOST_SAID = 2
Queries = Mapping[str, Query]
Tables = Mapping[str, "pa.Table"]


def rows_of_finding(finding: Finding, queries: Queries, tables: Tables) -> Rows:
    """The finding's own result, what it names by a code ("B6") under the name that stands beside the code."""
    rows = Rows.of(queries[finding.result], tables[finding.result])
    by, groups = str(finding.parameters.get("by")), _names(finding, finding.parameters.get("column"), queries, tables)
    renamed = {group: [groups.get(value, value) for value in rows.values[group]] for group in GROUPS if rows.has(group)}
    if rows.has(by) and (names := _names(finding, by, queries, tables)):
        renamed[by] = [names.get(value, value) for value in rows.values[by]]
    return rows.renamed(renamed)


def compared(findings: Sequence[Finding], queries: Queries, tables: Tables) -> str:
    """What was set against what: "Compared: February 2013 with January 2013." Empty where nothing was."""
    told = [rows_of_finding(one, queries, tables) for one in findings if one.result in tables and tables[one.result].num_rows]
    pairs = [(rows.name(0, "now_group"), rows.name(0, "before_group")) for rows in told if rows.has(*GROUPS)]
    said = [f"{now} with {before}" for now, before in list(dict.fromkeys(pairs))[:_MOST_SAID]]
    return f"Compared: {', '.join(said)}." if said else ""


def _names(finding: Finding, column: object, queries: Queries, tables: Tables) -> Mapping[Any, Any]:
    for result in finding.inputs:
        table = tables.get(result)
        display = shape_of(queries[result], table).codes.get(str(column)) if table is not None and result in queries else None
        if table is not None and display:
            codes, names = cells(table, str(column)), cells(table, display)
            return shown_for(codes, [code if name is None else name for code, name in zip(codes, names, strict=True)])
    return {}
