"""What the deliver worker raised over Superset's datasets is raised here as it was there."""

import pytest
from temporalio.exceptions import ApplicationError

from analytics_agent.activities.edge import translate
from analytics_agent.api.temporal_datasets import _of
from analytics_agent.errors import AgentError, InvalidSettings, PublishRejected, SupersetUnavailable, UnknownDatabase


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (PublishRejected("Superset refused: no.", hint="Ask Ada."), PublishRejected, "Superset refused: no. Ask Ada."),
        (SupersetUnavailable("Superset does not answer."), SupersetUnavailable, "Superset does not answer."),
        (UnknownDatabase("There is no shop."), UnknownDatabase, "There is no shop."),
        (InvalidSettings(["X: not set"]), PublishRejected, "X: not set"),
    ],
)
def test_an_error_of_the_worker_keeps_its_class_and_words(raised: AgentError, kind: type[AgentError], said: str) -> None:
    error = _of(translate(raised))
    assert type(error) is kind and said in str(error)


def test_what_nobody_foresaw_says_where_to_look() -> None:
    for cause in (None, ValueError("geheim"), ApplicationError("geheim", type="ValueError"), ApplicationError("geheim", type="AgentError")):
        assert "logs worker-deliver" in str(_of(cause)) and "geheim" not in str(_of(cause))
