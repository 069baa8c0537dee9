"""The calls that close a step with what is stored already: `finish` of explore, `done` of analyze.

They read and write a few rows, ask no database and compute nothing. One that the model makes alone is made together with its turn: a way
through the queue of the statements would cost more than the call itself.
"""

from typing import Any

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.tool_call import Told, ToolRunner
from analytics_agent.analyze import tools as analyze_tools
from analytics_agent.domain.conversation import Reply
from analytics_agent.domain.event import Step
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.inquiry import line_document
from analytics_agent.domain.orders import ToolOrder, TurnOrder, TurnOutcome
from analytics_agent.errors import ToolRefused
from analytics_agent.explore import tools as explore_tools
from analytics_agent.ports import Artifacts, Store

CLOSES: dict[Step, str] = {"explore": explore_tools.FINISH.name, "analyze": analyze_tools.DONE.name}


class Closing:
    """`finish` and `done` as each step's tools have them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def finish(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        queries = {query.id: query for query in await at_hand(self._store).queries(order.run_id)}
        known = list(queries)
        unknown = [name for name in dict.fromkeys((given["primary"], *given["results"])) if name not in known]
        if unknown:
            raise ToolRefused(f"There is no result {', '.join(unknown)}. The results of this run are: {', '.join(known) or 'none yet'}.")
        results = tuple(dict.fromkeys((given["primary"], *given["results"])))
        # What a governed metric leaves out is said whether or not the model thinks of it.
        governed = [caveat for name in results for caveat in queries[name].caveats]
        caveats = tuple(dict.fromkeys((*governed, *given.get("caveats", ()))))
        evidence = Evidence(given["primary"], results, tuple(given.get("readings", ())), caveats)
        await self._store.save_document(order.run_id, line_document("evidence", order.line), evidence)
        return Told("The exploration is done.", ends="finish")

    async def done(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        return Told("Done. An operation beside this that was refused: mend it, or leave it out and call done again.", ends="finish")


class ClosingTurns:
    """Turns whose only call closes their step."""

    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        closing = Closing(store)
        self._runners: dict[Step, ToolRunner] = {
            "explore": ToolRunner(store, artifacts, explore_tools.TOOLS, {CLOSES["explore"]: closing.finish}),
            "analyze": ToolRunner(store, artifacts, analyze_tools.TOOLS, {CLOSES["analyze"]: closing.done}),
        }

    async def closed(self, order: TurnOrder, reply: Reply) -> TurnOutcome | None:
        """What came of the turn with its call; None where the turn is of another kind. A call that was refused leaves the step open."""
        calls = reply.tool_calls()
        if reply.stop_reason != "tool_use" or len(calls) != 1 or calls[0]["name"] != CLOSES.get(order.step):
            return None
        call = calls[0]
        made = await self._runners[order.step].run(ToolOrder(order.run_id, order.step, order.turn, call["id"], call["name"], order.line))
        return TurnOutcome(ends=made.ends)
