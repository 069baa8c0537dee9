"""Where templates, fixtures and superset_config are: one function, for a checkout and for an installed wheel."""

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The repository's root when the package runs from a checkout, None when it runs from a wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "superset_config").is_dir() else None


def resource(name: str) -> Path:
    """The folder `name` (reports, sql_fixtures or superset_config): beside the package in a checkout, inside it in a wheel."""
    return (checkout() or _PACKAGE / "_resources") / name


def default_state() -> Path:
    """`.state` in a checkout; the user's own state folder otherwise."""
    root = checkout()
    return root / ".state" if root else Path(platformdirs.user_state_dir("analytics-agent"))
