"""Headlines and headings: names and periods from the data, and no figure however it is brought in."""

from datetime import date, datetime

import pytest
from fakes.results import both, count, day, mean, stored, text

from analytics_agent.domain.answer import Answer
from analytics_agent.errors import Ungrounded
from analytics_agent.synthesize.grounding import ground

NAMES: list[str | None] = ["John F Kennedy Intl", "Southwest Airlines Co.", "Boeing 737", "35.0 %", "12 min", "2013", None, "W" * 200]
EVIL = "<b>**Evil**</b>\u202e\n[x](http://evil.example)"
RESULTS = both(
    stored(
        {
            text("name"): [*NAMES, EVIL],
            text("part"): ["evening", "easyJet", *["night"] * 7],
            count("flight_id"): [1207, *range(8)],
            count("flights"): [111, 222, 333, 444, 555, 666, 777, 888, 999],
            mean("delay"): [1.5] * 9,
            day("month", dimension="flights.date:month"): [date(2013, 8, 1)] * 9,
            day("flown"): [date(2013, 8, 17)] * 9,
            day("hour", dimension="flights.date:hour"): [datetime(2013, 8, 17, 12)] * 9,  # noqa: DTZ001 wall time
        }
    )
)


def answer(heading: str, headline: str = "Late again") -> Answer:
    written = {"headline": headline, "claims": [{"text": "{{r1[0].delay}} late.", "heading": heading}]}
    return ground(written, *RESULTS, [], question="Who was 15 minutes late most often in 2013?")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{{r1[0].name}} slipped most", "John F Kennedy Intl slipped most"),
        ("{{r1[name=Boeing 737].name}} led", "Boeing 737 led"),
        ("Latest in {{r1[0].month}}", "Latest in August\u00a02013"),
        ("Latest in {{max(r1.month)}}", "Latest in August\u00a02013"),
        ("15 minutes late most often", "15 minutes late most often"),
        ("It slipped **most**.", "It slipped most"),
        ("Most often: {{r1[1].name}}.", "Most often: Southwest Airlines Co."),
        ("Most often: {{r1[1].name}}", "Most often: Southwest Airlines Co."),
        ("{{r1[7].name}} led", "W" * 59 + "… led"),
        ("{{r1[0].part}} was worst", "Evening was worst"),
        ("Flight {{r1[0].flight_id}} was worst", "Flight 1207 was worst"),
        ("{{r1[1].part}} was worst", "easyJet was worst"),
        ("", ""),
    ],
)
def test_a_heading_states_the_finding_with_names_from_the_data(written: str, shown: str) -> None:
    assert answer(written).claims[0].heading == shown


def test_a_headline_takes_names_too() -> None:
    assert answer("", headline="{{r1[0].name}} slipped most").headline == "John F Kennedy Intl slipped most"


def test_a_hostile_name_in_a_heading_is_one_line_of_plain_text() -> None:
    assert answer("{{r1[8].name}} led").claims[0].heading == "<b>**Evil**</b> [x](http://evil.example) led"


@pytest.mark.parametrize(
    "written",
    [
        "Up by 5.0",
        "Two airports slipped",
        "Delays doubled",
        "{{r1[0].flights}} left late",
        "{{difference(r1[0].delay, r1[1].delay)}} more",
        "{{rank(r1.flights, name=Boeing 737)}} of all",
        "{{count(r1)}} airports",
        "{{max(r1.flight_id)}} was last",
        "Up by {{r1[3].name}}",
        "Up by {{r1[4].name}}",
        "{{r1[5].name}} was bad",
        "Worst on {{r1[0].flown}}",
        "Worst at {{r1[0].hour}}",
        "{{r1[6].name}} led",
        "{{r9[0].name}} led",
        "{{r1[0].name led",
        "A brace }} alone",
    ],
)
def test_a_figure_or_a_bad_reference_in_a_heading_is_sent_back(written: str) -> None:
    with pytest.raises(Ungrounded) as refused:
        answer(written)
    assert all(problem.startswith("Heading of claim 1: ") for problem in refused.value.problems)
    with pytest.raises(Ungrounded) as refused:
        answer("", headline=written)
    assert all(problem.startswith("`headline`: ") for problem in refused.value.problems)


def test_a_heading_alone_does_not_make_a_claim_grounded() -> None:
    written = {"headline": "h", "claims": [{"text": "It slipped.", "heading": "{{r1[0].name}} slipped"}]}
    with pytest.raises(Ungrounded, match="at least one reference"):
        ground(written, *RESULTS, [], question="Who?")


def test_an_answer_without_headings_is_accepted() -> None:
    written = {"headline": "h", "claims": [{"text": "{{r1[0].delay}} late."}]}
    assert ground(written, *RESULTS, [], question="Who?").claims[0].heading == ""
