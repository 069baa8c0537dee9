"""Semantic models as files of the command line: whether an argument names one, and one that is written."""

from pathlib import Path

import typer


def file_named(name: str) -> Path | None:
    """The file that an argument names; None where it names a database. A folder may be called as a database is."""
    path = Path(name)
    return path if path.is_file() or path.suffix in (".yaml", ".yml") else None


def check_writable(out: Path | None) -> None:
    """Told before work that takes its time, or that changes something. Raises BadParameter."""
    try:
        if out is not None:
            is_new = not out.exists()
            with out.open("ab"):
                pass
            if is_new:
                out.unlink()
    except OSError as error:
        raise _not_writable(out, error) from None


def write(out: Path, text: str) -> None:
    """Raises BadParameter."""
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _not_writable(out, error) from None


def _not_writable(out: Path | None, error: OSError) -> typer.BadParameter:
    return typer.BadParameter(f"{out} cannot be written: {error.strerror}.", param_hint="--out")
