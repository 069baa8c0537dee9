"""What a run may read: its database's catalog and semantic model, narrowed to what its owner may read.

Every step that tells a model of the data, or runs a statement, works on what is read here and on nothing else.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from analytics_agent import semantic
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.restrict import without_values as without_values_in_types
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import GRANT, Grant, has_own_rights
from analytics_agent.domain.run import Refusal
from analytics_agent.errors import NotAllowed
from analytics_agent.ports import Rights, Store
from analytics_agent.semantic.restrict import restrict, without_values

WHO_GRANTS = "An administrator of Superset can grant it."


@dataclass(frozen=True)
class Readable:
    """A database as the reader of a run sees it. `model` is None where the database has none.

    `whole` is the catalog with what the reader must not know of: for the guard, which rewrites a statement by the grant's policy, alone.
    """

    database: Database
    whole: Catalog
    catalog: Catalog
    model: semantic.SemanticModel | None
    grant: Grant


def readable(database: Database, catalog: Catalog, grant: Grant) -> Readable:
    """`catalog` is the whole one."""
    part = under_policy(catalog, grant.policy)
    model = semantic.load(database.semantic_model) if database.semantic_model else None
    return Readable(database, catalog, part, restrict(model, catalog, part) if model else None, grant)


def told_of(view: Readable, sees: ModelSees) -> Readable:
    """As a model is told of it: without any value that a type or the semantic model lists, where it may see none."""
    if sees != "schema":
        return view
    return replace(view, catalog=without_values_in_types(view.catalog), model=without_values(view.model) if view.model else None)


class RunRights:
    """The grants of runs: asked for when a run begins, kept with it, and asked for again when they have grown old."""

    def __init__(self, store: Store, rights: Rights) -> None:
        self._store = store
        self._rights = rights

    async def ask(self, question: Question, database: Database, catalog: Catalog) -> Grant:
        """Raises NotAllowed for an owner who may not read anything; the run then has its refusal already."""
        try:
            grant = await self._rights.grant(question.reader, database, [name_of(table) for table in catalog.tables])
            if grant.policy.tables == ():
                raise NotAllowed("You may not read any table of this database.", hint=_sentences(withheld(grant), WHO_GRANTS))
        except NotAllowed as error:
            await self._store.save_document(question.run_id, "refusal", Refusal(str(error)))
            raise
        await self._store.save_document(question.run_id, GRANT, grant)
        return grant

    async def current(self, question: Question, database: Database, catalog: Catalog) -> Grant:
        """The grant of the run; asked for again where it has ended: a person may have answered our question days later."""
        if not has_own_rights(question.reader):
            return Grant()
        kept = await self._store.document(question.run_id, GRANT, Grant)
        if kept is None or kept.until is None or kept.until <= datetime.now(UTC):
            return await self.ask(question, database, catalog)
        return kept


async def kept_grant(store: Store, question: Question) -> Grant:
    """For who cannot ask Superset: the grant as the run keeps it. Raises NotAllowed where a person has none."""
    if not has_own_rights(question.reader):
        return Grant()
    kept = await store.document(question.run_id, GRANT, Grant)
    if kept is None:
        raise NotAllowed("It is not known what you may read.", hint="Ask again.")
    return kept


def limits(grant: Grant) -> str:
    """What to say of a grant that is not everything, after a refusal that may come from it. Names nothing that is hidden."""
    if grant.policy.tables is None:
        return ""
    count = len(grant.policy.tables)
    tables = f"You may read {count} {'table' if count == 1 else 'tables'} of this database; an administrator of Superset can grant more."
    return _sentences(tables, withheld(grant))


def part_of(grant: Grant) -> str:
    """What a model is told of a grant that is not everything: what it does not see may be there all the same."""
    if grant.policy.tables is None:
        return ""
    count = len(grant.policy.tables)
    return f"The asker may read {count} {'table' if count == 1 else 'tables'} of this database. What else it holds is not shown to you."


def withheld(grant: Grant) -> str:
    if not grant.withheld:
        return ""
    one = grant.withheld == 1
    which = "one of its tables; it is" if one else f"{grant.withheld} of its tables; they are"
    return f"Row rules apply to you on {which} left out, because the agent cannot read the rules."


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)
