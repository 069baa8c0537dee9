"""Writes docs/scorecard.md and docs/scorecard.json: `make scorecard`.

Without arguments it starts an embedded stack of its own, asks every suite of the repository of the offline model, and stops it; with
--only, one of them. defog-classic has no semantic models: each database is drafted one first, which serves as it is. With
--add it takes the lines of an evaluation that was made before, of another model:

    python benchmarks/scorecard.py --add LINES.jsonl --suite defog-classic --how "Twenty questions, answered by hand."
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "suites"))

from defog_classic import load as defog  # noqa: E402  it is data of the tests, found by its path

from analytics_agent.evals import results, scorecard  # noqa: E402
from analytics_agent.evals.summary import summary  # noqa: E402
from analytics_agent.settings import Settings  # noqa: E402
from analytics_agent.stack import lifecycle, ports  # noqa: E402
from analytics_agent.stack.plan import plan  # noqa: E402
from analytics_agent.stack.state import State  # noqa: E402

PAGE, DATA = ROOT / "docs" / "scorecard.md", ROOT / "docs" / "scorecard.json"
PROGRAM = Path(sys.executable).with_name("analytics-agent")
AT_A_TIME = 4
"""Few, so that the seconds are those of a question that is asked by itself."""
HOW = {
    "flights": "All golden questions on the flights sample, through its semantic model.",
    "shop": "All golden questions on the shop sample, through its semantic model.",
    "paraphrases": "1,764 other wordings of them, by writers who had not seen the rules of reading.",
    "defog-classic": "All 190 questions on seven databases by models that `semantic draft` made of them and nobody has looked at.",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--add", type=Path, help="lines that `eval` wrote")
    parser.add_argument("--suite", choices=HOW, help="of which suite they are")
    parser.add_argument("--only", choices=HOW, help="measure this suite alone")
    parser.add_argument("--lines", type=Path, help="keep the lines of each evaluation in this folder")
    parser.add_argument("--how", help="a sentence: how many questions, who answered")
    parser.add_argument("--model", help="who answered, where that was not the model whose id the lines hold")
    given = parser.parse_args()
    if bool(given.add) != bool(given.suite and given.how):
        parser.error("--add needs --suite and --how")
    _write([_added(given)] if given.add else _measured([given.only] if given.only else _suites(), given.lines))


def _added(given: argparse.Namespace) -> scorecard.Measured:
    lines = results.read(given.add)
    measured = _measurement(given.suite, lines, given.how)
    return measured | {"model": given.model} if given.model else measured


def _measurement(suite: str, lines: tuple[Any, ...], how: str) -> scorecard.Measured:
    model = next(line.model for line in lines if line.model)
    return {"suite": suite, "model": model, "how": how, "on": f"{datetime.now(UTC):%Y-%m-%d}", "summary": summary(lines)}


def _measured(suites: list[str], lines: Path | None) -> list[scorecard.Measured]:
    os.environ |= {"ANTHROPIC_API_KEY": "", "ANALYTICS_AGENT_MODEL": "offline"}
    with tempfile.TemporaryDirectory(prefix="aa-scorecard-") as folder:
        state = Path(folder)
        state.chmod(0o755)
        try:
            with lifecycle.running(state, superset=False) as settings:
                return [_of_suite(name, settings, state, lines) for name in suites]
        finally:
            lifecycle.clean(Settings(state=state), echo=lambda line: None)
            state.mkdir(exist_ok=True)


def _suites() -> list[str]:
    return [name for name in HOW if _questions(name).exists()]


def _questions(suite: str) -> Path:
    if suite == "paraphrases":
        return ROOT / "tests" / "suites" / suite / "questions.jsonl"
    return defog.QUESTIONS if suite == "defog-classic" else ROOT / "sql_fixtures" / suite / "questions.jsonl"


def _of_suite(suite: str, settings: Settings, state: Path, lines: Path | None) -> scorecard.Measured:
    out, command = (lines or state) / f"{suite}.jsonl", ["eval", str(_questions(suite)), "--model", "offline"]
    if suite == "defog-classic":
        (state / "map.json").write_text(json.dumps(_drafted(settings, state)))
        command += ["--databases", str(state / "map.json")]
    began = time.monotonic()
    _run(state, *command, "--out", str(out), "--concurrency", str(AT_A_TIME))
    print(f"{suite}: {time.monotonic() - began:.0f} s")  # noqa: T201
    return _measurement(suite, results.read(out), HOW[suite])


def _drafted(settings: Settings, state: Path) -> dict[str, str]:
    """The databases of the suite under their names here, each asked by a model that was drafted of it."""
    server = plan(settings, ports.remembered(State(state)), superset=False).cluster.url()
    names = {}
    for suite, address in defog.load(server).items():
        names[suite] = defog.database(suite).replace("_", "-")
        _run(state, "databases", "add", names[suite], "-", given=address)
        _run(state, "semantic", "draft", names[suite], "--serve")
    return names


def _run(state: Path, *command: str, given: str | None = None) -> None:
    environment = {**os.environ, "ANALYTICS_AGENT_STATE": str(state)}
    subprocess.run([str(PROGRAM), *command], check=True, stdout=subprocess.DEVNULL, env=environment, input=given, text=True)  # noqa: S603


def _write(measured: list[scorecard.Measured]) -> None:
    before = json.loads(DATA.read_text())["measured"] if DATA.exists() else []
    merged = scorecard.merged(before, measured)
    DATA.write_text(json.dumps({"measured": merged}, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(scorecard.page(merged))


if __name__ == "__main__":
    main()
