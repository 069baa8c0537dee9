"""What a scheduled report says of the one before: few words, each figure from the stored comparison, in STYLE's form."""

import random
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
import pytest
from fakes.results import count, mean, percent, text
from unit.analyze.test_changes import CANCELLED, CARRIER, NAMES, carriers, sheet

from analytics_agent.analyze.changes import changed
from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.answer import Claim
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.synthesize import changes as under_test
from analytics_agent.synthesize.changes import Base, told

LATE = percent("late_share", metric="late_share")
DEPARTURES = count("departures", "departures", metric="departures")
BASE = Base("May 2013", "June 2013", "in May 2013")
SAME = Base("the report of 1 July 2013", "June 2013", same_period=True)


def claims_of(before: Sheet, now: Sheet, base: Base = BASE) -> tuple[Claim, ...]:
    computed = changed(before, now, NAMES).computed
    assert computed is not None
    query = Query("r9", computed.title, computed.columns, computed.table.num_rows, Artifact("", 0, ""), "computed")
    claims = told(query, computed.table, base)
    assert all(figure.result == "r9" for claim in claims for figure in claim.figures)
    return claims


def said(before: Sheet, now: Sheet, base: Base = BASE) -> list[str]:
    return [claim.text.replace("\u00a0", " ") for claim in claims_of(before, now, base)]


def headings(before: Sheet, now: Sheet) -> list[str]:
    return [claim.heading for claim in claims_of(before, now)]


def one(column: ResultColumn, *values: Any) -> list[Sheet]:
    kind = pa.int64() if column.type == "integer" else pa.float64()
    return [sheet({column: pa.array([value], kind)}) for value in values]


@pytest.mark.parametrize(
    ("column", "before", "now", "text"),
    [
        (mean("delay"), 13.38, 18.334, "Delay rose to **18.3 min**: ▲ **5.0 min** from **13.4** in May 2013."),
        (count("flights"), 6525, 6493, "Flights fell to **6,493**: ▼ **32** from **6,525** in May 2013."),
        (count("cancelled"), 563, 1009, "Cancelled rose to **1,009 flights**: ▲ **446 flights** from **563** in May 2013."),
        (percent("late"), 0.124, 0.1, "Late fell to **10.0 %**: ▼ **2.4 points** from **12.4 %** in May 2013."),
        (count("flights"), 7, 7, "Flights stayed at **7**, as in May 2013."),
    ],
)
def test_one_figure_is_told_with_its_change_and_its_base(column: ResultColumn, before: Any, now: Any, text: str) -> None:
    assert said(*one(column, before, now)) == [text]


def test_a_figure_that_is_missing_is_said_to_be() -> None:
    assert said(*one(mean("delay"), None, 4.0))[0].endswith("May 2013 has no figure.")
    assert said(*one(mean("delay"), 4.0, None)) == ["There is no figure for June 2013; May 2013 had **4.0**."]


def test_totals_the_largest_change_and_a_new_leader_are_told() -> None:
    assert said(carriers(Southwest=10, Delta=20, United=5), carriers(Southwest=40, Delta=21, United=5)) == [
        "In all, cancelled rose to **66 flights**: ▲ **31 flights** from **35** in May 2013.",
        "Southwest changed most, to **40 flights**: ▲ **30 flights** from **10** in May 2013.",
        "Southwest stands first, with **40 flights**; in May 2013 it was Delta, with **20**.",
    ]


def test_a_list_that_is_cut_has_no_total() -> None:
    before, now = (sheet({CARRIER: ["Delta", "United"], CANCELLED: values}, request={"limit": 2}) for values in ([9, 5], [8, 5]))
    assert not said(before, now)[0].startswith("In all")


def test_new_and_gone_rows_are_named_and_many_are_counted() -> None:
    assert (
        said(carriers(Delta=20, Hawaiian=1), carriers(Delta=20, Mesa=3))[-1]
        == "New: Mesa with **3 flights**. No longer there: Hawaiian with **1**."
    )
    many = said(carriers(Delta=20), carriers(Delta=20, **{f"C{chr(65 + i)}": 1 for i in range(9)}))
    assert many[-1] == "New: **9** rows."


def test_the_only_change_is_said_to_be_the_only_one() -> None:
    late = percent("late", metric="late")
    before, now = (sheet({CARRIER: ["Delta", "United"], late: values}) for values in ([0.2, 0.1], [0.25, 0.1]))
    assert said(before, now) == ["Only Delta changed, to **25.0 %**: ▲ **5.0 points** from **20.0 %** in May 2013."]


def test_the_same_period_with_the_same_values_has_not_changed() -> None:
    assert said(carriers(Delta=20, United=5), carriers(United=5, Delta=20), SAME) == [
        "Nothing has changed since the report of 1 July 2013: all **2** rows are as they were."
    ]


def test_the_same_period_with_other_values_was_corrected() -> None:
    assert said(*one(count("cancelled"), 563, 560), SAME) == [
        "The data of June 2013 was changed since the report of 1 July 2013. "
        "Cancelled fell to **560 flights**: ▼ **3 flights** from **563**."
    ]


def test_a_name_stands_for_its_code() -> None:
    name = text("airline_name", dimension="airlines.name")
    columns = {CARRIER: ["WN", "DL"], name: ["Southwest", "Delta"]}
    before, now = (sheet({**columns, CANCELLED: values}) for values in ([1, 2], [5, 2]))
    assert said(before, now)[1].startswith("Only Southwest changed, to **5 flights**")


@pytest.mark.parametrize("odd", ["=SUM(1)", "{{r1[0].x}}", "Robert'); --", "**bold** [link](http://x)", "2013 AG", "‮evil"])
def test_hostile_names_stay_text(odd: str) -> None:
    before, now = (sheet({CARRIER: [odd, "Delta"], CANCELLED: values}) for values in ([1, 2], [5, 2]))
    claims = said(before, now)
    assert len(claims) >= 2 and not any("[link](" in claim.replace("\\]", "") for claim in claims)


def test_a_label_with_a_figure_may_be_repeated() -> None:
    column = replace(count("late"), label="Late by 15 minutes", metric=None)
    assert said(*one(column, 1, 3)) == ["Late by 15 minutes rose to **3 flights**: ▲ **2 flights** from **1** in May 2013."]


def lateness(**carriers: tuple[float, int]) -> Sheet:
    """Late shares, each on its departures."""
    shares, departures = [share for share, _ in carriers.values()], [records for _, records in carriers.values()]
    return sheet({CARRIER: list(carriers), LATE: shares, DEPARTURES: departures})


def test_a_row_on_few_records_does_not_lead_what_changed() -> None:
    before = lateness(Alaska=(0.10, 52), Delta=(0.20, 4000), United=(0.15, 5000), JetBlue=(0.25, 4500))
    now = lateness(Alaska=(0.40, 54), Delta=(0.26, 4100), United=(0.16, 5100), JetBlue=(0.25, 4400))
    assert said(before, now) == [
        "Among the larger ones, Delta changed most, to **26.0 %** on **4,100 departures**: ▲ **6.0 points** from **20.0 %** in May 2013.",
        "Among the larger ones, Delta stands first, with **26.0 %** on **4,100 departures**; in May 2013 it was JetBlue, with **25.0 %**.",
    ]


def test_a_heading_does_not_hide_that_smaller_rows_were_passed_over() -> None:
    before = lateness(Alaska=(0.10, 52), Delta=(0.20, 4000), United=(0.15, 5000), JetBlue=(0.25, 4500))
    now = lateness(Alaska=(0.12, 54), Delta=(0.21, 4100), United=(0.15, 5100), JetBlue=(0.25, 4400))
    assert headings(before, now) == ["Delta changed most among the larger ones"]


def test_a_large_row_leads_without_a_word_on_small_ones() -> None:
    before = lateness(Alaska=(0.10, 52), Delta=(0.20, 4000), United=(0.15, 5000), JetBlue=(0.25, 4500))
    now = lateness(Alaska=(0.11, 54), Delta=(0.22, 4100), United=(0.15, 5100), JetBlue=(0.25, 4400))
    assert said(before, now) == ["Delta changed most, to **22.0 %** on **4,100 departures**: ▲ **2.0 points** from **20.0 %** in May 2013."]


def test_where_all_rest_on_few_records_that_is_said() -> None:
    before, now = lateness(Alaska=(0.10, 9), Delta=(0.20, 12)), lateness(Alaska=(0.50, 8), Delta=(0.21, 14))
    assert said(before, now)[0] == (
        "Alaska changed most, to **50.0 %**, but on only **8 departures**: ▲ **40.0 points** from **10.0 %** on only **9 departures** in "
        "May 2013."
    )


def test_a_new_row_says_what_it_rests_on() -> None:
    before = lateness(Delta=(0.20, 4000), United=(0.15, 5000))
    assert (
        said(before, lateness(Delta=(0.20, 4000), United=(0.15, 5000), Mesa=(0.5, 2)))[-1]
        == "New: Mesa with **50.0 %** on **2 departures**."
    )


def lost(before: Sheet, now: Sheet, base: Base) -> list[str]:
    """Claims that the checks of words left out or could not judge."""
    computed = changed(before, now, NAMES).computed
    assert computed is not None
    query = Query("r9", computed.title, computed.columns, computed.table.num_rows, Artifact("", 0, ""), "computed")
    claims = told(query, computed.table, base)
    kept = [claim.heading for claim in claims if not claim.unchecked]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(under_test, "ground", partial(under_test.ground, by_code=True))
        return [claim.heading for claim in told(query, computed.table, base) if claim.heading not in kept]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_changes_stands_before_the_checks_of_words(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret depends on it
    names = chance.sample(["Alaska", "Delta", "United", "JetBlue", "Mesa", "SkyWest", "Best Air", "First Jet", "Only One", "Most Wings"], 7)

    def rows(few: bool) -> Sheet:
        some = chance.sample(names, chance.randint(2, 7))
        return lateness(**{name: (round(chance.random(), 2), chance.randint(2, 60 if few else 9_000)) for name in some})

    def counted() -> Sheet:
        some = chance.sample(names, chance.randint(1, 7))
        return sheet({CARRIER: some, DEPARTURES: [chance.randint(0, 40) for _ in some]})

    few = bool(seed % 2)
    assert lost(rows(few), rows(few), BASE if seed % 3 else SAME) == []
    assert lost(counted(), counted(), BASE if seed % 3 else SAME) == []


def test_of_claims_one_of_which_is_false_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a rule of ours say what the rows do not, the reader is not told it."""
    rule = under_test._Told.claims

    def with_one_more(self: Any) -> list[dict[str, Any]]:
        return [*rule(self), {"heading": "Wrong", "text": "{{r9[1].carrier}} had the highest late share, with {{r9[1].now}}."}]

    monkeypatch.setattr(under_test._Told, "claims", with_one_more)
    before = lateness(Delta=(0.20, 4000), United=(0.15, 5000))
    now = lateness(Delta=(0.26, 4000), United=(0.15, 5000))
    assert "Wrong" not in headings(before, now) and headings(before, now)
