"""Kept profiles as the reader of a run may see them: to describe tables with, and to search for what they hold."""

from collections.abc import Iterable, Mapping

from analytics_agent.activities.read_log import ReadLog
from analytics_agent.activities.reading import Reads
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import current
from analytics_agent.catalog.names import shown_name
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import Policy
from analytics_agent.domain.profile import KeptProfile, TableProfile, without_values
from analytics_agent.ports import Store


class SeenProfiles:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._reads, self._log = Reads(store), ReadLog(store)

    async def of(self, view: Readable) -> Mapping[TableName, TableProfile]:
        """Empty for a model that may see no values; for one that sees masked ones it is counts alone."""
        sees = current().sees
        if sees == "schema":
            return {}
        return seen_under(await self._store.profiles(view.database.name), view.catalog, view.grant.policy, values=sees == "full")

    async def told(self, view: Readable, tables: Iterable[TableName]) -> None:
        """Their profiles are about to be told: it is noted as any other reading of them."""
        named = {name_of(table): shown_name(view.catalog, table) for table in view.catalog.tables}
        known = [table for table in tables if table in named]
        await self._reads.note_tables(view, known)
        await self._log.looked_at(view, sorted(named[table] for table in known))


def seen_under(
    profiles: Mapping[TableName, KeptProfile], catalog: Catalog, policy: Policy, *, values: bool = True
) -> dict[TableName, TableProfile]:
    """What of the kept profiles may be told to who reads under a policy; `catalog` is the one that they see.

    A profile is of all rows, and was made by our login. So it is there only for who sees all rows of its table, and in it only columns that
    they see as they are. Without `values` it counts only.
    """
    found: dict[TableName, TableProfile] = {}
    for table in catalog.tables:
        rule, kept = policy.rule_of(name_of(table)), profiles.get(name_of(table))
        if kept is None or not policy.may_read(name_of(table)) or (rule and rule.rows):
            continue
        masked = {mask.column for mask in rule.masks} if rule else set()
        plain = {column.name for column in table.columns} - masked
        columns = tuple(one for one in kept.profile.columns if one.name in plain)
        profile = TableProfile(kept.profile.schema, kept.profile.name, kept.profile.rows, kept.profile.is_whole, columns)
        found[name_of(table)] = profile if values else without_values(profile, plain)
    return found
