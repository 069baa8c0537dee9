"""How each step's conversation opens: tools and system text, byte-stable for a database, then the question with what is known."""

from dataclasses import dataclass

from analytics_agent.activities.evidence import digest
from analytics_agent.activities.rights import Readable, kept_grant, part_of, readable
from analytics_agent.analyze import prompt as analyze_prompt
from analytics_agent.catalog.names import find_table
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.conversation import Tool
from analytics_agent.domain.event import Step
from analytics_agent.domain.rights import is_person
from analytics_agent.domain.run import Run
from analytics_agent.errors import UnknownDatabase
from analytics_agent.explore import prompt as explore_prompt
from analytics_agent.ports import Artifacts, Store
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

    async def of(self, run: Run, step: Step, line: str = "") -> Opening:
        database = await self._store.database(run.question.database)
        catalog = await self._store.catalog(database.name)
        briefing = await self._store.document(run.question.run_id, "briefing", Briefing)
        if catalog is None or briefing is None:
            raise UnknownDatabase("The database was removed while the question ran.", hint="Add it again and ask again.")
        view = readable(database, catalog, await kept_grant(self._store, run.question))
        earlier, part = await self._earlier(run, view), part_of(view.grant)
        if step == "explore":
            system, prompt = explore_prompt.system(view.catalog, view.model)
            return Opening(system, explore_prompt.TOOLS, explore_prompt.first(run.question, briefing, earlier, part), prompt)
        evidence = await digest(self._store, self._artifacts, run)
        before = earlier.question.text if earlier else ""
        if step == "analyze":
            system, prompt = analyze_prompt.system()
            return Opening(system, analyze_prompt.TOOLS, analyze_prompt.first(run.question, briefing, evidence, before), prompt)
        system, prompt = synthesize_prompt.system()
        return Opening(system, synthesize_prompt.TOOLS, synthesize_prompt.first(run.question, briefing, evidence, before, part), prompt)

    async def _earlier(self, run: Run, view: Readable) -> Run | None:
        """The run that this one goes on from; not one that read what its owner may not read any more."""
        if run.question.continues is None:
            return None
        earlier = await self._store.run(run.question.continues)
        if not is_person(run.question.owner):
            return earlier
        tables = {name for query in earlier.queries for name in query.tables}
        is_same = earlier.question.database == run.question.database
        return earlier if is_same and all(find_table(view.catalog, name) for name in tables) else None
