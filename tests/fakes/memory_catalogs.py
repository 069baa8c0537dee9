"""Catalogs, their readings and profiles: one part of MemoryStore."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import KeptProfile


@dataclass
class _Reading:
    checked_at: datetime | None = None
    holder: str | None = None
    until: datetime | None = None


class MemoryCatalogs:
    def __init__(self) -> None:
        super().__init__()
        self._catalogs: dict[str, Catalog] = {}
        self._readings: dict[str, _Reading] = {}
        self._profiles: dict[str, dict[TableName, KeptProfile]] = {}

    async def save_catalog(self, catalog: Catalog) -> None:
        self._keep(catalog)
        reading = self._readings.setdefault(catalog.database, _Reading())
        reading.checked_at = max(reading.checked_at or catalog.read_at, catalog.read_at)

    def _keep(self, catalog: Catalog, *, at_any_rate: bool = False) -> None:
        earlier = self._catalogs.get(catalog.database)
        if at_any_rate or earlier is None or earlier.read_at <= catalog.read_at:
            self._catalogs[catalog.database] = catalog

    async def catalog(self, database: str) -> Catalog | None:
        return self._catalogs.get(database)

    async def catalog_checked(self, database: str) -> datetime | None:
        return self._readings[database].checked_at if database in self._readings else None

    async def catalog_age(self, database: str) -> timedelta | None:
        checked = await self.catalog_checked(database)
        return datetime.now(UTC) - checked if checked else None

    async def begin_reading(self, database: str, holder: str, *, older_than: timedelta, lasts: timedelta, in_pause: bool = False) -> bool:
        now, reading = datetime.now(UTC), self._readings.setdefault(database, _Reading())
        is_held = reading.until is not None and reading.until >= now and not (in_pause and reading.holder is None)
        if is_held or (reading.checked_at is not None and reading.checked_at >= now - older_than):
            return False
        reading.holder, reading.until = holder, now + lasts
        return True

    async def end_reading(
        self, database: str, holder: str, *, checked: bool, catalog: Catalog | None = None, pause: timedelta = timedelta(0)
    ) -> bool:
        now, reading = datetime.now(UTC), self._readings.get(database)
        if reading is None or reading.holder != holder:
            return False
        reading.holder, reading.until = None, now + pause if pause else None
        reading.checked_at = now if checked else reading.checked_at
        if catalog is not None:
            self._keep(catalog, at_any_rate=True)
        return True

    async def profiles(self, database: str) -> Mapping[TableName, KeptProfile]:
        """The same mapping as long as they are the same, as the store gives it."""
        return self._profiles.get(database, {})

    async def keep_profiles(self, catalog: Catalog, made: Sequence[KeptProfile]) -> bool:
        current = self._catalogs.get(catalog.database)
        if current is None or current.read_at != catalog.read_at:
            return False
        named = {TableName(table.schema, table.name) for table in catalog.tables}
        kept = self._profiles.get(catalog.database, {}) | {one.table: one for one in made}
        self._profiles[catalog.database] = {name: one for name, one in kept.items() if name in named}
        return True

    def _forget_tables(self, database: str) -> None:
        for known in (self._catalogs, self._readings, self._profiles):
            for name in [name for name in known if name == database or name.startswith(f"{database}:")]:
                known.pop(name)
