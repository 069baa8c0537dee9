"""Where the values of a field are looked up: its own column, or a governed query where the field is computed."""

from dataclasses import replace

from unit.semantic import shop

from analytics_agent.semantic import describe, load, stored_column, values_request

MODEL = shop.model()


def test_a_plain_field_is_looked_up_in_the_column_behind_it() -> None:
    assert stored_column(MODEL, "stores.city") == "stores.city"


def test_a_computed_field_and_an_unknown_one_have_no_column() -> None:
    assert stored_column(MODEL, "stores.kind") is None
    assert stored_column(MODEL, "nowhere.city") is None and values_request(MODEL, "nowhere.city", like=None, limit=5) is None


def test_a_field_of_a_query_has_no_column_to_look_into() -> None:
    """It would be called "SELECT … .city", which is no table."""
    datasets = tuple(replace(one, source=f"SELECT * FROM {one.source}") if one.name == "stores" else one for one in MODEL.datasets)
    over_a_query = replace(MODEL, datasets=datasets)
    assert stored_column(over_a_query, "stores.city") is None
    assert values_request(over_a_query, "stores.city", like=None, limit=5) is not None
    (told,) = describe(over_a_query, ["stores.city"])
    assert "column" not in told


def test_the_values_of_a_computed_field_are_counted_as_the_model_defines_it() -> None:
    request = values_request(MODEL, "stores.kind", like=None, limit=5)
    assert request is not None
    values = [row[0] for row in shop.run(request)]
    assert "mall" in values and None not in values  # the model names the kind that the table leaves empty


def test_like_narrows_them() -> None:
    request = values_request(MODEL, "stores.kind", like="MAL", limit=5)
    assert request is not None and [row[0] for row in shop.run(request)] == ["mall"]


def test_without_a_count_of_its_rows_a_field_cannot_be_asked_so() -> None:
    bare = load(shop.TEXT)
    assert values_request(type(bare)(bare.name, bare.datasets), "stores.kind", like=None, limit=5) is None
