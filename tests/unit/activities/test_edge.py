"""The edge to Temporal: who may retry, when, and what words get through."""

import asyncio
import errno
from typing import Any

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from analytics_agent.activities.edge import Edge, translate
from analytics_agent.errors import ModelRejected, ModelUnavailable, StatementTimeout, Unavailable

SECRET = "passenger Jane Doe"


class Body(ActivityInboundInterceptor):
    """An activity that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        raise self.error


def raised(error: Exception, *, attempt: int = 1) -> ApplicationError:
    environment = ActivityEnvironment()
    environment.info = ActivityEnvironment.default_info().__class__(
        **{**vars(ActivityEnvironment.default_info()), "attempt": attempt, "activity_type": "explore_tool"}
    )

    async def through() -> None:
        await Edge().intercept_activity(Body(error)).execute_activity(None)  # type: ignore[arg-type]

    with pytest.raises(ApplicationError) as caught:
        asyncio.run(environment.run(through))
    assert activity.in_activity() is False
    return caught.value


def test_what_may_pass_is_retried_after_the_delay_that_was_named() -> None:
    failure = translate(ModelUnavailable("Overloaded.", retry_after=7))
    assert (failure.type, failure.non_retryable) == ("ModelUnavailable", False)
    assert failure.next_retry_delay and failure.next_retry_delay.total_seconds() == 7


def test_a_delay_of_hours_is_not_slept_through() -> None:
    failure = translate(Unavailable("Later.", retry_after=86_400))
    assert failure.next_retry_delay and failure.next_retry_delay.total_seconds() == 600


@pytest.mark.parametrize("error", [ModelRejected("Bad key."), StatementTimeout("Stopped after 30 s.")])
def test_what_waiting_does_not_mend_is_not_retried(error: Exception) -> None:
    assert raised(error).non_retryable


def test_the_words_of_an_unforeseen_error_stay_here() -> None:
    failure = raised(ValueError(SECRET))
    assert SECRET not in str(failure) and "ValueError in explore_tool" in str(failure)
    assert failure.__cause__ is None and not failure.non_retryable


def test_an_unforeseen_error_is_tried_three_times() -> None:
    assert raised(KeyError("x"), attempt=3).non_retryable


def test_a_full_disk_is_named() -> None:
    failure = raised(OSError(errno.ENOSPC, "No space left on device"))
    assert failure.type == "StorageFull" and failure.non_retryable
