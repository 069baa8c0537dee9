"""Verified queries: a statement is one to the letter or not at all, and who may not see all that it reads does not know of it."""

from dataclasses import replace

import pytest
from unit.semantic import shop

from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.semantic import SemanticModel, VerifiedQuery
from analytics_agent.semantic.access.restrict import restrict, without_values
from analytics_agent.semantic.verified_queries import recognized

PER_CITY = VerifiedQuery(
    "Which cities have most orders?",
    "SELECT s.city, COUNT(*) AS n FROM orders AS o JOIN stores AS s ON s.store_id = o.store_id GROUP BY s.city",
    "Ada",
    "2025-05-01",
)
VISITORS = VerifiedQuery("How many visitors came in March?", "SELECT SUM(visitors) FROM visits WHERE visited_on >= DATE '2025-03-01'")
BROKEN = VerifiedQuery("What is gone?", "SELECT gone FROM nowhere")
ALL_TABLES = tuple(TableName("main", name) for name in shop.TABLES)


def model() -> SemanticModel:
    return replace(shop.model(), verified_queries=(PER_CITY, VISITORS, BROKEN))


def seen(policy: Policy, whole: SemanticModel | None = None) -> list[str]:
    catalog = shop.catalog()
    part = restrict(whole or model(), catalog, under_policy(catalog, policy), policy)
    return [query.question for query in part.verified_queries]


@pytest.mark.parametrize(
    "sql",
    [
        PER_CITY.sql,
        PER_CITY.sql.replace(" FROM", "\n  from").replace("GROUP BY", "group by") + " ;",
        f"-- mine\n({PER_CITY.sql})",
    ],
)
def test_a_statement_is_recognized_however_it_is_laid_out(sql: str) -> None:
    assert recognized(model(), sql) is PER_CITY


@pytest.mark.parametrize(
    "sql", [PER_CITY.sql + " LIMIT 5", VISITORS.sql.replace("2025", "2024"), PER_CITY.sql.replace("JOIN", "LEFT JOIN"), "SELEC", ""]
)
def test_a_changed_statement_is_nobodys_to_vouch_for(sql: str) -> None:
    assert recognized(model(), sql) is None


def test_who_reads_everything_knows_of_them() -> None:
    assert len(seen(Policy(ALL_TABLES, ()))) == 3


@pytest.mark.parametrize(
    "rule",
    [
        TablePolicy("main", "stores", (("city <> 'Oslo'",),)),
        TablePolicy("main", "stores", (), (Mask("city", "null"),)),
        TablePolicy("main", "stores", (), (Mask("kind", "null"),)),
        TablePolicy("main", "orders", (), (), ("status",)),
    ],
)
def test_who_sees_a_table_in_part_does_not_know_of_what_reads_it(rule: TablePolicy) -> None:
    """Also where the statement names neither the hidden column nor the masked one: whoever verified it saw the whole."""
    assert seen(Policy(ALL_TABLES, (rule,))) == [VISITORS.question]


def test_who_may_not_read_a_table_does_not_know_of_what_reads_it() -> None:
    assert seen(Policy(tuple(name for name in ALL_TABLES if name.name != "stores"), ())) == [VISITORS.question]
    assert seen(Policy((TableName("main", "orders"),), ())) == []


def test_a_question_that_names_what_is_hidden_is_not_told() -> None:
    query = replace(VISITORS, question="How many visitors came for each of the order_lines?")
    without = Policy(tuple(name for name in ALL_TABLES if name.name != "order_lines"), ())
    assert seen(without, replace(model(), verified_queries=(query,))) == []


def test_who_may_see_no_value_is_told_those_that_name_none() -> None:
    assert without_values(model()).verified_queries == (PER_CITY, BROKEN)
