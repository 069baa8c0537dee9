"""The Ask panel on its way into Superset: the bundle that was built, put where Superset looks, and what of it concerns roles."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from analytics_agent.resources import resource
from analytics_agent.stack.state import State

_OURS = "analytics-agent-*.supx"


def built() -> list[Path]:
    """The bundle as `make panel` leaves it, or as a wheel holds it; none where it was not built."""
    return sorted((resource("superset_config") / "extension" / "dist").glob(_OURS))


def place(state: State) -> None:
    """Put the bundle into Superset's folder of extensions, and remove an older one of ours. Other people's stay."""
    bundles = built()
    folder = state.folder / "extensions"
    for old in folder.glob(_OURS) if bundles else ():
        if old.name not in {bundle.name for bundle in bundles}:
            old.unlink()
    for bundle in bundles:
        _copy(bundle, folder / bundle.name)


def backend(bundles: Iterable[Path]) -> list[bytes]:
    """What decides about permissions: a bundle's Python, not its frontend. Initializing Superset takes half a minute."""
    return [line for bundle in bundles for line in _python(bundle)]


def _python(bundle: Path) -> list[bytes]:
    try:
        with ZipFile(bundle) as opened:
            return sorted(f"{info.filename}:{info.CRC}\n".encode() for info in opened.infolist() if info.filename.startswith("backend/"))
    except BadZipFile:
        return [bundle.read_bytes()]


def _copy(bundle: Path, into: Path) -> None:
    """Whole or not at all: Superset reads the folder whenever somebody opens a page."""
    if into.exists() and into.read_bytes() == bundle.read_bytes():
        return
    into.parent.mkdir(parents=True, exist_ok=True)
    part = into.with_suffix(".part")
    shutil.copyfile(bundle, part)
    part.chmod(0o644)
    part.replace(into)
