"""A line of inquiry: one part of a question, explored in a conversation of its own while others are."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from analytics_agent.domain.orders import Ending, LineOrder
from analytics_agent.workflows.converse import converse


@workflow.defn
class FollowLine:
    @workflow.run
    async def run(self, order: LineOrder) -> Ending:
        """A line that fails is one that found nothing: the others and the run go on."""
        try:
            return await converse(order.run_id, "explore", line=order.line)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return "exhausted"
