"""A statement that the catalog allowed and the database refuses: its tables may have changed since they were read. They are read once more,
and who wrote the statement is told what is different, in names that its reader may see."""

from collections.abc import Sequence

from analytics_agent import semantic
from analytics_agent.activities.refreshing import CatalogKeeper
from analytics_agent.activities.rights import Readable, readable
from analytics_agent.catalog.drift import what_changed
from analytics_agent.domain.catalog import Catalog
from analytics_agent.errors import AgentError, StatementFailed

CHANGED = "schema-changed"
"""The code of a failure that was explained by a change."""

_MAY_BE_DRIFT = {
    # No such table, column, schema or function of these types; types that do not go together; a text that is no number.
    "postgres": frozenset({"42P01", "42703", "3F000", "42883", "42804", "42846", "22P02", "22007", "42501"}),
    "mysql": frozenset({"1054", "1146", "1356", "1049", "1292", "1143", "1142"}),
    "duckdb": frozenset({"CatalogException", "BinderException", "ConversionException"}),
    "sqlite": frozenset({"SQLITE_ERROR", "SQLITE_SCHEMA"}),
}
_MOST_LOOKED = 10_000


class Drift:
    def __init__(self, keeper: CatalogKeeper) -> None:
        self._keeper = keeper
        self._looked: set[tuple[str, str]] = set()

    async def explained(self, view: Readable, failed: StatementFailed) -> StatementFailed:
        """The failure, or one that says what changed. A run has its catalog read again once for each that it finds, and never in a loop:
        where the tables are as they were, the statement is at fault."""
        looked = (view.run_id, view.whole.fingerprint)
        if looked in self._looked or failed.code not in _MAY_BE_DRIFT.get(view.whole.dialect, frozenset()):
            return failed
        if len(self._looked) >= _MOST_LOOKED:
            self._looked.clear()
        self._looked.add(looked)
        try:
            after = await self._keeper.other_than(view.database, view.whole)
        except AgentError:
            return failed  # what the database said of the statement is true still
        changes = what_changed(view.catalog, readable(view.database, after, view.grant).catalog)
        return StatementFailed(_told(changes), code=CHANGED, hint=_hint(view, after)) if changes else failed


def _told(changes: Sequence[str]) -> str:
    return f"The tables of this database changed after they were last read: {'; '.join(changes)}."


def _hint(view: Readable, after: Catalog) -> str:
    """What to do next; people read it too, where a run ends by it."""
    if view.model is None:
        return "What you are told of tables is up to date again: write the statement anew."
    after_rights = readable(view.database, after, view.grant)
    problems = semantic.validate(after_rights.model, after_rights.catalog) if after_rights.model else []
    if not problems:
        return "What you are told of tables is up to date again: make the call anew."
    return "The semantic model does not fit any more: what needs the old names cannot be computed until an administrator mends it."
