"""Templates, fixtures and superset_config are found in a checkout and in a wheel's layout. The real wheel is in integration/packaging."""

from pathlib import Path

import pytest

from analytics_agent import resources

ROOT = Path(__file__).resolve().parents[2]
SOME_FILE = {
    "reports": "templates/report.html",
    "sql_fixtures": "flights/semantic_model.yaml",
    "superset_config": "superset_config.py",
}


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The package as a wheel lays it out, with nothing of a checkout beside it."""
    package = tmp_path / "site-packages" / "analytics_agent"
    for name, inside in SOME_FILE.items():
        path = package / "_resources" / name / inside
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    return package


@pytest.mark.parametrize(("name", "inside"), SOME_FILE.items())
def test_a_resource_is_beside_the_package_in_a_checkout(name: str, inside: str) -> None:
    assert resources.checkout() == ROOT
    assert resources.resource(name) == ROOT / name
    assert (resources.resource(name) / inside).is_file()


@pytest.mark.parametrize(("name", "inside"), SOME_FILE.items())
def test_a_resource_is_inside_the_package_in_a_wheel(wheel: Path, name: str, inside: str) -> None:
    assert resources.checkout() is None
    assert resources.resource(name) == wheel / "_resources" / name
    assert (resources.resource(name) / inside).is_file()


def test_state_is_inside_a_checkout_and_in_the_users_own_folder_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert resources.default_state() == ROOT / ".state"
    request.getfixturevalue("wheel")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert resources.default_state() == tmp_path / "xdg" / "analytics-agent"


def test_a_neighbour_with_a_pyproject_is_not_taken_for_our_checkout(wheel: Path) -> None:
    (wheel.parent / "pyproject.toml").touch()
    assert resources.checkout() is None
