"""The panel's bundle on its way into Superset's folder of extensions."""

import zipfile
from pathlib import Path

import pytest

from analytics_agent.stack import panel
from analytics_agent.stack.state import State


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a checkout or a wheel has the bundle, empty."""
    folder = tmp_path / "superset_config" / "extension" / "dist"
    folder.mkdir(parents=True)
    monkeypatch.setattr(panel, "resource", lambda name: tmp_path / name)
    return folder


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def bundle(path: Path, frontend: str = "1", backend: str = "1") -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("frontend/dist/a.js", frontend)
        opened.writestr("backend/src/a.py", backend)
    return path


def placed(state: State) -> list[str]:
    return sorted(path.name for path in (state.folder / "extensions").iterdir())


def test_a_new_bundle_takes_the_place_of_the_old_one_and_leaves_other_peoples_alone(dist: Path, state: State) -> None:
    bundle(dist / "analytics-agent-ask-0.1.0.supx")
    panel.place(state)
    (state.folder / "extensions" / "acme-tools.supx").write_bytes(b"theirs")
    (dist / "analytics-agent-ask-0.1.0.supx").unlink()
    bundle(dist / "analytics-agent-ask-0.2.0.supx")
    panel.place(state)
    assert placed(state) == ["acme-tools.supx", "analytics-agent-ask-0.2.0.supx"]


def test_without_a_bundle_the_one_that_is_there_stays(dist: Path, state: State) -> None:
    made = bundle(dist / "analytics-agent-ask-0.1.0.supx")
    panel.place(state)
    made.unlink()
    panel.place(state)
    assert placed(state) == ["analytics-agent-ask-0.1.0.supx"]


def test_the_same_bundle_is_not_copied_again(dist: Path, state: State) -> None:
    bundle(dist / "analytics-agent-ask-0.1.0.supx")
    panel.place(state)
    before = (state.folder / "extensions" / "analytics-agent-ask-0.1.0.supx").stat().st_mtime_ns
    panel.place(state)
    assert (state.folder / "extensions" / "analytics-agent-ask-0.1.0.supx").stat().st_mtime_ns == before


def test_only_a_bundles_python_concerns_superset_s_roles(tmp_path: Path) -> None:
    one = panel.backend([bundle(tmp_path / "a.supx")])
    assert panel.backend([bundle(tmp_path / "b.supx", frontend="2")]) == one
    assert panel.backend([bundle(tmp_path / "c.supx", backend="2")]) != one


def test_a_bundle_that_is_none_is_not_the_end_of_the_start(tmp_path: Path) -> None:
    (tmp_path / "broken.supx").write_bytes(b"no zip")
    assert panel.backend([tmp_path / "broken.supx"]) == [b"no zip"]
