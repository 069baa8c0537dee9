"""The tools that end explore without evidence: a question to the person, a refusal."""

from typing import Any

from analytics_agent.activities.elsewhere import OtherDatabases
from analytics_agent.activities.rights import kept_grant, limits
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.tool_call import Told
from analytics_agent.domain.inquiry import line_document
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.run import Clarification, Elsewhere, Refusal
from analytics_agent.ports import Store


class EndingTools:
    def __init__(self, store: Store, warehouse: RunWarehouse, others: OtherDatabases) -> None:
        self._store = store
        self._warehouse = warehouse
        self._others = others

    async def ask_person(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        asked = Clarification(given["question"], tuple(given["readings"]))
        await self._store.ask_person(order.run_id, asked)
        data = {"question": asked.question, "readings": list(asked.readings)}
        await self._store.append_event(order.run_id, "ask", order.step, data, key=f"ask:{order.turn}:{order.call_id}")
        await self._store.set_status(order.run_id, "needs_input")
        key = f"needs_input:{order.turn}:{order.call_id}"
        await self._store.append_event(order.run_id, "run", None, {"status": "needs_input"}, key=key)
        return Told("", ends="ask")

    async def refuse(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        listed = {name: tuple(given.get(name, ())) for name in ("looked_in", "instead")}
        grant = await kept_grant(self._store, (await self._store.run(order.run_id)).question)
        reason = " ".join(filter(None, (given["reason"].strip(), limits(grant))))
        elsewhere = await self._elsewhere(order, given)
        refusal = Refusal(reason, given.get("missing", ""), **listed, elsewhere=elsewhere)
        await self._store.save_document(order.run_id, line_document("refusal", order.line), refusal)
        return Told("Refused.", ends="refuse")

    async def _elsewhere(self, order: ToolOrder, given: dict[str, Any]) -> tuple[Elsewhere, ...]:
        """Where something is missing, the asker's other databases are looked through before that is the last word."""
        missing = given.get("missing", "").strip()
        if not missing or order.line:
            return ()
        question = (await self._store.run(order.run_id)).question
        return await self._others.holding(question, await self._warehouse.readable(order), missing)
