"""What is published shows nobody more than the asker saw: Superset's own rules hold there, and no others."""

import pytest
from fakes.records import ANSWER, EVIDENCE, query, question

from analytics_agent.deliver.kept_rights import NOT_KEPT, why_not_published
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.domain.run import Run

FLIGHTS = TableName("public", "flights")
ROWS = Policy((FLIGHTS,), (TablePolicy("public", "flights", (("carrier = 'AA'",),)),))
MASKED = Policy(None, (TablePolicy("public", "flights", masks=(Mask("carrier", "null"),)),))
HIDDEN = Policy(None, (TablePolicy("public", "flights", hidden=("seats",)),))
ELSEWHERE = Policy(None, (TablePolicy("public", "planes", hidden=("seats",)),))


def run(*tables: str) -> Run:
    queries = (query(id="r1", tables=tables or ("flights",)),)
    return Run(question(), "succeeded", evidence=EVIDENCE, queries=queries, answer=ANSWER)


@pytest.mark.parametrize("policy", [ROWS, MASKED, HIDDEN])
@pytest.mark.parametrize("name", ["flights", "public.flights"])
def test_what_was_read_under_rules_that_superset_does_not_know_is_not_published(policy: Policy, name: str) -> None:
    assert why_not_published(run(name), Grant(policy)) == NOT_KEPT
    assert why_not_published(run("planes", name), Grant(policy)) == NOT_KEPT


def test_row_rules_of_superset_hold_for_whoever_looks() -> None:
    assert why_not_published(run(), Grant(ROWS, held_by_superset=True)) is None


@pytest.mark.parametrize("grant", [None, Grant(), Grant(OPEN), Grant(Policy((FLIGHTS,))), Grant(ELSEWHERE)])
def test_tables_without_rules_are_published(grant: Grant | None) -> None:
    assert why_not_published(run(), grant) is None


def test_what_a_model_saw_in_part_is_not_published_whole() -> None:
    assert why_not_published(run(), Grant(MASKED, held_by_superset=True, own=OPEN)) == NOT_KEPT


def test_a_table_whose_name_holds_a_dot_is_not_missed() -> None:
    rule = Policy(None, (TablePolicy("public", "a.b", hidden=("seats",)),))
    assert why_not_published(run("public.a.b"), Grant(rule)) == NOT_KEPT
