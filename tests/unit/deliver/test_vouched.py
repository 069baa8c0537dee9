"""What Superset is told of the metrics behind a chart: certified only where somebody vouches for all of them."""

from dataclasses import replace

from fakes.published_runs import AIRLINE, DELAY, FLIGHTS, query, run

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.deliver.vouched import Certified, certified, meanings
from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import Definition, Query, Verified

LATE = Definition("delay", "Delay", "Minutes late.", "AVG(delay)", "certified", "Operations", "as filed")
COUNT = Definition("flights", "Flights", "", "COUNT(*)", "certified", "Operations", "")


def governed(*definitions: Definition) -> Query:
    measures = (replace(DELAY, metric="delay"), replace(FLIGHTS, metric="flights"))[: max(1, len(definitions))]
    return query(1, "Late", (AIRLINE, *measures), 4, "SELECT 1", definitions=definitions)


def test_a_dataset_and_its_charts_are_certified_where_every_metric_is() -> None:
    both = governed(LATE, COUNT)
    assert certified(both) == Certified("Operations", "as filed")
    made = plan(run("run1", "What?", (both,), (Claim("So.", ()),)))
    assert {(one.certified_by, one.certification_details) for one in (*made.datasets, *made.charts)} == {("Operations", "as filed")}
    assert "Delay: Minutes late.\nFlights: COUNT(*)" in made.datasets[0].description


def test_one_that_is_not_certified_takes_the_mark_from_all() -> None:
    draft = replace(COUNT, status="unreviewed")
    assert certified(governed(LATE, draft)) == Certified()
    assert certified(replace(governed(LATE, COUNT), definitions=(LATE,))) == Certified(), "a measure that nobody vouches for"
    assert "Flights (a draft that nobody has reviewed): COUNT(*)" in meanings(governed(LATE, draft))


def test_free_sql_is_never_certified() -> None:
    assert certified(query(1, "Late", (AIRLINE, DELAY), 4, "SELECT 1", source="free")) == Certified()


def test_who_certified_is_said_even_where_nobody_is_named() -> None:
    assert certified(governed(replace(LATE, by=""))).by == "The semantic model"


def test_a_verified_query_says_beside_its_sql_who_vouches_for_it() -> None:
    verified = query(1, "Late", (AIRLINE, DELAY), 4, "SELECT 1", source="verified", verified=Verified("How late?", "Ada", "2026-01-01"))
    made = plan(run("run1", "What?", (verified,), (Claim("So.", ()),)))
    texts = [block.markdown for row in made.rows for block in row if not isinstance(block, str)]
    assert any("a verified query (verified by Ada on 2026-01-01)" in text.replace("\\", "") for text in texts)
