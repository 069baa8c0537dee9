"""What a run may read: its database's catalog and semantic model, narrowed to what its owner may read.

Every step that tells a model of the data, or runs a statement, works on what is read here and on nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from analytics_agent import semantic
from analytics_agent.activities.at_hand import at_hand
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.restrict import without_values as without_values_in_types
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.audit import refused_to
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.confidential import is_read_outside
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.policy import Policy, both, shows_as_much, without_key
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import GRANT, READ, Grant, TablesRead, has_own_rights
from analytics_agent.domain.run import Refusal
from analytics_agent.errors import NotAllowed
from analytics_agent.ports import Rights, Store
from analytics_agent.semantic.access.restrict import restrict, without_values
from analytics_agent.store_ports import Known

CHANGED = "What you may read has changed since this question was asked, and what was found already is not what you may see now."
ASK_AGAIN = "Ask again: the answer will come from what you may read now."
NOTHING_TO_READ = "You may not read any table of this database."
MOST_NAMED = 8
NOTHING_FOR_MODELS = "A model outside may not be shown any table of this database that you may read."


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
    run_id: str = ""
    is_narrow: bool = False
    """The run may read a part only: it keeps which tables it read."""


def readable(database: Database, catalog: Catalog, grant: Grant) -> Readable:
    """`catalog` is the whole one."""
    text = database.semantic_model
    if grant.policy.is_open:
        return Readable(database, catalog, catalog, semantic.load(text) if text else None, grant)
    key = (id(catalog), grant.policy.hash, text or "")
    kept = _NARROW.get(key)
    if kept is None or kept.whole is not catalog:
        part = under_policy(catalog, grant.policy)
        model = restrict(semantic.load(text), catalog, part, grant.policy) if text else None
        if len(_NARROW) >= _MOST_NARROW:
            _NARROW.clear()
        kept = _NARROW[key] = _Narrow(catalog, part, model)
    return Readable(database, catalog, kept.catalog, kept.model, grant)


@dataclass(frozen=True)
class _Narrow:
    """A catalog and a model under one policy. `whole` keeps the catalog alive, so that its id is no other's."""

    whole: Catalog
    catalog: Catalog
    model: semantic.SemanticModel | None


_NARROW: dict[tuple[int, str, str], _Narrow] = {}
"""By the very record of the catalog, the policy's hash and the model's text: every turn and tool call of a run needs the same."""
_MOST_NARROW = 32


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
        kept = await at_hand(self._store).document(question.run_id, GRANT, Grant) if may_be_narrow(question) else None
        return await self._asked(question, database, catalog, kept, begun=False)

    async def current(self, question: Question, database: Database, catalog: Catalog) -> Grant:
        """The grant of the run; asked for again where it has ended: a person may have answered our question days later."""
        if not may_be_narrow(question):
            return Grant()
        kept = await at_hand(self._store).document(question.run_id, GRANT, Grant)
        if kept is None or kept.until is None or kept.until <= datetime.now(UTC):
            return await self._asked(question, database, catalog, kept, begun=True)
        return await with_key(kept, self._rights)

    async def _asked(self, question: Question, database: Database, catalog: Catalog, kept: Grant | None, *, begun: bool) -> Grant:
        try:
            grant = await granted(self._rights, question, database, [name_of(table) for table in catalog.tables])
            if kept is not None and not await self._is_still_theirs(question.run_id, kept.policy, grant.policy):
                raise NotAllowed(CHANGED, hint=ASK_AGAIN)
            if kept is None and not grant.policy.is_open and await self._has_read_all(question, begun):
                raise NotAllowed(CHANGED, hint=ASK_AGAIN)
            if grant.policy.tables == ():
                nothing = NOTHING_TO_READ if grant.own is None else NOTHING_FOR_MODELS
                raise NotAllowed(nothing, hint=_sentences(withheld(grant), _who_helps(grant)))
        except NotAllowed as error:
            await self._store.save_document(question.run_id, "refusal", Refusal(str(error)))
            await self._store.record_act(refused_to(question, datetime.now(UTC)), key=f"refused:{question.run_id}")
            raise
        if grant != (kept or Grant()) or (kept is None and has_own_rights(question.reader)):
            await self._store.save_document(question.run_id, GRANT, grant)
        return await with_key(grant, self._rights)

    async def _has_read_all(self, question: Question, begun: bool) -> bool:
        """Whether an operator's run read without any limit until now: that keeps no grant, and not which tables it read. What its model
        was shown by then is told again with every turn."""
        return not has_own_rights(question.reader) and (begun or bool(await self._store.queries(question.run_id)))

    async def _is_still_theirs(self, run_id: str, before: Policy, now: Policy) -> bool:
        """Whether everything that the run has read may still be seen as it was seen: it is told again with every turn, and in the end."""
        read = await self._store.document(run_id, READ, TablesRead)
        return shows_as_much(now, before, read.tables if read else ())


async def granted(rights: Rights, question: Question, database: Database, tables: Sequence[TableName]) -> Grant:
    """What a run may read: what its reader may and, where a model outside reads along, what such a model may be shown. As it is kept,
    without the key of hashes."""
    grant = await rights.grant(question.reader, database, tables)
    grant = replace(grant, policy=without_key(grant.policy))
    if not (is_read_outside(question) or question.offline_first):  # what is begun by rule may be handed to a model outside
        return grant
    shown = await rights.for_models(database, tables)
    if shown.is_open:
        return grant
    policy = without_key(both(grant.policy, shown))
    return grant if policy.hash == grant.policy.hash else replace(grant, policy=policy, own=grant.policy)


async def with_key(grant: Grant, rights: Rights) -> Grant:
    """As statements are checked: with the key of hashes, where any column is hashed. It is kept nowhere."""
    hashed = any(mask.kind == "hash" for rule in grant.policy.rules for mask in rule.masks)
    return replace(grant, policy=replace(grant.policy, hash_key=await rights.hash_key())) if hashed else grant


def may_be_narrow(question: Question) -> bool:
    """Whether the run may read less than everything, because of who reads or of what reads along."""
    return has_own_rights(question.reader) or is_read_outside(question)


async def kept_grant(store: Known, question: Question) -> Grant:
    """For who cannot ask Superset: the grant as the run keeps it. Raises NotAllowed where a person has none."""
    if not may_be_narrow(question):
        return Grant()
    kept = await store.document(question.run_id, GRANT, Grant)
    if kept is None and has_own_rights(question.reader):
        raise NotAllowed("It is not known what you may read.", hint="Ask again.")
    return kept or Grant()


def limits(grant: Grant) -> str:
    """What to say of a grant that is not everything, after a refusal that may come from it. Names nothing that is hidden."""
    in_part = _in_part(grant.policy, "You see" if grant.own is None else "A model is shown for you")
    if grant.policy.tables is None:
        return in_part
    count = f"{len(grant.policy.tables)} {'table' if len(grant.policy.tables) == 1 else 'tables'}"
    if grant.own is not None:
        return _sentences(f"A model is shown {count} of this database for you; ask with --model offline for the rest.", withheld(grant))
    told = f"You may read {count} of this database, and no others were looked in; {_who(grant)} can grant more."
    return _sentences(told, in_part, withheld(grant))


def part_of(grant: Grant) -> str:
    """What a model is told of a grant that is not everything: what it does not see may be there all the same."""
    policy = grant.policy
    whose, who_sees = ("You may be shown", "You see") if grant.own is not None else ("The asker may read", "The asker sees")
    count = f"{len(policy.tables)} {'table' if len(policy.tables) == 1 else 'tables'}" if policy.tables is not None else "a part"
    told = f"{whose} {count} of this database. What else it holds is not shown to you, and errors speak of what is shown alone."
    rows = _in_part(policy, who_sees)
    meant = "A figure from them is never of all: say so where you tell it. No row means none that may be seen, not that there is none."
    masked = [f"{rule.name}.{mask.column}" for rule in policy.rules if policy.may_read(rule.table) for mask in rule.masks]
    values = f"Masked: {_listed(masked)}. What you see of them are not the stored values: say so of what you conclude." if masked else ""
    return _sentences(told if not policy.is_open else "", rows, meant if rows else "", values)


def _in_part(policy: Policy, who_sees: str) -> str:
    names = [rule.name for rule in policy.rules if rule.rows and policy.may_read(rule.table)]
    return f"{who_sees} a part of the rows of {_listed(names)} only." if names else ""


def _listed(names: Sequence[str]) -> str:
    """At most so many of them."""
    first, left = names[:MOST_NAMED], len(names) - MOST_NAMED
    return f"{', '.join(first)} and {left} more" if left > 0 else " and ".join(filter(None, (", ".join(first[:-1]), first[-1])))


def withheld(grant: Grant) -> str:
    if not grant.withheld:
        return ""
    one = grant.withheld == 1
    which = "one of its tables; it is" if one else f"{grant.withheld} of its tables; they are"
    return f"Row rules apply to you on {which} left out, because the agent cannot read the rules."


def _who(grant: Grant) -> str:
    return "an administrator of Superset" if grant.held_by_superset else "an administrator"


def _who_helps(grant: Grant) -> str:
    if grant.own is not None:
        return "Ask with --model offline."
    return f"A{_who(grant)[1:]} can grant it."


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)
