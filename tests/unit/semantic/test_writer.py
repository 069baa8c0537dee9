"""A model that is written and read again is the same one."""

from dataclasses import replace

import pytest
from unit.semantic import chain, shop
from unit.semantic.test_part_rules import CLUBS

from analytics_agent.resources import resource
from analytics_agent.semantic import load
from analytics_agent.semantic.model import Certification, SemanticModel
from analytics_agent.semantic.ossie import load as ossie
from analytics_agent.semantic.ossie.changes import changes
from analytics_agent.semantic.ossie.writer import written


def sample(name: str) -> SemanticModel:
    return load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())


MODELS = {"shop": shop.model(), "chain": chain.model(), "clubs": load(CLUBS), "flights": sample("flights"), "retailer": sample("shop")}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_written_and_read_again_it_is_the_same(model: SemanticModel) -> None:
    text = written(model)
    assert changes(model, load(text)) == () and changes(load(text), model) == ()
    assert ossie.read(text).notes == () and written(load(text)) == text


def test_what_people_vouch_for_and_odd_words_come_back() -> None:
    metric = replace(
        shop.model().metrics[0],
        description="Quotes \" ' and: colons\nand lines, ümläuts, {braces}",
        certification=Certification("certified", "ada", "the close"),
        owners=("finance",),
        instructions="Say so. # no comment",
    )
    model = replace(shop.model(), metrics=(metric, *shop.model().metrics[1:]), certification=Certification("unreviewed"), owners=("data",))
    again = load(written(model, "Two lines\nof comment"))
    assert changes(model, again) == ()
    assert again.metrics[0].certification == metric.certification and again.certification.status == "unreviewed"
