"""A report that is due: Temporal's schedule starts this, and it makes a run and sees it to its end, so that overlap policies hold."""

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import WorkflowAlreadyStartedError

from analytics_agent.domain.orders import DueOrder, RunOrder, ScheduleOrder, workflow_id
from analytics_agent.workflows import calls

_SCHEDULED = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn
class ScheduledReport:
    """One due report of one schedule."""

    @workflow.run
    async def run(self, order: ScheduleOrder) -> str | None:
        """Gives the final status of the run; None when there was nothing to make."""
        due = workflow.info().typed_search_attributes.get(_SCHEDULED) or workflow.now()
        plan = await calls.BEGIN_DUE(DueOrder(order.schedule_id, due))
        if plan.run_id is None:
            return None
        try:
            return str(
                await workflow.execute_child_workflow(
                    "AnswerQuestion",
                    RunOrder(plan.run_id),
                    id=workflow_id(plan.run_id),
                    result_type=str,
                    parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                )
            )
        except WorkflowAlreadyStartedError:
            return None
