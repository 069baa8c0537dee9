"""Fixtures of the tests of activities."""

from pathlib import Path

import pytest
from unit.activities.policed import made_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A DuckDB file whose readers see parts of it."""
    return made_shop(tmp_path)
