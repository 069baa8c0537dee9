"""The part of ports.Store that keeps versions of semantic models, in the dictionaries of MemoryStore."""

from dataclasses import replace
from datetime import UTC, datetime

from analytics_agent.adapters.store.model_versions import unknown_version
from analytics_agent.domain.erasure import Subject
from analytics_agent.domain.model_version import KEPT_VERSIONS, ModelChange, ModelVersion, is_named, model_digest


class MemoryModelVersions:
    def __init__(self) -> None:
        super().__init__()
        self._versions: dict[str, list[tuple[ModelVersion, str | None]]] = {}

    async def model_versions(self, database: str) -> tuple[ModelVersion, ...]:
        return tuple(version for version, _ in reversed(self._versions.get(database, [])))

    async def model_text(self, database: str, number: int) -> str | None:
        for version, text in self._versions.get(database, []):
            if version.number == number:
                return text
        raise unknown_version(database, number)

    def _keep_version(self, database: str, text: str | None, change: ModelChange) -> None:
        kept = self._versions.setdefault(database, [])
        last = kept[-1][0] if kept else None
        if model_digest(text) == (last.digest if last else ""):
            return
        number = (last.number if last else 0) + 1
        made = ModelVersion(number, model_digest(text), datetime.now(UTC), change.by, change.source, change.note)
        kept.append((made, text))
        del kept[:-KEPT_VERSIONS]

    def _forget_in_versions(self, subject: Subject, stand_in: str) -> None:
        names = [name for name in (*subject.names, *subject.mails) if name.strip()]
        for kept in self._versions.values():
            theirs = [(replace(one, by=stand_in, note="") if one.by in subject.owners else one, text) for one, text in kept]
            quiet = [(replace(one, note="") if is_named(one.note, names) else one, text) for one, text in theirs]
            kept[:] = [(one, text) for one, text in quiet if one is quiet[-1][0] or not is_named(text or "", names)]
