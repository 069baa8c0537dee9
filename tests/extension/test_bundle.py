"""The bundle that Superset loads is looked at before it is kept."""

import json
import os
import zipfile
from pathlib import Path

import build
import pytest

ABOUT = json.loads((build.HERE / "extension.json").read_text())
ENTRY = "frontend/dist/remoteEntry.0a1b2c.js"
FRONTEND = {ENTRY: b"window.analytics_agent_ask = 1", "frontend/dist/12.ff.js": b"1"}
BACKEND = {"backend/src/analytics_agent/ask/entrypoint.py": b""}


def bundle(frontend: dict[str, bytes], more: dict[str, bytes] | None = None) -> dict[str, bytes]:
    return {"manifest.json": json.dumps(build.manifest(ABOUT, frontend)).encode(), **frontend, **BACKEND, **(more or {})}


def test_a_whole_bundle_has_no_fault() -> None:
    assert build.faults(bundle(FRONTEND)) == []


def test_a_bundle_without_its_frontend_is_refused() -> None:
    """Superset's own tool makes one when webpack fails, and says that all is well."""
    assert "no frontend" in " ".join(build.faults(bundle({"frontend/dist/12.ff.js": b"1"})))


def test_a_bundle_whose_name_superset_would_not_find_on_the_page_is_refused() -> None:
    assert "another name" in " ".join(build.faults(bundle({ENTRY: b"window.acme = 1"})))


@pytest.mark.parametrize("path", ["frontend/dist/deep/x.js", "LICENSE", "backend/src/analytics_agent/ask/key.pem"])
def test_a_file_for_which_superset_would_refuse_the_whole_bundle_is_found(path: str) -> None:
    assert build.faults(bundle(FRONTEND, {path: b"x"}))


def test_a_frontend_that_is_too_large_is_refused() -> None:
    noise = os.urandom(build.LARGEST_FRONTEND)
    assert "is the most" in " ".join(build.faults(bundle({**FRONTEND, "frontend/dist/13.aa.js": noise})))


def test_the_manifest_bears_the_names_that_superset_derives() -> None:
    told = build.manifest({**ABOUT, "publisher": "acme-tools", "name": "ask-data"}, FRONTEND)
    assert told["id"] == "acme-tools.ask-data"
    assert told["frontend"] == {"remoteEntry": "remoteEntry.0a1b2c.js", "moduleFederationName": "acme_tools_askData"}
    assert told["backend"] == {"entrypoint": "acme_tools.ask_data.entrypoint"}


def test_the_same_files_are_the_same_bundle_and_an_older_version_goes(tmp_path: Path) -> None:
    (tmp_path / "analytics-agent-ask-0.0.9.supx").touch()
    path = build.write(tmp_path / "analytics-agent-ask-0.1.0.supx", bundle(FRONTEND))
    first = path.read_bytes()
    assert build.write(path, bundle(FRONTEND)).read_bytes() == first
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None and ENTRY in opened.namelist()


def test_without_node_one_line_says_what_is_missing_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", ["build.py", "--if-possible"])
    build.main()
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Node 20" in said and "make panel" in said
    monkeypatch.setattr("sys.argv", ["build.py"])
    with pytest.raises(SystemExit, match="Node 20"):
        build.main()


def test_an_old_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(build.CannotBuild, match=r"v18\.19\.0"):
        build.require_node()
