"""Docs say what the code does. With UPDATE_DOCS=1 this file rewrites their generated parts; a person reads the difference."""

import json
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from analytics_agent import errors, semantic
from analytics_agent.api.problems import problem_of
from analytics_agent.cli import exit_code
from analytics_agent.cli.app import app
from analytics_agent.domain.event import STEPS
from analytics_agent.domain.models import PROFILES
from analytics_agent.semantic.ossie import known_keys
from analytics_agent.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = sorted((ROOT / "analytics_agent").rglob("*.py"))
UPDATE = os.environ.get("UPDATE_DOCS") == "1"
COMMANDS = typer.main.get_command(app)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# generated parts


def test_the_settings_table_in_readme_has_every_setting_and_nothing_else() -> None:
    holds(README, between(README, "settings", settings_table()))


def test_the_page_of_the_command_line_is_what_the_commands_print() -> None:
    holds(ROOT / "docs" / "cli.md", cli_page())


def test_the_table_of_routes_is_that_of_the_openapi_document() -> None:
    page = ROOT / "docs" / "http.md"
    holds(page, between(page, "routes", routes_table()))


def test_the_page_of_errors_has_every_error() -> None:
    holds(ROOT / "docs" / "errors.md", errors_page())


def holds(path: Path, text: str) -> None:
    if UPDATE:
        path.write_text(text)
    assert path.read_text() == text, f"{name(path)} is out of date: UPDATE_DOCS=1 pytest tests/unit/test_docs.py"


def between(path: Path, mark: str, inside: str) -> str:
    """The file's text with the part between <!-- mark --> and <!-- /mark --> replaced."""
    before, found, rest = path.read_text().partition(f"<!-- {mark} -->\n")
    _, closed, after = rest.partition(f"<!-- /{mark} -->")
    assert found, f"{name(path)} has no <!-- {mark} -->"
    assert closed, f"{name(path)} has no <!-- /{mark} -->"
    return f"{before}{found}\n{inside}\n{closed}{after}"


def settings_table() -> str:
    rows = ["| variable | default | |", "|---|---|---|"]
    for field, about in Settings.model_fields.items():
        variable = field.upper() if field.startswith("anthropic_") else f"{PREFIX}{field.upper()}"
        assert about.description, f"{field} has no description"
        rows.append(f"| `{variable}` | {_default(field, about.default)} | {about.description} |")
    return "\n".join(rows) + "\n"


def _default(field: str, value: object) -> str:
    if field == "state":
        return "`.state` in a checkout, else the user's state folder"
    return f"`{value}`" if value not in (None, "") and str(value) != "PydanticUndefined" else ""


def cli_page() -> str:
    head = "# The command line\n\nGenerated from `--help` by `tests/unit/test_docs.py`.\n\n"
    exits = (
        "Exit status: 0 done; 1 the thing asked for failed; 2 wrong usage; 3 a needed service is not reachable; 130 interrupted.\n"
        "Results go to standard output, everything else to standard error.\n"
    )
    return head + exits + "".join(f"\n## {path}\n\n```\n{help_of(path)}\n```\n" for path, _ in commands())


def commands(command: Any = COMMANDS, path: str = "analytics-agent") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups before what is in them."""
    yield path, command
    for word, inside in getattr(command, "commands", {}).items():
        yield from commands(inside, f"{path} {word}")


def help_of(path: str) -> str:
    context = None
    for word in path.split():
        command = COMMANDS if context is None else context.command.commands[word]
        context = command.make_context(word, ["--help"], parent=context, resilient_parsing=True, terminal_width=100, max_content_width=100)
    assert context is not None
    return "\n".join(line.rstrip() for line in context.get_help().strip().splitlines())


def routes_table() -> str:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    rows = ["| request | |", "|---|---|"]
    for path, methods in paths.items():
        for method, about in methods.items():
            said = about.get("description") or about["summary"]
            rows.append(f"| `{method.upper()} {path}` | {' '.join(said.split())} |")
    return "\n".join(rows) + "\n"


def errors_page() -> str:
    head = (
        "# Errors\n\nGenerated from `analytics_agent/errors.py` by `tests/unit/test_docs.py`.\n\n"
        "Errors are named for what happened, and the group says who acts. Over HTTP an error is problem+json with this `type`; on the\n"
        "command line it is a sentence, a hint and an exit status. Errors of `Unavailable` are tried again before anybody sees them, and\n"
        "errors of `ModelError` go back to the model, so people rarely see either.\n"
    )
    return head + "".join(_group(group) for group in errors.AgentError.__subclasses__() if group.__module__ == errors.__name__)


def _group(group: type[errors.AgentError]) -> str:
    rows = [f"\n## {group.__name__}\n\n{_sentence(group)}\n\n| error | type | HTTP | exit | |\n|---|---|---|---|---|\n"]
    for kind in _kinds_of(group):
        error = _made(kind)
        problem = problem_of(error)
        rows.append(f"| {kind.__name__} | `{problem.type}` | {problem.status} | {exit_code(error)} | {_sentence(kind)} |\n")
    return "".join(rows)


def _kinds_of(group: type[errors.AgentError]) -> Iterator[type[errors.AgentError]]:
    """Each, and right after it what is a kind of it."""
    for kind in group.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from _kinds_of(kind)


def _made(kind: type[errors.AgentError]) -> errors.AgentError:
    """An error of this class; those that carry a list take an empty one."""
    make: Callable[[Any], errors.AgentError] = kind
    return make([] if kind.__init__.__annotations__.keys() & {"problems", "findings"} else "")


def _sentence(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


# what people wrote


def test_every_error_stands_on_the_page_of_errors() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AgentError)]
    assert [kind.__name__ for kind in kinds if kind is not errors.AgentError and kind.__name__ not in errors_page()] == []


def test_the_tree_drawn_in_errors_is_the_tree_of_classes() -> None:
    drawn = re.findall(r"^    ([│├└─ ]*)(\w+)", errors.__doc__ or "", re.MULTILINE)
    parents: list[str] = []
    pairs = set()
    for branches, kind in drawn:
        depth = len(branches) // 4
        parents[depth:] = [kind]
        pairs.add((kind, parents[depth - 1] if depth else "Exception"))
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AgentError)]
    assert pairs == {(kind.__name__, kind.__bases__[0].__name__) for kind in classes}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_on_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert not [target for target in targets if target and not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_named_on_a_page_exists(page: Path) -> None:
    roots = ("analytics_agent/", "tests/", "docs/", "reports", "sql_fixtures", "superset_config", "stack/", "workflows/", "domain/")
    words = [word for word in re.findall(r"`([^`\s]+)`", page.read_text()) if word.startswith(roots) and not set(word) & set("<>*…")]
    missing = [word for word in words if not (ROOT / word).exists() and not (ROOT / "analytics_agent" / word).exists()]
    assert not missing


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "cli.md"], ids=name)
def test_every_command_on_a_page_can_be_typed(page: Path) -> None:
    assert not [problem for line in typed(page.read_text()) if (problem := wrong_with(line))]


def test_every_command_in_an_error_or_a_hint_can_be_typed() -> None:
    """What we tell people to do next must work."""
    said = [(name(path), line) for path in SOURCES for line in re.findall(r"`(analytics-agent [^`{}\n]+)`", path.read_text())]
    assert len(said) > 20
    assert not [(where, problem) for where, line in said if (problem := wrong_with(line))]


def typed(text: str) -> Iterator[str]:
    """Command lines in code: whole lines of blocks, and spans in back-ticks."""
    for block in re.findall(r"^(?: {4}|\$ )(.*)$", text, re.MULTILINE) + re.findall(r"`([^`\n]+)`", text):
        if found := re.match(r"(?:\.venv/bin/)?(analytics-agent\s.*)", block.strip()):
            yield found.group(1)


def wrong_with(line: str) -> str:
    """Why this line of ours could not be typed as it stands; empty when it could. Words in CAPITALS and … stand for something."""
    words = shlex.split(line.partition(" #")[0])[1:]
    command: Any = COMMANDS
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if words and (default := getattr(command, "default", None)):
        command = command.commands[default]
    if hasattr(command, "commands"):
        return "" if not words else f"{line!r}: no command {words[0]!r}"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"{line!r}: no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_on_a_page_is_in_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text()
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^ {4}make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_variable_on_a_page_is_a_setting(page: Path) -> None:
    settings = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    superset = re.findall(rf"^({PREFIX}[A-Z_]+) =", (ROOT / "superset_config" / "superset_config.py").read_text(), re.MULTILINE)
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", page.read_text()))
    assert named <= settings | set(superset)


def test_every_model_named_in_docs_has_a_profile() -> None:
    named = {model for page in PAGES for model in re.findall(r"\bclaude-[a-z]+-[\d-]+\d\b", page.read_text())}
    assert named <= set(PROFILES)


def test_readme_maps_every_step_to_its_files() -> None:
    text = README.read_text()
    for step in STEPS:
        assert re.search(rf"^\| {step} \|.*`analytics_agent/{step}`.*`analytics_agent/activities/{step}\.py`", text, re.MULTILINE), step
    assert " → ".join(("question", *STEPS)) in text


def test_readme_maps_every_package() -> None:
    text = README.read_text()
    folders = [path for path in sorted((ROOT / "analytics_agent").iterdir()) if (path / "__init__.py").exists()]
    assert not [path.name for path in folders if f"`analytics_agent/{path.name}" not in text]


def test_the_check_that_a_change_must_pass_is_the_one_readme_names() -> None:
    assert "`make test`" in README.read_text()
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test")


def test_the_semantic_model_on_its_page_is_a_valid_one() -> None:
    page = (ROOT / "docs" / "semantic-model.md").read_text()
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    model = semantic.load(block)
    request = semantic.MetricRequest("orders by country", ("order_count",), ("customers.country",))
    assert "JOIN" in semantic.compile(model, request, dialect="postgres").sql.upper()


def _keys_of(known: known_keys.Keys) -> Iterator[str]:
    for key, inside in known.items():
        yield key
        yield from _keys_of(inside or {})


def test_the_semantic_page_has_every_key_that_is_read_and_no_other() -> None:
    page = (ROOT / "docs" / "semantic-model.md").read_text()
    for level, known in known_keys.EXTENSION.items():
        (table,) = re.findall(rf"^#### On (?:the |an? ){level}$(.*?)(?:^#|\Z)", page, re.MULTILINE | re.DOTALL) if known else ("",)
        rows = re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", table, re.MULTILINE)
        assert {key for key, _ in rows} == set(known), level
        for key, said in rows:
            assert not [inner for inner in _keys_of(known[key] or {}) if f'"{inner}"' not in said], (level, key)
    (standard,) = re.findall(r"^### Ossie's own keys$(.*?)^#", page, re.MULTILINE | re.DOTALL)
    told = re.findall(r"^\| ([a-z_ ]+) \| (`.*?) \|", standard, re.MULTILINE)
    assert {level: set(re.findall(r"`([a-z_]+)`", keys)) for level, keys in told} == {
        level: set(keys) for level, keys in known_keys.STANDARD.items()
    }


def test_the_release_at_the_top_of_the_changelog_is_the_packages() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == version


def test_pre_commit_runs_the_same_checks_as_make() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    entries = [hook["entry"] for hook in hooks]
    assert {"make lint", "make types", "make imports"} <= set(entries)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {entry.removeprefix("make ") for entry in entries} <= set(targets)
