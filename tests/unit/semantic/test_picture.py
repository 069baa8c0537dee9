"""A model as a picture: boxes that do not touch, lines between the right sides, names that are text whatever they are."""

import random
import re
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
import sample_files
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics_agent import semantic
from analytics_agent.semantic.model import Bridge, Certification, Dataset, Expression, Field, Metric, Relationship, SemanticModel
from analytics_agent.semantic.picture.layout import Box, Layout, Link, layout
from analytics_agent.semantic.picture.picture import fitted, picture

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "</title><script>alert(1)</script>\u202e\x00\"'&"


def expression(text: str = "SUM(x)") -> Expression:
    return Expression({"ANSI_SQL": text})


def metric(name: str, dataset: str, **more: Any) -> Metric:
    return Metric(name, expression(), more.pop("label", name.capitalize()), dataset, **more)


def parsed(model: SemanticModel, theme: Any = "light") -> ElementTree.Element:
    return ElementTree.fromstring(picture(model, theme))  # noqa: S314  ours


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def titles(root: ElementTree.Element) -> str:
    return "\n".join(element.text or "" for element in root.iter(f"{SVG}title"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["shop", "flights"])
def test_every_dataset_and_every_relationship_of_a_model_is_drawn(name: str, theme: str) -> None:
    model = semantic.load(sample_files.semantic_model(name))
    root = parsed(model, theme)
    groups = [element.get("class") for element in root.iter(f"{SVG}g")]
    assert groups.count("dataset") == len(model.datasets) and groups.count("line") == len(model.relationships)
    assert {dataset.name for dataset in model.datasets} <= set(texts(root))
    assert "fonts.g" not in picture(model) and "href" not in picture(model)


def test_the_colors_are_those_of_the_theme_and_the_same_model_gives_the_same_picture() -> None:
    model = semantic.load(sample_files.semantic_model("shop"))
    assert "#141719" in picture(model, "dark") and "#141719" not in picture(model, "light")
    assert picture(model) == picture(semantic.load(sample_files.semantic_model("shop")))


def test_two_roles_of_one_table_stand_beside_one_another_and_say_which_table_it_is() -> None:
    root = parsed(semantic.load(sample_files.semantic_model("flights")))
    at = {}
    for group in root.iter(f"{SVG}g"):
        if group.get("class") == "dataset":
            name = next(text.text for text in group.iter(f"{SVG}text"))
            at[name] = [float(number) for number in re.findall(r"[\d.]+", str(group.get("transform")))]
    origin, destination = at["origin_airports"], at["destination_airports"]
    between = [
        name for name, (x, y) in at.items() if x == origin[0] and min(origin[1], destination[1]) < y < max(origin[1], destination[1])
    ]
    assert origin[0] == destination[0] and between == []
    assert texts(root).count("airports") == 2


def test_certified_metrics_come_first_with_a_mark_and_drafts_have_theirs() -> None:
    metrics = (
        metric("draft", "orders", certification=Certification("unreviewed")),
        metric("plain", "orders"),
        metric("sure", "orders", certification=Certification("certified", "Finance")),
    )
    root = parsed(SemanticModel("m", (Dataset("orders", "orders"),), metrics=metrics))
    assert texts(root) == ["orders", "Sure", "Draft", "Plain"]
    assert [path.get("class") for path in root.iter(f"{SVG}path") if "mark" in str(path.get("class"))] == [
        "mark certified",
        "mark unreviewed",
        "mark metric",
    ]
    assert "Certified by Finance." in titles(root) and "A draft that nobody has reviewed." in titles(root)


def test_a_box_names_some_metrics_and_counts_the_rest() -> None:
    metrics = tuple(metric(f"m{n}", "orders") for n in range(20))
    assert texts(parsed(SemanticModel("m", (Dataset("orders", "orders"),), metrics=metrics)))[-1] == "and 14 more metrics"
    many = tuple(Dataset(f"d{n}", "t") for n in range(40))
    assert "20 metrics" in texts(parsed(SemanticModel("m", (Dataset("orders", "orders"), *many), metrics=metrics)))


def test_a_bridge_is_dashed_and_stands_between_what_it_connects() -> None:
    datasets = (
        Dataset("accounts", "accounts"),
        Dataset("holders", "holders", bridge=Bridge("accounts", "people")),
        Dataset("people", "people"),
    )
    relations = (
        Relationship("a", "holders", "accounts", ("account",), ("account",)),
        Relationship("p", "holders", "people", ("person",), ("person",)),
    )
    root = parsed(SemanticModel("m", datasets, relations))
    across = {
        next(text.text for text in group.iter(f"{SVG}text")): float(re.findall(r"[\d.]+", str(group.get("transform")))[0])
        for group in root.iter(f"{SVG}g")
        if "dataset" in str(group.get("class"))
    }
    assert across["accounts"] < across["holders"] < across["people"]
    assert [path.get("class") for path in root.iter(f"{SVG}path")].count("dashed") == 2


def test_whatever_a_model_is_called_it_is_text_and_stands_whole_in_its_title() -> None:
    long = "a_very_long_name_of_a_dataset_that_nobody_would_write_by_hand_but_a_tool"
    datasets = (
        Dataset(EVIL, EVIL, (Field(EVIL, EVIL, expression(), EVIL, is_time=True),), (EVIL,), description=EVIL, owners=(EVIL,)),
        Dataset(long, "t"),
    )
    model = SemanticModel(EVIL, datasets, (Relationship(EVIL, EVIL, long, (EVIL,), (EVIL,)),), (metric(EVIL, EVIL, label=EVIL),))
    root = parsed(model)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "g", "path", "text")
    }
    assert "\u202e" not in picture(model) and "\x00" not in picture(model)
    assert long in titles(root) and long not in texts(root) and any(said.endswith("…") for said in texts(root))


def test_what_fits_is_not_cut_and_what_is_wide_is_cut_earlier() -> None:
    assert fitted("short", 200, 12) == "short"
    assert len(fitted("漢" * 50, 120, 12)) < len(fitted("i" * 50, 120, 12))


def test_a_model_of_nothing_has_a_picture() -> None:
    assert texts(parsed(SemanticModel("m", ()))) == []


# layout


def touching(placed: Layout, boxes: list[Box]) -> list[tuple[str, str]]:
    found = []
    for one, other in combinations(boxes, 2):
        (a, b), (c, d) = placed.corners[one.name], placed.corners[other.name]
        if a < c + other.width and c < a + one.width and b < d + other.height and d < b + one.height:
            found.append((one.name, other.name))
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(0, 90))
@example(1055, 19, 9)
def test_boxes_never_overlap_and_lines_begin_and_end_at_their_sides(seed: int, count: int, links: int) -> None:
    """Circles, loops, several lines between two boxes and boxes alone included."""
    chosen = random.Random(seed)  # noqa: S311
    boxes = [Box(f"b{n}", 200, chosen.choice([30, 60, 200]), chosen.choice(["", "x", "y"])) for n in range(count)]
    drawn = [Link(chosen.choice(boxes).name, chosen.choice(boxes).name) for _ in range(links)]
    placed = layout(boxes, drawn)
    assert set(placed.corners) == {box.name for box in boxes} and touching(placed, boxes) == []
    sizes = {box.name: box for box in boxes}
    for link, points in zip(drawn, placed.routes, strict=True):
        assert (points == ()) == (link.left == link.right)
        for name, (x, y) in zip((link.left, link.right), (points[0], points[-1]) if points else (), strict=False):
            corner = placed.corners[name]
            assert x in (corner[0], corner[0] + 200) and corner[1] < y < corner[1] + sizes[name].height
    for x, y in placed.corners.values():
        assert 0 <= x <= placed.width and 0 <= y <= placed.height


def test_a_line_that_passes_a_layer_does_not_run_through_its_boxes() -> None:
    boxes = [Box(name, 100, 80) for name in "abcde"]
    links = [Link("a", "b"), Link("b", "c"), Link("a", "c"), Link("a", "d"), Link("d", "c"), Link("a", "e"), Link("e", "c")]
    placed = layout(boxes, links)
    for points in placed.routes:
        for (x, y), (to_x, to_y) in pairwise(points):
            if y == to_y:
                inside = [b for b, (left, top) in placed.corners.items() if x <= left and left + 100 <= to_x and top < y < top + 80]
                assert inside == []


def test_sixty_datasets_are_about_as_wide_as_a_screen_is() -> None:
    chosen = random.Random(3)  # noqa: S311
    facts, things = [f"f{n}" for n in range(28)], [f"d{n}" for n in range(32)]
    links = [Link(fact, thing) for fact in facts for thing in chosen.sample(things, 3)]
    placed = layout([Box(name, 244, 62) for name in (*facts, *things)], links)
    assert 0.6 < placed.width / placed.height < 2.5
