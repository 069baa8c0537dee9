"""Grounding: what the reader sees, what stands behind it, and everything that is sent back."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from fakes.results import Stored, both, count, day, mean, money, percent, stored, text

from analytics_agent.domain.answer import Answer
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.finding import Finding
from analytics_agent.errors import Ungrounded
from analytics_agent.synthesize.grounding import ground

QUESTION = "Which carriers were 15 minutes late most often in summer 2013?"
FINDING = Finding("f1", "comparison", "Summer against spring", "r2", ("r1",), {}, "A method", ("Seen in 92 days.",))

SUMMER = stored(
    {
        text("carrier"): ["WN", "9E", "EV", "US"],
        text("name"): ["Southwest Airlines Co.", "Endeavor Air Inc.", "ExpressJet", None],
        count("flights"): [3130, 4018, 12801, 1],
        count("late"): [1096, 1388, 4129, 0],
        percent("share"): [0.3502, 0.3454, 0.3226, 0.0],
        mean("delay"): [18.33, 13.38, None, float("nan")],
        day("month", dimension="flights.date:month"): [date(2013, 6, 1), date(2013, 7, 1), date(2013, 8, 1), date(2013, 8, 1)],
        money("paid"): pa.array([Decimal("10.10"), Decimal("0.20"), Decimal("0.30"), None], pa.decimal128(10, 2)),
    }
)
CHANGE = stored({mean("difference"): [-4.95], percent("percent_change"): [-0.27], text("direction"): ["fell"]}, "r2", source="computed")
RESULTS = both(SUMMER, CHANGE)


def answer(*claims: str, results: Stored = RESULTS, **more: Any) -> Answer:
    written = {"headline": "Southwest leads", "claims": [{"text": claim} for claim in claims], **more}
    return ground(written, *results, [FINDING], question=QUESTION, readings=["Summer: 1 June to 31 August"])


def say(claim: str, results: Stored = RESULTS) -> str:
    return answer(claim, results=results).summary.replace("\u00a0", " ")


def problems(*claims: str, results: Stored = RESULTS, **more: Any) -> str:
    with pytest.raises(Ungrounded) as refused:
        answer(*claims, results=results, **more)
    return "\n".join(refused.value.problems)


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("{{r1[0].name}} leads with {{r1[0].share}}.", "Southwest Airlines Co. leads with **35.0 %**."),
        ("It is {{r1[carrier=9E].delay}}.", "It is **13.4 min**."),
        ("It is {{r1[carrier=9e, month=2013-07].delay}}.", "It is **13.4 min**."),
        ('It is {{r1[name="Southwest Airlines Co."].late}}.', "It is **1,096 flights**."),
        ("{{difference(r1[0].share, r1[1].share)}} apart.", "**0.5 points** apart."),
        ("{{difference(r1[0].delay, r1[1].delay)}} apart.", "**5.0 min** apart."),
        ("{{difference(r1[1].month, r1[0].month)}} apart.", "**30 days** apart."),
        ("{{ratio(r1[2].flights, r1[0].flights)}} times.", "**4.09** times."),
        ("It fell by {{percent_change(r1[0].delay, r1[1].delay)}}.", "It fell by **27.0 %**."),
        ("A change of {{percent_change(r1[0].delay, r1[1].delay)}}.", "A change of **−27.0 %**."),
        ("{{share(r1[0].late, r1[0].flights)}} left late.", "**35.0 %** left late."),
        ("{{share(r1[0].flights, sum(r1.flights))}} of all.", "**15.7 %** of all."),
        ("{{sum(r1.flights)}} in all.", "**19,950 flights** in all."),
        ("{{sum(r1.paid)}} was paid.", "**$10.60** was paid."),
        ("{{mean(r1.flights)}} each.", "**4,988 flights** each."),
        ("{{sum(r1[month=2013-08-01].flights)}} in {{r1[2].month}}.", "**12,802 flights** in **August 2013**."),
        ("{{count(r1)}} carriers, {{count(r1.delay)}} with delays.", "**4** carriers, **2** with delays."),
        ("{{count(r1[share>=0.34])}} carriers.", "**2** carriers."),
        ("{{count(r1[month<2013-08-01])}} carriers.", "**2** carriers."),
        ("{{count(r1[carrier!=WN])}} others.", "**3** others."),
        ("Up to {{max(r1.delay)}}, from {{min(r1.month)}}.", "Up to **18.3 min**, from **June 2013**."),
        ("It came {{rank(r1.share, carrier=EV)}}.", "It came **3rd**."),
        ("It came {{rank(r1[0].share)}}.", "It came **1st**."),
        ("Off by {{abs(difference(r1[1].delay, r1[0].delay))}}.", "Off by **5.0 min**."),
    ],
)
def test_a_reference_is_filled_in(claim: str, shown: str) -> None:
    assert say(claim) == shown


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("{{r1[0].delay}} minutes late.", "**18.3** minutes late."),
        ("{{r1[0].share}} % and {{r1[0].share}} percent.", "**35.0 %** and **35.0 %**."),
        ("{{r1[0].late}} of {{r1[0].flights}} departures.", "**1,096** of **3,130** departures."),
        ("{{r1[0].flights}} flights in all.", "**3,130** flights in all."),
        ("{{r1[0].flights}} in 2013.", "**3,130 flights** in 2013."),
        ("It cost ${{r1[0].paid}} dollars.", "It cost **$10.10**."),
    ],
)
def test_a_unit_is_said_once(claim: str, shown: str) -> None:
    assert say(claim) == shown


def test_the_figure_points_to_its_cell_and_keeps_its_unrounded_value() -> None:
    (figure,) = answer("It was {{r1[carrier=WN].share}}.").claims[0].figures
    assert (figure.shown, figure.value, figure.unit) == ("35.0\u00a0%", 0.3502, "%")
    assert (figure.result, figure.expression, figure.row, figure.column) == ("r1", "r1[carrier=WN].share", 0, "share")


def test_figures_stand_in_the_text_in_their_order() -> None:
    claim = answer("From {{r1[1].delay}} to {{r1[0].delay}} in {{r1[0].month}}, {{r1[0].name}}.").claims[0]
    rest = claim.text
    for figure in claim.figures:
        before, found, rest = rest.partition(f"**{figure.shown}**")
        assert found
        assert "**" not in before
    assert "**" not in rest
    assert [figure.value for figure in claim.figures] == [13.38, 18.33, "2013-06-01"]


def test_a_falling_change_is_recorded_as_it_is_shown() -> None:
    (figure,) = answer("It fell by {{r2[0].difference}}.").claims[0].figures
    assert (figure.shown, figure.value, figure.expression) == ("5.0\u00a0min", 4.95, "abs(r2[0].difference)")


def test_claims_run_together_as_the_summary() -> None:
    written = answer("{{r1[0].name}} leads by share", "It has {{r1[0].flights}}.", caveats=["Cancelled flights are left out."])
    assert written.summary == "Southwest Airlines Co. leads by share. It has **3,130\u00a0flights**."
    assert written.caveats == ("Cancelled flights are left out.",)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("It was 18.3 minutes, {{r1[0].delay}}.", "'18.3' is typed"),
        ("Late on 15 % of days: {{r1[0].share}}.", "'15 %' is typed"),
        ("{{r1[0].name}} is twice as late.", "'twice' is typed"),
        ("{{r9[0].delay}}", "no result 'r9'. Results: r2, r1"),
        ("{{r1[0].dealy}}", "no column 'dealy'. Nearest: delay"),
        ("{{r1[0]}}", "column is missing after r1"),
        ("{{r1.delay}}", r"Say which row of r1"),
        ("{{r1[9].delay}}", "4 rows, counted from 0"),
        ("{{r1[carrier=ZZ].delay}}", "No row of r1 has carrier=ZZ. Values of carrier: WN, 9E, EV, US"),
        ("{{r1[month=2013-08-01].flights}}", "2 rows of r1 have .* Add a key"),
        ("{{r1[carrier=WN, month=2013-07-01].flights}}", "all together are not"),
        ("{{difference(r1[0].delay, r1[2].delay)}}", "is empty"),
        ("Delay rose by {{r1[2].delay}}", "the cell is empty"),
        ("{{r1[3].name}}", "is empty"),
        ("{{difference(r1[0].delay, r1[0].flights)}}", "needs one unit: delay has min, flights has flights"),
        ("{{difference(r1[0].name, r1[1].name)}}", "no number"),
        ("{{difference(r1[0].delay)}}", "takes 2 references, not 1"),
        ("{{ratio(r1[0].flights, r1[3].late)}}", "late is zero"),
        ("{{percent_change(r1[3].late, r1[0].late)}}", "no meaning from zero"),
        ("{{share(r1[0].flights, r1[0].late)}}", "swap the two"),
        ("{{sum(r1.share)}}", "sum over 'share' would be wrong"),
        ("{{mean(r1.delay)}}", "mean over 'delay' would be wrong"),
        ("{{max(r1.name)}}", "numbers or dates"),
        ("{{sum(r1[carrier=ZZ].flights)}}", "no value to work on"),
        ("{{count(r1[share>many])}}", "needs a number or a date"),
        ("{{rank(r1.delay)}}", "the row to rank"),
        ("{{r1[0].delay", "never closed"),
        ("{{r1[0].delay}}th", "directly after the reference"),
        ("{{r1[0].flights}}k", "directly after the reference"),
        ("-{{r1[0].delay}}", "sign stands directly before"),
        ("{{r1[0].delay}} %", "followed by '%' but its unit is min"),
        ("{{r1[0].delay}} hours", "followed by 'hours' but its unit is min"),
        ("{{r1[0].share}} percentage points", "its unit is %"),
        ("{{r1[0].flights}} percent", "its unit is flights"),
        ("{{r1[0].paid}} euros", "its unit is USD"),
        ("{{count(r1)}} %", "is no percentage"),
        ("{{r1[0].flights}} million", "'million' is typed"),
    ],
)
def test_a_claim_that_does_not_stand_is_sent_back(claim: str, said: str) -> None:
    assert re.search(said, problems(claim))


@pytest.mark.parametrize(
    "claim",
    [
        "It rose by {{r2[0].difference}}.",
        "Delays were higher by {{difference(r1[1].delay, r1[0].delay)}}.",
        "It fell by {{difference(r1[0].delay, r1[1].delay)}}.",
        "It fell by {{abs(difference(r1[0].delay, r1[1].delay))}}.",
        "{{percent_change(r1[0].delay, r1[1].delay)}} more than before.",
        "Flights grew by {{difference(r1[0].flights, r1[0].flights)}}.",
        "It is up {{r2[0].percent_change}}.",
    ],
)
def test_words_that_contradict_the_sign_are_sent_back(claim: str) -> None:
    assert "the words say" in problems(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "It fell by {{r2[0].difference}}.",
        "It fell by more than {{r2[0].difference}}.",
        "Delays rose by {{difference(r1[0].delay, r1[1].delay)}}, while flights fell by {{difference(r1[0].flights, r1[1].flights)}}.",
        "{{difference(r1[0].delay, r1[1].delay)}} more than in spring.",
        "It did not rise: {{r2[0].difference}}.",
        "It did not rise by {{r2[0].difference}}.",
        "The higher price and the lower demand moved it by {{r2[0].difference}}.",
        "Share: {{r1[0].share}} less is left unsaid.",
    ],
)
def test_words_that_agree_or_do_not_tell_are_accepted(claim: str) -> None:
    assert "**" in say(claim)


def test_every_problem_is_named_at_once_with_its_claim() -> None:
    told = problems(
        "It was 18.3 and {{r9[0].x}}.",
        "Fine: {{r1[0].delay}}.",
        "{{r1[0].nope}}",
        headline="Up 5.0 minutes",
        caveats=["{{count(r1)}} left out"],
    )
    for part in (
        "Claim 1: the figure '18.3'",
        "Claim 1: {{r9[0].x}}",
        "Claim 3: {{r1[0].nope}}",
        "`headline`: the figure '5.0' is typed",
        "`caveats` takes no references",
    ):
        assert part in told
    assert "Claim 2" not in told


def test_an_answer_that_cites_nothing_is_sent_back() -> None:
    assert "No claim refers to a result" in problems("Southwest leads.")


def test_a_finding_that_does_not_exist_is_sent_back() -> None:
    written = {"headline": "h", "claims": [{"text": "{{r1[0].delay}}", "finding": "f7"}]}
    with pytest.raises(Ungrounded, match=r"no finding 'f7'; findings: f1"):
        ground(written, *RESULTS, [FINDING], question=QUESTION)
    written["claims"] = [{"text": "{{r1[0].delay}}", "finding": "f1"}]
    assert ground(written, *RESULTS, [FINDING], question=QUESTION).claims[0].finding == "f1"


def test_figures_of_a_findings_caveat_may_be_repeated_as_a_caveat_only() -> None:
    assert answer("{{r1[0].delay}}", caveats=["Seen in 92 days."]).caveats == ("Seen in 92 days.",)
    assert "'92' is typed" in problems("Seen in 92 days, {{r1[0].delay}}.")


def test_labels_of_governed_metrics_may_be_repeated_and_other_labels_not() -> None:
    column = ResultColumn("share", "number", "Left 45 minutes late", format="percent", metric="late_share")
    assert say("Left 45 minutes late: {{r1[0].share}}.", stored({column: [0.2]})) == "Left 45 minutes late: **20.0 %**."
    free = ResultColumn("share", "number", "Left 45 minutes late", format="percent")
    assert "'45' is typed" in problems("Left 45 minutes late: {{r1[0].share}}.", results=stored({free: [0.2]}))


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"headline": "h", "claims": []},
        {"headline": "h", "claims": "text"},
        {"headline": "h", "claims": [{"text": ""}]},
        {"headline": "h", "claims": [7]},
        {"headline": None, "claims": [{"text": "{{r1[0].delay}}"}]},
        {"headline": "h", "claims": [{"text": "{{r1[0].delay}}"}], "caveats": "x"},
        {"headline": "h", "claims": [{"text": "x" * 5_000}]},
        {"headline": "h", "claims": [{"text": "{{r1[0].delay}}", "heading": 7}]},
        {"headline": "h", "claims": [{"text": "{{r1[0].delay}}", "heading": "x" * 5_000}]},
        {"headline": "x" * 5_000, "claims": [{"text": "{{r1[0].delay}}"}]},
    ],
)
def test_json_of_another_shape_is_sent_back(written: dict[str, Any]) -> None:
    with pytest.raises(Ungrounded):
        ground(written, *RESULTS, [], question=QUESTION)


@pytest.mark.parametrize(
    ("cell", "markdown"),
    [
        ("{{r1[0].n}}", "{{r1\\[0\\].n}}"),
        ("**bold** _it_ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\`"),
        ("<script>alert()</script>", "\\<script\\>alert()\\</script\\>"),
        ("[click](https://evil.example)", "\\[click\\](https\\://evil.example)"),
        ("![x](http://evil.example/x.png)", "!\\[x\\](http\\://evil.example/x.png)"),
        ("www.evil.example", "www\\.evil.example"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("line\nbreak\r\n\ttab", "line break tab"),
        ("abc\u202edcb\u200b", "abcdcb"),
        ("a\x00b\x1b[31m", "ab\\[31m"),
        ("# heading", "\\# heading"),
        ("back\\slash", "back\\\\slash"),
        ("日本航空", "日本航空"),
    ],
)
def test_a_hostile_cell_is_shown_as_the_text_it_is(cell: str, markdown: str) -> None:
    result = stored({text("name"): [cell], count("n"): [5]})
    summary = say("{{r1[0].name}} has {{r1[0].n}} in it.", result)
    assert summary.replace("**", "") == f"{markdown} has 5 flights in it.".replace("**", "")


def test_the_models_own_markup_is_taken_off_so_that_only_figures_are_bold() -> None:
    assert say("**Very** `late` [here](http://x.example) <b>: {{r1[0].delay}}.") == (
        "Very late \\[here\\](http\\://x.example) \\<b\\>: **18.3 min**."
    )


def test_a_text_that_holds_digits_is_a_figure_that_can_be_traced() -> None:
    (figure,) = answer("{{r1[0].x}} it is.", results=stored({text("x"): ["35.0 *percent*"]})).claims[0].figures
    assert (figure.shown, figure.value, figure.row) == ("35.0 *percent*", "35.0 *percent*", 0)


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_a_number_that_is_infinite_is_never_shown(value: float) -> None:
    assert "is infinite" in problems("{{r1[0].x}}", results=stored({mean("x"): pa.array([value], pa.float64())}))


@pytest.mark.parametrize("value", [float("nan"), None])
@pytest.mark.parametrize(
    ("claim", "text"), [("It was {{r1[0].x}} minutes.", "It was no value."), ("Es war {{r1[0].x}} Minuten.", "Es war kein Wert.")]
)
def test_a_cell_without_a_value_is_told_as_one(claim: str, text: str, value: float | None) -> None:
    both_rows = stored({mean("x"): pa.array([value, 1.0], pa.float64())})
    said = answer(claim, "Der andere und der erste: {{r1[1].x}}." if "Es" in claim else "The other one was {{r1[1].x}}.", results=both_rows)
    assert said.claims[0].text == text and said.claims[0].figures == ()


def test_sums_of_decimals_and_large_integers_are_exact() -> None:
    result = stored({money("x"): pa.array([Decimal("0.10")] * 10, pa.decimal128(20, 2)), count("n", None): [2**62] * 10})
    assert say("{{sum(r1.x)}} and {{sum(r1.n)}}.", result) == "**$1.00** and **46,116,860,184,273,879,040**."
    assert answer("{{sum(r1.n)}}", results=result).claims[0].figures[0].value == 10 * 2**62


def test_a_result_that_was_cut_gives_no_totals() -> None:
    result = stored({count("n"): [1, 2], mean("d"): [1.0, 2.0]}, truncated=True)
    for function in ("sum(r1.n)", "count(r1)", "max(r1.d)", "rank(r1[0].d)"):
        assert "cut at the row cap" in problems(f"{{{{{function}}}}}", results=result)
    assert say("{{r1[0].d}}", result) == "**1.0 min**."


def test_odd_column_names_and_duplicate_keys() -> None:
    result = stored({text("Größe [cm]"): ["a", "a"], count('say "hi"', None): [3, 4], text("k"): ["x", "y"]})
    assert say('{{r1["Größe [cm]"=a, k=y]."say \\"hi\\""}}', result) == "**4**."
    assert "2 rows of r1 have" in problems('{{r1["Größe [cm]"=a].k}}', results=result)


def test_an_empty_result_can_still_be_counted() -> None:
    result = stored({text("k"): pa.array([], pa.string())})
    assert say("No flights, {{count(r1)}}.", result) == "No flights, **0**."
    assert "0 rows" in problems("{{r1[0].k}}", results=result)


def test_means_of_unknown_columns_are_recognized_by_their_name() -> None:
    result = stored({ResultColumn("avg_delay", "number", "x"): [1.0, 2.0], ResultColumn("amount", "number", "x"): [1.0, 2.0]})
    assert "would be wrong" in problems("{{sum(r1.avg_delay)}}", results=result)
    assert say("{{sum(r1.amount)}}", result) == "**3**."


def test_a_gigantic_exponent_in_a_condition_costs_nothing() -> None:
    assert say("{{count(r1[n>1e999999999])}}", stored({count("n"): [1]})) == "**0**."


def test_a_caveat_may_repeat_the_figures_of_what_code_noted_and_a_claim_may_not() -> None:
    noted = ["October 2014 is not in the data, which ends on 31 December 2013."]
    written = {"headline": "Southwest leads", "claims": [{"text": "{{r1[0].name}} leads."}], "caveats": noted}
    assert ground(written, *RESULTS, [], question="Who?", noted=noted).caveats[0] == noted[0]
    with pytest.raises(Ungrounded, match="2014, 31"):
        ground(written, *RESULTS, [], question="Who?")
    with pytest.raises(Ungrounded, match="31"):
        ground(written | {"claims": [{"text": "{{r1[0].name}} leads with 31."}]}, *RESULTS, [], question="Who?", noted=noted)
