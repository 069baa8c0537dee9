"""`eval`: a suite of questions asked and scored, and two such evaluations compared. Lines on stdout, everything else on stderr."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from analytics_agent.cli import EXIT_FAILED, EXIT_INTERRUPTED

if TYPE_CHECKING:
    from analytics_agent.evals.evaluate import Asking
    from analytics_agent.evals.score import Answered
    from analytics_agent.evals.suite import Case


class SuiteFirst(TyperGroup):
    """`eval SUITE.jsonl` means `eval run SUITE.jsonl`."""

    default = "run"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


commands = typer.Typer(cls=SuiteFirst, no_args_is_help=True, help="Ask a suite of questions and score the answers; compare two.")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="lines that `eval` wrote")]


@commands.command()
def run(
    suite: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="questions, a JSON object a line")],
    model: Annotated[str | None, typer.Option(help="offline, or a Claude model id; the server's own choice without")] = None,
    databases: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON: the suite's databases to names or addresses of ours")
    ] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="a file for the lines; one that is there is gone on with")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="with --out: ask again what failed or was cancelled there")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=200, help="questions at a time")] = 4,
    trials: Annotated[int, typer.Option(min=1, max=100, help="how often each question is asked")] = 1,
    ids: Annotated[str | None, typer.Option(help="only these questions: ids with commas")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="only questions with this tag; repeat for several")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="only so many of them, drawn by --seed")] = None,
    seed: Annotated[int, typer.Option(help="names the sample")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="only the first so many")] = None,
    question_usd: Annotated[float | None, typer.Option(min=0.0001, max=100_000, help="dollars one question may cost")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0.0, help="begin no question when so many dollars are spent")] = None,
    batch: Annotated[bool, typer.Option("--batch", help="ask Claude in message batches: half the price, within a day")] = False,
    timeout: Annotated[float | None, typer.Option(min=1.0, help="seconds one question may take; without, as long as it does")] = None,
) -> None:
    """Ask the questions of a suite, and score the answers. `eval SUITE.jsonl` is short for it.

    A suite has a line {"id", "db", "question", "gold_sql"?, "gold_alternatives"?, "expect"?: answer, refuse or ask, "ordered"?,
    "evidence"?, "clarification"?, "tags"?} for each question. Each gives a line {"id", "status", "sql", "rows"?, "correct"?, "usage",
    …} as soon as it is done, and the last line is {"summary": …}. Exit status 0 when every question was asked.
    """
    from analytics_agent.evals import results, warehouses
    from analytics_agent.evals import suite as suites
    from analytics_agent.evals.evaluate import Asking

    cases = suites.chosen(suites.read(suite), ids=_names(ids), tags=tag or (), sample=sample, seed=seed, limit=limit)
    mapped = warehouses.read_map(databases)
    done = results.continued(out, suites.read(suite), model, retry_failed=retry_failed) if out else ()
    asking = Asking(model, concurrency, trials, question_usd, budget_usd, timeout, batch)
    complete = _Running(cases, mapped, asking, out, done).to_the_end()
    if not complete:
        raise typer.Exit(EXIT_FAILED)


@commands.command()
def diff(before: File, after: File, as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """Compare two evaluations of one suite: which answers changed, what that cost, and whether it is more than chance."""
    from analytics_agent.cli import terminal
    from analytics_agent.cli.eval_pages import difference_page
    from analytics_agent.evals import results
    from analytics_agent.evals.difference import difference

    found = difference(results.read(before), results.read(after))
    if as_json:
        terminal.write_json(found)
    else:
        terminal.show(difference_page(found), terminal.console())


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (listed or "").split(",") if name.strip())


class _Running:
    """One evaluation from the command line: what is done is kept, however it ends."""

    def __init__(
        self, cases: "tuple[Case, ...]", mapped: dict[str, str], asking: "Asking", out: Path | None, done: "tuple[Answered, ...]"
    ) -> None:
        self._cases, self._mapped, self._asking, self._out = cases, mapped, asking, out
        self._lines = list(done)
        self._before = done

    def to_the_end(self) -> bool:
        """Whether every question was asked. Raises what the services say is wrong."""
        import asyncio

        from analytics_agent.cli.eval_pages import Progress
        from analytics_agent.errors import AgentError
        from analytics_agent.evals.results import ResultFile

        with ExitStack() as stack:
            self._file = stack.enter_context(ResultFile(self._out, self._before)) if self._out else None
            self._progress = stack.enter_context(Progress(len(self._cases) * self._asking.trials, self._wanted()))
            try:
                complete = asyncio.run(self._evaluate())
            except KeyboardInterrupt:
                self._end(complete=False)
                raise typer.Exit(EXIT_INTERRUPTED) from None
            except AgentError:
                if self._progress.begun:  # what is wrong before the first question is told alone
                    self._end(complete=False)
                raise
            self._end(complete=complete)
        return complete

    async def _evaluate(self) -> bool:
        from analytics_agent import settings
        from analytics_agent.client import AsyncClient
        from analytics_agent.evals.evaluate import Evaluation, Watch
        from analytics_agent.evals.warehouses import warehouses

        async with AsyncClient() as client, warehouses(client, settings.load(), self._cases, self._mapped) as opened:
            self._begin()
            watch = Watch(self._progress.begin, self._done)
            return await Evaluation(client, opened, self._asking, watch).run(self._cases, self._before)

    def _wanted(self) -> "list[Answered]":
        """Of what was done before, what these questions are."""
        ids = {case.id for case in self._cases}
        return [line for line in self._lines if line.id in ids and line.trial <= self._asking.trials]

    def _begin(self) -> None:
        """What was done before stands on stdout too: it holds the whole evaluation in every case."""
        from analytics_agent.evals.results import as_record

        for line in self._before:
            self._print(as_record(line))

    def _done(self, line: "Answered") -> None:
        from analytics_agent.evals.results import as_record

        record = as_record(line)
        self._lines.append(line)
        if self._file:
            self._file.add(record)
        self._print(record)
        self._progress.done(line)

    def _end(self, *, complete: bool) -> None:
        from analytics_agent.cli.eval_pages import summary_page
        from analytics_agent.cli.terminal import console, show
        from analytics_agent.evals.summary import summary

        figures = summary(self._lines, complete=complete)
        if self._file:
            self._file.add({"summary": figures})
        self._print({"summary": figures})
        self._progress.stop()
        show(summary_page(figures, self._out), console(stderr=True))

    def _print(self, record: dict[str, Any]) -> None:
        """Not onto a terminal where there is a file: nobody reads lines of JSON."""
        from analytics_agent.cli.terminal import write_json

        if not (self._out and sys.stdout.isatty()):
            write_json(record)
            sys.stdout.flush()
