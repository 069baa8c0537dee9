"""What an answer says of the metrics it stands on: their formula, and who vouches for them."""

from dataclasses import replace

from analytics_agent.semantic.definitions import by_one_key, definitions, unreviewed
from analytics_agent.semantic.model import Certification, Cumulative, Dataset, Expression, Metric, Relationship, SemanticModel
from analytics_agent.semantic.request import MetricRequest

SUM = Expression({"ANSI_SQL": "SUM(orders.amount)"})
REVENUE = Metric("revenue", SUM, "Revenue", "orders", "What was paid.", owners=("finance@shop",))
MARGIN = Metric("margin", Expression({}), "Margin", "orders", ratio=("profit", "revenue"))
TO_DATE = Metric("revenue_to_date", Expression({}), "Revenue to date", "orders", cumulative=Cumulative("revenue", "year"))
MODEL = SemanticModel(
    "shop", (Dataset("orders", "orders", owners=("ops@shop",)),), metrics=(REVENUE, MARGIN, TO_DATE), owners=("data@shop",)
)


def test_a_definition_is_told_in_the_words_and_the_formula_of_the_model() -> None:
    revenue, margin, to_date = definitions(MODEL, ["revenue", "margin", "revenue_to_date", "revenue", "unheard_of"])
    assert (revenue.text, revenue.formula, margin.formula) == ("What was paid.", "SUM(orders.amount)", "profit / revenue")
    assert to_date.formula == "revenue, added up since the beginning of the year"


def test_the_nearest_owners_and_the_nearest_certification_count() -> None:
    (revenue, margin) = definitions(MODEL, ["revenue", "margin"])
    assert (revenue.owners, margin.owners) == (("finance@shop",), ("ops@shop",))
    vouched = replace(
        MODEL,
        certification=Certification("unreviewed"),
        metrics=(replace(REVENUE, certification=Certification("certified", "Ada", "audit 2025")), MARGIN),
    )
    (revenue, margin) = definitions(vouched, ["revenue", "margin"])
    assert (revenue.status, revenue.by, revenue.details, margin.status) == ("certified", "Ada", "audit 2025", "unreviewed")


def test_figures_of_a_draft_have_a_caveat_that_names_them() -> None:
    draft = replace(MODEL, certification=Certification("unreviewed"))
    assert unreviewed(definitions(MODEL, ["revenue"])) == ()
    (said,) = unreviewed(definitions(draft, ["revenue", "margin"]))
    assert "revenue and Margin" in said and "drafted or imported" in said


def test_a_draft_says_by_which_of_several_keys_a_table_is_meant() -> None:
    rides, plain, role = Dataset("rides", "rides"), Dataset("stations", "stations"), Dataset("end_id_stations", "stations")
    ways = tuple(Relationship(f"to_{one}", "rides", one, (key,), ("id",)) for one, key in (("stations", "start_id"), (role.name, "end_id")))
    count = Metric("rides", Expression({"ANSI_SQL": "COUNT(rides.id)"}), "Rides", "rides")
    model = SemanticModel("rides", (rides, plain, role), ways, metrics=(count,), certification=Certification("unreviewed"))
    asked = MetricRequest("rides", ("rides",), ("stations.name",))
    used = definitions(model, ["rides"])
    assert by_one_key(model, asked, used) == ("stations here are those of start_id; rides also names stations by end_id.",)
    assert by_one_key(model, replace(asked, dimensions=("end_id_stations.name",)), used) == ()
    assert by_one_key(replace(model, relationships=ways[:1]), asked, used) == ()
    reviewed = replace(model, certification=Certification("certified", "Ada"))
    assert by_one_key(reviewed, asked, definitions(reviewed, ["rides"])) == ()
