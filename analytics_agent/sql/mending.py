"""The statement with every error mended that has one mending which surely means the same; who offers it checks it first."""

from collections.abc import Sequence
from itertools import pairwise

from analytics_agent.sql.scope import Edit, Found


def mended(statement: str, found: Sequence[Found]) -> str:
    """Empty where any error has no sure mending, or two of them want the same place."""
    errors = [each for each in found if each.finding.severity == "error"]
    if not errors or not all(each.edits for each in errors):
        return ""
    edits = sorted({edit for each in errors for edit in each.edits}, key=lambda edit: edit.first, reverse=True)
    if not _are_apart(edits):
        return ""
    for edit in edits:
        statement = statement[: edit.first] + edit.text + statement[edit.last + 1 :]
    return statement


def _are_apart(from_the_end: Sequence[Edit]) -> bool:
    return all(earlier.last < later.first for later, earlier in pairwise(from_the_end))
