"""What may pass from a browser to our API through Superset: exact addresses, checked parameters, and nothing else."""

from typing import Any, cast

import pytest
from ask.passages import LONGEST_WAIT, MOST_ROWS, PASSAGES, errand, waiting
from ask.problems import Refused

from analytics_agent.api.app import create_app

RUN = "7f3c21a9b0d4"


def test_every_address_that_may_pass_is_one_that_our_api_serves() -> None:
    paths = create_app(cast(Any, None)).openapi()["paths"]
    served = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    shapes = {(method, _shape(path)) for method, path in served}
    for passage in PASSAGES:
        for target in _targets(passage.target):
            assert (passage.method, _shape(target)) in shapes, f"{passage.method} {target}"


def _targets(target: str) -> list[str]:
    """A target with its verbs and formats written out."""
    if target.endswith("/{1}"):
        words = ("pause", "resume", "run") if "schedules" in target else ("cancel", "answer", "budget")
        return [target.replace("{1}", word) for word in words]
    return [target.replace("report.{1}", f"report.{kind}") for kind in ("pdf", "html")] if "report.{1}" in target else [target]


def _shape(path: str) -> str:
    return "/".join("{}" + part.partition("}")[2] if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "keys"),
        ("GET", "costs"),
        ("GET", "databases"),
        ("POST", "databases"),
        ("GET", "databases/flights/catalog"),
        ("PUT", "analyses"),
        ("DELETE", f"analyses/{RUN}"),
        ("POST", f"analyses/{RUN}"),
        ("GET", f"analyses/{RUN}/report.exe"),
        ("GET", f"analyses/{RUN}/results/r1.parquet"),
        ("GET", "analyses/../keys"),
        ("GET", "analyses/%2e%2e/keys"),
        ("GET", f"analyses/{RUN}/../../keys"),
        ("GET", f"analyses/{RUN}\n"),
        ("GET", f"analyses/{RUN}?everyone=true"),
        ("GET", f"analyses/{RUN}#x"),
        ("GET", f"/analyses/{RUN}"),
        ("GET", f"analyses/{RUN}/"),
        ("GET", "analyses/" + "a" * 65),
        ("GET", "analyses/\u0661\u0662"),
        ("POST", f"schedules/{RUN}/backfill"),
        ("GET", "databases/flights/semantic-model"),
        ("GET", "databases/flights/semantic-model/versions/1"),
        ("GET", "databases/flights/semantic-model/versions/0/changes"),
        ("POST", "databases/flights/semantic-model/versions/1/restore"),
    ],
)
def test_any_other_address_is_not_there(method: str, path: str) -> None:
    with pytest.raises(Refused) as refused:
        errand(method, path, {})
    assert refused.value.problem.status == 404


def test_versions_of_a_model_are_for_administrators_alone() -> None:
    """The API lets people see them who may read the whole database; which of these administer, Superset knows."""
    for passage in PASSAGES:
        assert passage.admins == ("versions" in passage.target), passage.target
    assert errand("GET", "databases/flights/semantic-model/versions/3/changes", {"against": "4"}).path.endswith("/3/changes?against=4")


def test_only_named_parameters_go_along() -> None:
    asked = errand("GET", "analyses", {"limit": "20", "everyone": "true", "owner": "superset:1"})
    assert asked.path == "/v1/analyses?limit=20"


def test_a_parameter_cannot_bring_another_with_it() -> None:
    assert errand("GET", "analyses", {"view": "summary", "limit": "20"}).path == "/v1/analyses?limit=20&view=summary"
    assert errand("GET", "analyses", {"before": "x&everyone=true"}).path == "/v1/analyses?before=x%26everyone%3Dtrue"


def test_a_parameter_without_end_is_refused() -> None:
    with pytest.raises(Refused):
        errand("GET", "analyses", {"before": "x" * 201})


@pytest.mark.parametrize(("sent", "asked"), [("3", 3.0), ("999", LONGEST_WAIT), ("-1", 0.0), ("nan", 0.0), ("inf", LONGEST_WAIT)])
def test_nobody_waits_longer_than_ten_seconds(sent: str, asked: float) -> None:
    found = errand("GET", f"analyses/{RUN}/events", {"after": "4", "wait": sent})
    assert (found.path, found.wait) == (f"/v1/analyses/{RUN}/events?after=4", asked)


def test_a_document_never_waits() -> None:
    assert errand("GET", f"analyses/{RUN}", {"wait": "10"}).path == f"/v1/analyses/{RUN}"


@pytest.mark.parametrize(("sent", "asked"), [({}, 50), ({"limit": "7"}, 7), ({"limit": "1000000"}, MOST_ROWS)])
def test_rows_come_a_page_at_a_time(sent: dict[str, str], asked: int) -> None:
    assert errand("GET", f"analyses/{RUN}/results/r1", sent).path == f"/v1/analyses/{RUN}/results/r1.json?limit={asked}"


def test_rows_around_a_cell_far_down_can_be_read() -> None:
    asked = errand("GET", f"analyses/{RUN}/results/r1", {"offset": "39990", "limit": "20"})
    assert asked.path == f"/v1/analyses/{RUN}/results/r1.json?offset=39990&limit=20"


def test_a_head_is_the_get_that_it_stands_for() -> None:
    assert errand("HEAD", f"analyses/{RUN}/report.pdf", {}).passage.file


def test_the_time_to_wait_joins_what_is_asked_already() -> None:
    assert waiting("/v1/x?after=4", 10.0) == "/v1/x?after=4&wait=10"
    assert waiting("/v1/x", 2.5) == "/v1/x?wait=2.5"
    assert waiting("/v1/x", 0) == "/v1/x"
