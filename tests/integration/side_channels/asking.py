"""A worker of our own over one of the three shops: whatever a model calls is done, and all that comes of it is looked through."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow.parquet as pq
from asked_alone import PolicyRights
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question
from integration.side_channels.world import World

from analytics_agent.activities.analyze import AnalyzeActivities
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.profiling import Profiler
from analytics_agent.activities.purse import Purse
from analytics_agent.activities.statement_queue import StatementQueue
from analytics_agent.activities.synthesize import SynthesizeActivities
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.api.document import document
from analytics_agent.domain.approval import CostLimit
from analytics_agent.domain.conversation import Block, ModelRequest, Reply, Usage
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import RunOrder, ToolOrder, TurnOrder
from analytics_agent.domain.readable import readable
from analytics_agent.domain.rights import GRANT
from analytics_agent.domain.run import Run

Call = tuple[str, dict[str, Any]]
CALLS, TURNS = 11, 40
STEPS: tuple[Step, ...] = ("explore", "analyze", "synthesize")


@dataclass
class Obeys:
    """A model that makes these calls, as many in a turn as are run, and then answers from the first result. One call of each turn works: a
    conversation in which nothing does is ended."""

    calls: Sequence[Call]
    read: list[str] = field(default_factory=list)
    """Every request that it was sent, as text."""
    _made: int = 0

    async def reply(self, request: ModelRequest) -> Reply:
        self.read.append(json.dumps([request.system, [message.content for message in request.messages[-1:]]], default=str))
        blocks = [self._block(name, given) for name, given in self._next(request)]
        return Reply(tuple(blocks), "tool_use", Usage(), request.model)

    def _block(self, name: str, given: dict[str, Any]) -> Block:
        self._made += 1
        return {"type": "tool_use", "id": f"c{self._made}", "name": name, "input": given}

    def _next(self, request: ModelRequest) -> list[Call]:
        tools = {tool.name for tool in request.tools}
        if "write_answer" in tools:
            return [("write_answer", {"headline": "What there is", "claims": [{"text": "The first is {{r1[0].customer}}."}]})]
        if "run_sql" not in tools:
            return [("done", {})]
        turn = len(request.messages) // 2
        part = list(self.calls[turn * CALLS : (turn + 1) * CALLS])
        works = ("run_sql", {"purpose": "it works", "sql": f"SELECT customer, {turn} AS turn FROM orders ORDER BY customer"})
        return [works, *part] if part else [("finish", {"primary": "r1", "results": ["r1"]})]


@dataclass
class Asking:
    world: World
    rows_limit: int | None = None
    over: Any = "refuse"
    row_cap: int = 500

    def __post_init__(self) -> None:
        self.store: Any = MemoryStore()
        self.artifacts = MemoryArtifacts()
        self.rights = PolicyRights({"user:ada": self.world.policy})
        self._warehouse = open_warehouse(self.world.database)
        self.explore = ExploreActivities(
            self.store,
            self.artifacts,
            lambda _: self._warehouse,
            self.rights,  # type: ignore[arg-type]
            row_cap=self.row_cap,
            timeout_seconds=10,
            catalog_age_seconds=1e9,
            most=CostLimit(self.rows_limit, self.over),
        )
        self.runs: list[str] = []
        self.read: list[str] = []
        self.opened: list[str] = []
        """What the model was told first in each run."""

    async def ask(self, calls: Sequence[Call], reader: str = "user:ada", text: str = "What is there?") -> Run:
        model = Obeys(calls)
        await self.store.save_database(self.world.database)
        asked = question(database="shop", owner="k1", text=text, reads_as="" if reader == "k1" else reader)
        self.runs.append(asked.run_id)
        await self.store.create_run(asked)
        await self.explore.read_catalog(RunOrder(asked.run_id))
        await Profiler(self.store, lambda _: self._warehouse, self.rights, StatementQueue(self.store, 4)).profile("shop")
        turns = ModelActivities(self.store, self.artifacts, model, Purse(self.store), turns=TURNS)
        rest: tuple[Any, Any] = (self.store, self.artifacts)
        analyze, synthesize = AnalyzeActivities(*rest), SynthesizeActivities(*rest)
        tools = {"explore": self.explore.explore_tool, "analyze": analyze.analyze_tool, "synthesize": synthesize.synthesize_tool}
        for step in STEPS:
            await self._converse(turns, tools[step], asked.run_id, step)
        self.read += model.read
        self.opened.append(self.alike(model.read[0]))
        return await self.store.run(asked.run_id)  # type: ignore[no-any-return]

    async def _converse(self, turns: ModelActivities, tool: Any, run_id: str, step: Step) -> None:
        for number in range(1, TURNS + 1):
            outcome = await turns.model_turn(TurnOrder(run_id, step, number))
            if outcome.ends:
                return
            for call in outcome.calls:
                if (await tool(ToolOrder(run_id, step, number, call.call_id, call.tool))).ends == "finish":
                    return

    async def told(self, run_id: str) -> list[str]:
        """The result of each call, in their order."""
        kept = await self.store.tool_results(run_id, "explore")
        return [(await self.artifacts.get_file(one.content)).decode() for one in kept]

    async def said(self, run: Run) -> str:
        """The run's document and its events, without what each run has of its own: ids, moments, times."""
        events = [(event.kind, event.data) for event in await self.store.events(run.question.run_id)]
        text = json.dumps([document(run), events], default=str, sort_keys=True)
        return self.alike(text.replace(run.question.run_id, "run"))

    def alike(self, text: str) -> str:
        """Without what each run and each database has of its own: a moment, a digest, a name."""
        return _own(text.replace(self.world.schema, "schema") if self.world.schema else text)

    async def kept(self) -> dict[str, str]:
        """Everything that the store and the artifacts hold, by where. The grant of a run holds its conditions: it is told apart."""
        found: dict[str, str] = {}
        for run_id, kept in self.store._runs.items():
            documents = {name: value for name, value in kept.documents.items() if name != GRANT}
            found[f"run {run_id}"] = repr([kept.question, documents, kept.events, kept.turns, kept.tool_results, kept.queries])
            found[f"document {run_id}"] = json.dumps(document(await self.store.run(run_id)), default=str)
        rest = {name: value for name, value in vars(self.store).items() if name not in ("_runs", "_catalogs", "_databases", "_profiles")}
        found["store"] = repr(rest)
        for digest, content in self.artifacts.files.items():
            found[f"artifact {digest}"] = _readable(content)
        found["model"] = "\n".join(self.read)
        return found


_TIMES = "milliseconds|seconds|warehouse_seconds|model_seconds|duration|at|asked_at|created_at|finished_at|started_at|generated_at"
_MILLISECONDS = re.compile(rf'"({_TIMES})": ("[^"]*"|[\d.e-]+)')
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(\+00:00|Z)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _own(text: str) -> str:
    return _DIGEST.sub("digest", _MOMENT.sub("moment", _MILLISECONDS.sub(r'"\1": 0', text)))


def _readable(content: bytes) -> str:
    """A table as all its values, its schema and its bytes, in which the least and greatest of each column stand; anything else as it is."""
    if content[:4] != b"PAR1":
        return content.decode("utf-8", "replace")
    file = pq.ParquetFile(io.BytesIO(content))
    rows, about = readable(file.read()).to_pylist(), (file.schema_arrow, file.metadata.metadata)
    return "\n".join((str(rows), str(about), content.decode("latin-1")))


def in_any_order(told: str) -> str:
    """Of rows that are seen the engine may choose the order."""
    try:
        data = json.loads(told)
    except ValueError:
        return told
    for part in ("preview", "values"):
        if isinstance(data, dict) and isinstance(data.get(part), list):
            data[part] = sorted(json.dumps(row, sort_keys=True) for row in data[part])
    return json.dumps(data, sort_keys=True)


def found_in(texts: dict[str, str], words: Iterable[str]) -> dict[str, list[str]]:
    """Where each word stands, in any case."""
    folded = {place: text.casefold() for place, text in texts.items()}
    places = {word: [place for place, text in folded.items() if word.casefold() in text] for word in words}
    return {word: at for word, at in places.items() if at}


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {record.exc_info}")


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Every line of every log, however fine."""
    heard, root = Heard(), logging.getLogger()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard.lines
    finally:
        root.setLevel(before)
        root.removeHandler(heard)


def run(what: Any) -> Any:
    return asyncio.run(what)
