"""A run that waits until a person has said whether a statement over the limit runs."""

from temporalio import activity

from analytics_agent.domain.approval import APPROVALS, Approvals
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.run import RunStatus
from analytics_agent.ports import Store


class ApprovalActivities:
    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn
    async def take_decision(self, order: ToolOrder) -> bool:
        """False while the person has not decided: the run then says that it waits for that."""
        approvals = await self._store.document(order.run_id, APPROVALS, Approvals) or Approvals()
        waiting = approvals.waiting
        if waiting is not None:
            await self._say(order.run_id, "needs_approval", f"needs_approval:{waiting.id}")
            return False
        if approvals.asked:  # who decided has said so already, as a rule
            await self._say(order.run_id, "running", f"running:{approvals.asked[-1].id}")
        return True

    async def _say(self, run_id: str, status: RunStatus, key: str) -> None:
        """Status first, then its event; nothing for a run that has ended meanwhile."""
        if await self._store.set_status(run_id, status):
            await self._store.append_event(run_id, "run", None, {"status": status}, key=key)
