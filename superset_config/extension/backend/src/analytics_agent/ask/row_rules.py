"""Superset's row rules for whoever is logged in, as the text that it would put into a statement."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import current_app, g
from superset import db, security_manager
from superset.connectors.sqla.models import SqlaTable
from superset.utils.core import get_username

from .grants import Clause

Render = Callable[[str], str]


def rules_of(numbers: list[int]) -> dict[int, tuple[Clause, ...]]:
    """By dataset, for those with rules for this person. Which rules these are is Superset's own decision (roles, regular and base)."""
    security_manager.prefetch_rls_filters(numbers)
    kept, name = getattr(g, "_rls_filter_cache", {}), get_username()
    found = {number: kept[(name, number)] for number in numbers if kept.get((name, number))}
    if not found:
        return {}
    # Rendered as for a request that says nothing: what a template reads of an address or a filter is not the person's right.
    with current_app.test_request_context("/"):
        return {number: _clauses(found[number], render) for number, render in _processors(list(found))}


def _processors(numbers: list[int]) -> Iterable[tuple[int, Render]]:
    """Each dataset's own way to render a clause: by Jinja where Superset has templates switched on, else as it stands."""
    for dataset in db.session.query(SqlaTable).filter(SqlaTable.id.in_(numbers)).all():
        yield dataset.id, dataset.get_template_processor().process_template


def _clauses(rules: Iterable[Any], render: Render) -> tuple[Clause, ...]:
    return tuple(Clause(_rendered(rule.clause, render), rule.group_key or None) for rule in rules)


def _rendered(clause: str, render: Render) -> str | None:
    """None where it cannot be rendered. An installation's own macros may raise anything, and whatever it is, the table is withheld."""
    try:
        return render(clause)
    except Exception:  # noqa: BLE001
        return None
