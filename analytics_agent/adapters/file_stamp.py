"""When a database that is a file was last written."""

from pathlib import Path


def written(path: Path, log: str) -> str:
    """The moment and the size of the file and of its log, which has this ending; another text after each change."""
    return " ".join(_of(one) for one in (path, path.with_name(path.name + log)))


def _of(path: Path) -> str:
    try:
        found = path.stat()
    except FileNotFoundError:
        return "-"
    return f"{found.st_mtime_ns}:{found.st_size}"
