"""A semantic model in a notebook: drawn for light and dark pages, its metrics with who vouches for them, every text escaped."""

from pathlib import Path
from typing import Any

import pytest
import sample_files
from unit.client.test_answer_html import ALLOWED, Tags
from unit.client.views import HOSTILE

from analytics_agent import semantic
from analytics_agent.client.model_view import ModelView
from analytics_agent.semantic.picture.page import told
from analytics_agent.semantic.picture.picture import picture


def view(**changes: Any) -> ModelView:
    model = semantic.load(sample_files.semantic_model("shop"))
    pictures = {"light": picture(model).encode(), "dark": picture(model, "dark").encode()}
    return ModelView({"database": "shop", "in_part": False, "model": told(model)} | changes, pictures)


def test_it_shows_its_picture_and_every_metric() -> None:
    shown = view()
    html = shown._repr_html_()
    images = Tags(html).named("img")
    assert [("hidden" in image, str(image["src"])[:26]) for image in images] == [
        (False, "data:image/svg+xml;base64,"),
        (True, "data:image/svg+xml;base64,"),
    ]
    assert all(metric["label"] in html for metric in shown.metrics) and "Can be split by" in html
    assert repr(shown) == "<Semantic model shop: 14 datasets, 39 metrics>"


def test_what_a_metric_can_be_split_by_is_asked_by_its_name() -> None:
    assert any(name.startswith("products.") for name in view().splits("net_sales"))
    with pytest.raises(KeyError):
        view().splits("unheard_of")


def test_the_picture_is_saved(tmp_path: Path) -> None:
    assert b"#141719" in view().save(tmp_path / "shop.svg", theme="dark").read_bytes()


def test_a_part_is_said_to_be_one_and_no_model_is_none() -> None:
    assert "as far as you may read it" in repr(view(in_part=True))
    none = ModelView({"database": "flights", "in_part": False, "model": None}, {})
    assert "flights has no semantic model" in repr(none) and "flights has no semantic model" in none._repr_html_()
    assert none.metrics == []
    with pytest.raises(LookupError, match="no semantic model"):
        none.picture()


def test_names_and_words_of_a_model_are_never_markup() -> None:
    model = view().document["model"]
    metric = {
        key: HOSTILE if isinstance(value, str) else [HOSTILE] if isinstance(value, list) else value
        for key, value in model["metrics"][0].items()
    }
    hostile = model | {
        "name": HOSTILE,
        "description": HOSTILE,
        "metrics": [metric],
        "splits": {HOSTILE: [{"name": HOSTILE, "label": HOSTILE, "dataset": HOSTILE}]},
    }
    tags = Tags(ModelView({"database": HOSTILE, "in_part": True, "model": hostile}, {})._repr_html_())
    assert {tag for tag, _ in tags.seen} <= ALLOWED and tags.named("img") == []
