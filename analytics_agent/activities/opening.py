"""How each step's conversation opens: tools and system text, byte-stable for a database, then the question with what is known."""

from dataclasses import dataclass, replace
from typing import Any

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.evidence import digest
from analytics_agent.activities.reading import may_be_told
from analytics_agent.activities.rights import Readable, kept_grant, may_be_narrow, part_of, readable, told_of
from analytics_agent.activities.sight import current, shown_as, sight_of
from analytics_agent.analyze import prompt as analyze_prompt
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.confidential import TOLD, stricter
from analytics_agent.domain.conversation import Tool
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.event import Step
from analytics_agent.domain.inquiry import Inquiry, inquiry_document, turn_of
from analytics_agent.domain.markup import spelled_out, tag
from analytics_agent.domain.run import Run
from analytics_agent.errors import UnknownDatabase
from analytics_agent.explore import prompt as explore_prompt
from analytics_agent.ports import Artifacts, Store
from analytics_agent.semantic import SemanticModel
from analytics_agent.sql.show import without_literals
from analytics_agent.synthesize import prompt as synthesize_prompt


@dataclass(frozen=True)
class Opening:
    """How a step's conversation opens: what stays the same for a database, then the question itself."""

    system: str
    tools: tuple[Tool, ...]
    first: str
    prompt: str


class Openings:
    """Read anew for every turn: a catalog or a right may have changed while a person was asked."""

    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts
        self._kept: dict[str, tuple[Catalog, SemanticModel | None, tuple[str, str]]] = {}

    async def of(self, run: Run, step: Step, line: str = "") -> Opening:
        """Raises NotAllowed where the model may not see any more what it was shown before."""
        known = at_hand(self._store)
        database = await known.database(run.question.database)
        sight = await sight_of(known, run, step, database)
        with shown_as(sight):
            opening = await self._opening(run, step, line, database)
            told = f"{tag('confidential', TOLD[sight.sees])}\n" if not sight.is_full else ""
            first = await sight.closed(self._store, run.question.run_id, told + opening.first)
            return replace(opening, system=spelled_out(opening.system), first=spelled_out(first))

    async def _opening(self, run: Run, step: Step, line: str, database: Database) -> Opening:
        known = at_hand(self._store)
        catalog = await known.catalog(database.name)
        briefing = await known.document(run.question.run_id, "briefing", Briefing)
        if catalog is None or briefing is None:
            raise UnknownDatabase("The database was removed while the question ran.", hint="Add it again and ask again.")
        view = told_of(readable(database, catalog, await kept_grant(known, run.question)), current().sees)
        briefing = _told_day(briefing, current().sees)
        earlier, part = await self._earlier(run, view), part_of(view.grant)
        if step == "explore":
            system, prompt = self._of_explore(view)
            asked = await self._line(run.question.run_id, line) if line else ""
            return Opening(system, explore_prompt.TOOLS, explore_prompt.first(run.question, briefing, earlier, part, asked), prompt)
        evidence = await digest(known, self._artifacts, run)
        before = earlier.question.text if earlier else ""
        if step == "analyze":
            system, prompt = analyze_prompt.system()
            return Opening(system, analyze_prompt.TOOLS, analyze_prompt.first(run.question, briefing, evidence, before), prompt)
        system, prompt = synthesize_prompt.system()
        return Opening(system, synthesize_prompt.TOOLS, synthesize_prompt.first(run.question, briefing, evidence, before, part), prompt)

    def _of_explore(self, view: Readable) -> tuple[str, str]:
        """As it was for the last turn on this database, where the catalog and the model are still the very same ones."""
        kept = self._kept.get(view.database.name)
        if kept is None or kept[0] is not view.catalog or kept[1] is not view.model:
            kept = (view.catalog, view.model, explore_prompt.system(view.catalog, view.model))
            self._kept[view.database.name] = kept
        return kept[2]

    async def _line(self, run_id: str, line: str) -> str:
        """What a line of inquiry is to find out, in the words that the model may see."""
        inquiry = await at_hand(self._store).document(run_id, inquiry_document(turn_of(line)), Inquiry)
        found = inquiry.line(line) if inquiry else None
        return current().stand_ins.put_in(found.question) if found else ""

    async def _earlier(self, run: Run, view: Readable) -> Run | None:
        """The run that this one goes on from; not one that read what its owner may not read any more."""
        if run.question.continues is None:
            return None
        earlier = retold(await self._store.run(run.question.continues), await self._sees(run.question.continues))
        return earlier if not may_be_narrow(run.question) or await may_be_told(self._store, earlier, view) else None

    async def _sees(self, earlier: str) -> ModelSees:
        """What may be told of an earlier run: by the rule of this run, and of the database that the other one asked."""
        if current().works_here:
            return "full"
        try:
            database = await self._store.database((await self._store.run(earlier)).question.database)
        except UnknownDatabase:
            return "schema"
        return stricter(current().sees, database.model_sees)


def retold(earlier: Run, sees: ModelSees) -> Run:
    """An earlier run without what it found, where a model may not see that: what was asked, and how it was queried but for literals."""
    if sees == "full":
        return earlier
    queries = tuple(replace(query, request=_shape(query.request), sql=without_literals(query.sql)) for query in earlier.queries)
    evidence = replace(earlier.evidence, readings=(), caveats=()) if earlier.evidence else None
    return replace(earlier, queries=queries, evidence=evidence, answer=None)


def _shape(request: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: request[name] for name in ("metrics", "ratio_to", "dimensions") if name in request} if request else None


def _told_day(briefing: Briefing, sees: ModelSees) -> Briefing:
    """A day that was read from the data is a value of it."""
    return briefing if sees == "full" or not briefing.from_data else replace(briefing, as_of=None)
