"""The house rules that a machine can check: imports, sizes, names, and that a step is called the same everywhere."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics_agent.domain.event import STEPS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "analytics_agent"
TESTS = ROOT / "tests"
LONGEST_FILE = 400
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
MODULES = sorted(PACKAGE.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_import_contract_is_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def test_no_file_is_longer_than_anyone_wants_to_read() -> None:
    long = {name(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [name(path) for path in PACKAGE.rglob("*") if path.suffix in ("", ".py") and SAYS_NOTHING & set(path.stem.split("_"))]
    assert not found


def test_every_file_of_the_guard_is_in_its_map() -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / "sql" / "__init__.py").read_text())) or ""
    table = [line for line in text.splitlines() if line.startswith("| ")]
    mapped = re.findall(r"`(\w+)`", "\n".join(table))
    assert sorted(mapped) == sorted(path.stem for path in (PACKAGE / "sql").glob("*.py") if path.stem != "__init__")


def test_every_module_says_what_it_owns() -> None:
    silent = [name(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_every_test_is_named_by_a_sentence() -> None:
    """A sentence takes three words at least; `test_store` says nothing."""
    named = [(name(path), each.name) for path in TEST_FILES for each in functions(path) if each.name.startswith("test_")]
    assert len(named) > 100
    short = [pair for pair in named if len(pair[1].removeprefix("test_").split("_")) < 3]
    assert not short


def test_every_function_states_its_types_in_tests_too() -> None:
    """mypy is strict with the package; tests are at least annotated."""
    bare = [f"{name(path)}:{each.lineno} {each.name}" for path in TEST_FILES for each in functions(path) if each.returns is None]
    assert not bare


def test_unit_tests_mirror_the_package() -> None:
    folders = {path.name for path in (TESTS / "unit").iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert folders <= packages


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_its_package_its_activity_its_line_in_the_workflow_and_its_tests(step: str) -> None:
    assert (PACKAGE / step / "__init__.py").is_file()
    assert (PACKAGE / "activities" / f"{step}.py").is_file()
    assert f'"{step}"' in (PACKAGE / "workflows" / "answer_question.py").read_text()
    assert any((TESTS / "unit" / step).glob("test_*.py"))


def test_a_step_knows_no_other_step() -> None:
    """The layers say so too; this one names the pair that meets."""
    pairs = [(step, other) for step in STEPS for other in STEPS if step != other]
    met = [
        (step, other)
        for step, other in pairs
        for path in (PACKAGE / step).rglob("*.py")
        if re.search(rf"analytics_agent(\.| import ){other}\b", path.read_text())
    ]
    assert not met


def test_types_are_strict_and_no_error_code_is_switched_off(project: dict[str, Any]) -> None:
    mypy = project["tool"]["mypy"]
    assert mypy["strict"] is True
    assert "disable_error_code" not in mypy
    for override in mypy["overrides"]:
        assert set(override) == {"module", "ignore_missing_imports"}
        assert not [module for module in override["module"] if module.startswith("analytics_agent")]


def test_every_ignored_type_or_lint_names_its_code() -> None:
    bare = re.compile(r"# (type: ignore(?!\[)|noqa(?!: [A-Z]))")
    lines = [(name(path), line.strip()) for path in MODULES for line in path.read_text().splitlines() if bare.search(line)]
    assert not lines


def test_any_warning_fails_a_test_unless_it_is_a_third_partys_named_one(project: dict[str, Any]) -> None:
    first, *rest = project["tool"]["pytest"]["ini_options"]["filterwarnings"]
    assert first == "error"
    assert not [entry for entry in rest if not re.fullmatch(r"ignore:.+:.+(:.+)?", entry)], "name the message and the category"


def test_only_settings_reads_the_environment() -> None:
    """Programs of the stack inherit a chosen few variables, and a library may need one set; nobody else looks."""
    allowed = {"settings.py", "stack/program.py"}
    readers = [
        path.relative_to(PACKAGE).as_posix() for path in MODULES if re.search(r"os\.(environ\b|getenv\()|from os import", path.read_text())
    ]
    assert set(readers) <= allowed
