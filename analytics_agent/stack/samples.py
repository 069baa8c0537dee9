"""The sample databases of the embedded stack: loaded where they are missing, registered with their semantic models, offered no longer.

What an administrator chose since stays, a semantic model that somebody set in place of the sample's too: the state folder remembers the
hash of the one that was registered last, so that a newer one of ours takes the place of an older one of ours only.
"""

import asyncio
import hashlib
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analytics_agent import bootstrap
from analytics_agent.domain.database import Database
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.errors import InvalidSettings
from analytics_agent.resources import resource
from analytics_agent.settings import Settings


async def register(settings: Settings, name: str, owner_url: str, reader_url: str, **size: float) -> str:
    """Load a sample where it is missing and register it, with its semantic model, under its read-only login. A database that
    somebody registered under the sample's name is left alone; then the words say so."""
    async with bootstrap.opened_store(settings) as store:
        known = next((each for each in await store.databases() if each.name == name), None)
    if known and not _is_sample(known, reader_url):
        return f"not loaded: a database of yours is called {name}"
    await asyncio.to_thread(_loader(name).load, owner_url, reader=urlsplit(reader_url).username, **size)
    model_text = (resource("sql_fixtures") / name / "semantic_model.yaml").read_text()
    sample = Database(name, reader_url, "postgres", "public", model_text)
    if known:
        kept = {name: getattr(known, name) for name in ("model_sees", "at_once", "rows_limit", "over_limit", "profiled")}
        sample = replace(sample, **kept)
        if _is_somebodys(known.semantic_model, _mark(settings, name)):
            sample = replace(sample, semantic_model=known.semantic_model)
    async with bootstrap.opened_store(settings) as store:
        # The port may have moved and the tables have not: a run that a stop interrupted still needs their catalog.
        same = known is not None and known.semantic_model == sample.semantic_model
        await store.save_database(sample, same_tables=same, change=ModelChange(source="up"))
    _remember(_mark(settings, name), model_text)
    return ""


def _mark(settings: Settings, name: str) -> Path:
    return settings.state / "samples" / f"{name}.sha256"


def _is_somebodys(model: str | None, mark: Path) -> bool:
    """Whether it is not the one that was registered by us. Without a mark it is one of ours from before there were any."""
    return mark.exists() and mark.read_text() != _hash(model or "")


def _remember(mark: Path, model_text: str) -> None:
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(_hash(model_text))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def forget(settings: Settings, name: str, reader_url: str) -> None:
    """Offer a sample no longer. Its tables stay where they are."""
    async with bootstrap.opened_store(settings) as store:
        if any(each.name == name and _is_sample(each, reader_url) for each in await store.databases()):
            await store.remove_database(name)


def _is_sample(known: Database, reader_url: str) -> bool:
    """By its login: the port changes, and nobody else's database is read under that name on this machine."""
    found, own = urlsplit(known.uri), urlsplit(reader_url)
    return (found.username, found.hostname) == (own.username, own.hostname)


def _loader(name: str) -> Any:
    """A sample's loader, run by path: sql_fixtures is data, not a package."""
    spec = importlib.util.spec_from_file_location(f"{name}_loader", resource("sql_fixtures") / name / "load.py")
    if spec is None or spec.loader is None:
        raise InvalidSettings([f"the sample {name} has no loader"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
