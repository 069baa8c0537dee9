"""Names of columns as people and models write them."""

import pytest

from analytics_agent.catalog.names import column_parts


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
