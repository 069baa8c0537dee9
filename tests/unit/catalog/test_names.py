"""Names of columns as people and models write them."""

import difflib

import pytest

from analytics_agent.catalog.names import column_parts, nearest


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("flights.origin", ("flights", "origin")),
        ("public.flights.origin", ("public.flights", "origin")),
        ('"Verkauf"."Bestellungen (neu)"."gelöscht?"', ('"Verkauf"."Bestellungen (neu)"', "gelöscht?")),
        ('orders."a.b"', ("orders", "a.b")),
        ('orders."say ""hi"""', ("orders", 'say "hi"')),
        ("origin", ("", "origin")),
    ],
)
def test_a_column_is_found_behind_its_table_with_or_without_quotes(path: str, parts: tuple[str, str]) -> None:
    assert column_parts(path) == parts


NAMES = [
    f"{one}_{other}_{number}" for number, one in enumerate(("customer", "order", "invoice")) for other in ("detail", "Größe", "x", "map")
]


@pytest.mark.parametrize("wrong", ["custmer_detail", "orderDetails", "invoice", "groesse", "zzqq", "", "map_order_1", "\U0001f600"])
def test_what_is_left_out_as_too_far_would_not_have_been_near(wrong: str) -> None:
    """Names are compared by a bound first: with one that leaves nothing out the same are found."""
    near = nearest(wrong, NAMES, 12)
    assert all(name in near for name in NAMES if difflib.SequenceMatcher(None, name.lower(), wrong.lower(), autojunk=False).ratio() >= 0.55)
    assert len(set(near)) == len(near)


def test_the_nearest_name_comes_first() -> None:
    assert nearest("custmer_detail", NAMES)[0] == "customer_detail_0"
    assert nearest("zzqq", NAMES) == ()
