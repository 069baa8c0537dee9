"""Expressions that do not type, by what the columns of the database are; and none of what does is called wrong."""

from dataclasses import replace

import pytest
from unit.semantic import chain, shop

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.semantic import load, validate

_ENGINES: tuple[Dialect, ...] = ("postgres", "duckdb", "mysql", "sqlite")


def found(*edits: tuple[str, str], catalog: Catalog | None = None) -> tuple[str, ...]:
    text = shop.TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return validate(load(text), catalog or replace(shop.catalog(), dialect="postgres"))


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(shop.TEXT.splitlines(), 1) if words in line)


@pytest.mark.parametrize("dialect", _ENGINES)
def test_what_types_is_not_called_wrong(dialect: Dialect) -> None:
    for model, catalog in ((shop.model(), shop.catalog()), (chain.model(), chain.catalog())):
        assert validate(model, replace(catalog, dialect=dialect)) == ()


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("SUM(order_lines.amount)", "SUM(orders.status)", "SUM(order_lines.amount)", "metric `revenue`: SUM(orders.status)"),
        ("expression: region}", "expression: region - 1}", "expression: region}", "field `customers.region`:"),
        (
            "SUM(order_lines.amount)",
            "SUM(CASE WHEN orders.placed_on > 5 THEN order_lines.amount END)",
            "SUM(order_lines.amount)",
            "compares a date (orders.placed_on) with a whole number (5)",
        ),
        ("datatype: String", "datatype: Integer", "datatype: String",
         "field `orders.status`: its datatype is Integer, and the database has text there."),
        ("expression: visited_on}", "expression: store_id}", "expression: visited_on}",
         "it is a time, and the database has a whole number there"),
    ],
)  # fmt: skip
def test_an_expression_that_does_not_type_is_named_with_its_line(old: str, new: str, where: str, expected: str) -> None:
    problems = found((old, new))
    assert any(expected in problem for problem in problems), problems
    told = next(int(problem.removeprefix("line ").partition(":")[0]) for problem in problems if expected in problem)
    assert abs(told - line_of(where)) <= 1, problems


def test_a_percentage_is_no_date() -> None:
    metric = (
        "      - name: newest\n        expression: {dialects: [{dialect: ANSI_SQL, expression: MAX(orders.placed_on)}]}\n"
        '        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: \'{"format": "percent"}\'}]\n'
    )
    (problem,) = found(("    metrics:\n", "    metrics:\n" + metric))
    assert problem.endswith("metric `newest`: its format is percent, and its value is a date.")


def test_a_verified_query_passes_the_guard_of_its_database() -> None:
    def of(sql: str) -> tuple[str, ...]:
        return found(('{"as_of"', '{"verified_queries": [{"question": "How many?", "sql": "' + sql + '"}], "as_of"'))

    assert of("SELECT COUNT(*) FROM orders") == ()
    (missing,) = of("SELECT COUNT(*) FROM order")
    assert missing.startswith("line 9: verified query 'How many?':") and "order" in missing
    (writing,) = of("DELETE FROM orders")
    assert "verified query 'How many?'" in writing


def test_dates_that_an_engine_keeps_as_text_are_dates() -> None:
    sqlite = replace(shop.catalog(), dialect="sqlite")
    tables = tuple(
        replace(table, columns=tuple(replace(c, type="text", native_type="TEXT") if c.type == "date" else c for c in table.columns))
        for table in sqlite.tables
    )
    assert found(catalog=replace(sqlite, tables=tables)) == ()
