"""What somebody tries who wants to know what they may not: in statements of each engine, and through every other tool."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analytics_agent.domain.catalog import Dialect

Call = tuple[str, dict[str, Any]]


def lines(name: str) -> tuple[str, ...]:
    """`expressions_*` fail or are another value over hidden rows only: texts that are no numbers, zeros, huge and negative numbers, broken
    JSON. `places` is where in a statement each is put; `statements*` are of any shape: an engine that has no such thing refuses it in all
    three shops alike; `by_name` is where a name can stand."""
    return tuple((Path(__file__).parent / "tried" / f"{name}.txt").read_text().splitlines())


GUESSES = (
    "ZQROWCUSTOMER",
    "ZQROWCODE",
    "ZQROWREGION",
    "ZQMARGINVALUE",
    "ZQMAILPART",
    "ZQPHONE-1",
    "ZQNOTETEXT",
    "ZQVAULTVALUE",
    "ZQLITERAL",
    "ZQROWLABEL",
    "aZQMAILPART@example.org",
    "US",
    "Mars",
)
"""Values that somebody who knows them asks after: whether they are there must not be told."""
NEAR = ("zqmargi", "zq_margin", "zqmargins", "zqvaul", "zqvaults", "zqstat", "zqkeywor", "zqpai", "zqvie", "margin", "vault")
"""Names that are nearly right: no suggestion may complete them."""


def sql(statement: str) -> Call:
    return "run_sql", {"purpose": "look", "sql": statement}


def about_values(dialect: Dialect) -> list[Call]:
    """Everything that is the same to try whether or not something is hidden: no call names anything that is."""
    made = [sql(place.replace("{}", probe)) for place in lines("places") for probe in lines(f"expressions_{dialect}")]
    made += [sql(statement) for statement in (*lines("statements"), *lines(f"statements_{dialect}"))]
    made += [sql(statement) for guess in GUESSES for statement in _of_guess(guess)]
    return made + list(_looks())


def _of_guess(guess: str) -> Iterator[str]:
    for column in ("customer", "email", "phone", "note", "code", "region"):
        yield f"SELECT id FROM orders WHERE {column} = '{guess}'"
        yield f"SELECT count(*) AS n FROM orders WHERE {column} LIKE '%{guess[1:]}%'"


def _looks() -> Iterator[Call]:
    columns = ("customer", "code", "region", "email", "phone", "note", "amount", "born", "grade", "payload", "qty", "placed")
    for column in columns:
        yield "look_at_values", {"column": f"orders.{column}"}
        yield "look_at_values", {"column": f"orders.{column}", "limit": 2, "page": 2}
        yield "look_at_values", {"column": f"orders.{column}", "like": "ZQ"}
        yield "look_at_values", {"column": f"orders.{column}", "like": "147.3"}
    for column in ("visits.ward", "visits.order_id", "plain.word", "orders.id"):
        yield "look_at_values", {"column": column}
        yield "look_at_values", {"column": column, "like": "ZQROW"}
    for words in (
        "customer margin",
        "vault secret",
        "zq",
        "ZQTABLECOMMENT",
        "ZQCOLUMNCOMMENT",
        "grade calm",
        "words",
        "order state",
        "paid",
        "orders rows",
    ):
        yield "search_catalog", {"words": words}
        yield "search_catalog", {"words": words, "page": 2}
    yield "describe", {"names": ["orders", "visits", "plain", "model"]}
    yield "describe", {"names": ["orders"], "page": 2}
    yield "describe", {"names": ["pieces", "order_count", "orders.customer"]}
    yield from _metrics()


def about_what_is_known() -> list[Call]:
    """What is kept of all rows and vouched for by who sees them: profiles and verified queries, asked for by everything but their words."""
    searched = (
        "who is the customer",
        "how many words are there",
        "how many wards were visited",
        "what lies in there",
        "what does the view say",
        "ward one and ward two",
        "visits of Nowhere",
        "orders from Mars or the US",
        "alpha and beta",
        "nobody 204",
        "rowcustomer vaultvalue marginvalue",
    )
    made: list[Call] = [("search_catalog", {"words": words}) for words in searched]
    made += [("describe", {"names": [name]}) for name in ("orders", "visits", "plain", "model", "How many wards were visited?")]
    statements = ("SELECT count(*) AS n FROM plain", "SELECT count(DISTINCT ward) AS n FROM visits", "SELECT customer FROM orders")
    return made + [sql(statement) for statement in statements]


def _metrics() -> Iterator[Call]:
    def asked(**more: Any) -> Call:
        return "query_metrics", {"purpose": "look", "metrics": ["order_count"]} | more

    yield asked()
    yield asked(dimensions=["orders.customer"])
    yield asked(dimensions=["orders.email"])
    yield asked(dimensions=["orders.placed:year"])
    yield asked(metrics=["pieces"], dimensions=["orders.placed:month"])
    yield asked(time={"from": "1999-01-01", "to": "2000-01-01"})
    yield asked(metrics=["pieces", "order_count"], having=[{"metric": "order_count", "op": ">", "value": 4}])
    for op in ("=", "!=", "<", ">=", "in", "not_in", "contains"):
        for field, value in (("orders.customer", "ZQROWCUSTOMER"), ("orders.email", "ZQMAILPART"), ("orders.code", "ZQLITERAL")):
            yield asked(filters=[{"field": field, "op": op, "values": [value]}])
    for op in ("is_null", "not_null"):
        yield asked(filters=[{"field": "orders.customer", "op": op}])
    yield asked(filters=[{"field": "orders.code", "op": "between", "values": ["A", "ZZ"]}], dimensions=["orders.code"])


def by_name(names: tuple[str, ...]) -> list[Call]:
    """The hidden names themselves, and names that are near them, wherever a name can stand."""
    made = [sql(place.replace("{}", name)) for name in (*names, *NEAR) for place in lines("by_name")]
    for name in (*names, *NEAR):
        made += [
            ("look_at_values", {"column": f"orders.{name}"}),
            ("look_at_values", {"column": f"{name}.id"}),
            ("describe", {"names": [name, f"orders.{name}"]}),
            ("search_catalog", {"words": name}),
            ("query_metrics", {"purpose": "x", "metrics": [name]}),
            ("query_metrics", {"purpose": "x", "metrics": ["order_count"], "dimensions": [f"orders.{name}"]}),
            ("query_metrics", {"purpose": "x", "metrics": ["order_count"], "filters": [{"field": f"orders.{name}", "op": "not_null"}]}),
        ]
    return made
