"""What a run has read under a policy: what has to be said of it, what must not be told, and whether it may still be told.

A run keeps the tables that it read. When its rights are asked for anew, what it read of them must still be its reader's to see: what was
found already is not told again, and the run ends. The same holds for an earlier run that a question goes on from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from analytics_agent.activities.rights import Readable, may_be_narrow
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.tables_read import tables_read
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import NONE_SEEN, OPEN, Policy, TablePolicy, mask_caveat, rows_caveat, shows_as_much
from analytics_agent.domain.rights import GRANT, READ, Grant, TablesRead
from analytics_agent.domain.run import Run
from analytics_agent.ports import Store
from analytics_agent.sql.catalog_index import index_of
from analytics_agent.sql.verdict import Verdict

_MOST_NOTED = 10_000


def caveats(view: Readable, verdict: Verdict, rows: int | None = None) -> tuple[str, ...]:
    """What is said of a result of so many rows because of the policy it was read under: never a condition, nor a name that is not seen."""
    said: list[str] = []
    columns = {*verdict.columns}
    for shown, rule in _rules(view, verdict):
        said += [rows_caveat(shown, to_model=view.grant.own is not None)] if rule.rows else []
        said += [mask_caveat(shown, mask) for mask in rule.masks if f"{rule.name}.{mask.column}" in columns]
    if rows == 0 and counts_hidden(view, verdict):
        said.append(NONE_SEEN)
    return tuple(said)


def counts_hidden(view: Readable, verdict: Verdict) -> bool:
    """Whether what the engine says of a statement (what it is expected to read) may tell of rows or values that are not seen."""
    return any(rule.rows or rule.masks for _, rule in _rules(view, verdict))


def _rules(view: Readable, verdict: Verdict) -> Iterator[tuple[str, TablePolicy]]:
    policy = view.grant.policy
    if not policy.rules:
        return
    named = _named(view.catalog)
    for name in verdict.tables:
        table = named.get(name)
        rule = policy.rule_of(table) if table else None
        if rule is not None:
            yield name, rule


def _named(catalog: Catalog) -> dict[str, TableName]:
    """Tables by the name that a verdict gives them."""
    index = index_of(catalog)
    return {index.shown(table): name_of(table) for table in catalog.tables}


@dataclass(frozen=True)
class Reads:
    """Notes which tables a run has read, before it reads them: once for each, whatever reads it."""

    store: Store
    noted: set[tuple[str, TableName]] = field(default_factory=set)

    async def note(self, view: Readable, verdict: Verdict) -> None:
        if not view.is_narrow:
            return
        named = _named(view.catalog)
        await self.note_tables(view, [table for name in verdict.tables if (table := named.get(name))])

    async def note_tables(self, view: Readable, tables: Iterable[TableName]) -> None:
        """What is told of tables without a statement is read of them too."""
        new = {table for table in tables if (view.run_id, table) not in self.noted}
        if not new or not view.is_narrow:
            return
        await self.store.change_document(view.run_id, READ, TablesRead, partial(_with, new))
        if len(self.noted) > _MOST_NOTED:
            self.noted.clear()
        self.noted.update((view.run_id, table) for table in new)


def _with(new: set[TableName], known: TablesRead | None) -> TablesRead:
    tables = {*(known.tables if known else ()), *new}
    return TablesRead(tuple(sorted(tables, key=lambda table: (table.schema or "", table.name))))


async def may_be_told(store: Store, earlier: Run, view: Readable) -> bool:
    """Whether what an earlier run was shown may be told to who reads now: otherwise it is as if it were not there."""
    if earlier.question.database != view.database.name:
        return False  # what may be seen of that one is not known here
    if view.grant.policy.is_open:
        return True  # also what was read of tables that are not there any more
    tables = await _read_by(store, earlier, view.whole)
    return tables is not None and shows_as_much(view.grant.policy, await _policy_of(store, earlier), tables)


async def may_be_compared(store: Store, earlier: Run, run: Run) -> bool:
    """Whether the two saw the same of what they read. Otherwise what changed is what their reader may see, and no more is to be told."""
    if not (may_be_narrow(earlier.question) or may_be_narrow(run.question)):
        return True
    catalog = await store.catalog(run.question.database)
    tables = await _read_by(store, earlier, catalog) if catalog else None
    if tables is None or earlier.question.database != run.question.database:
        return False
    before, now = await _policy_of(store, earlier), await _policy_of(store, run)
    return shows_as_much(now, before, tables) and shows_as_much(before, now, tables)


async def _policy_of(store: Store, run: Run) -> Policy:
    kept = await store.document(run.question.run_id, GRANT, Grant) if may_be_narrow(run.question) else None
    return kept.policy if kept else OPEN


async def _read_by(store: Store, run: Run, catalog: Catalog) -> tuple[TableName, ...] | None:
    return tables_read(run, await store.document(run.question.run_id, READ, TablesRead), catalog)
