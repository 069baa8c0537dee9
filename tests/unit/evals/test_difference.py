"""Two evaluations compared: what changed, and what may be chance."""

import pytest
from unit.evals.lines import answered

from analytics_agent.cli.eval_pages import difference_page
from analytics_agent.errors import AskerError
from analytics_agent.evals.difference import difference


def test_each_changed_question_is_named_and_few_changes_may_be_chance() -> None:
    before = [answered("a", matches=False), answered("b"), answered("c", "refused", None), answered("d"), answered("gone")]
    after = [answered("a"), answered("b", "refused", None), answered("c", "failed", None), answered("d"), answered("new")]
    found = difference(before, after)
    assert [one["id"] for one in found["better"]] == ["a"] and found["better"][0]["before"] == "wrong"
    assert [one["id"] for one in found["worse"]] == ["b"] and found["worse"][0]["after"] == "refused"
    assert [one["id"] for one in found["otherwise"]] == ["c"]
    assert (found["questions"], found["only_before"], found["only_after"]) == (4, 1, 1)
    assert found["significance"]["p"] == 1.0 and not found["significance"]["certain"]
    assert found["silent_errors"] == {"before": 1, "after": 0}


def test_many_changes_one_way_are_more_than_chance() -> None:
    before = [answered(f"q{number}", matches=number % 2 == 0) for number in range(20)]
    found = difference(before, [answered(f"q{number}") for number in range(20)])
    assert found["significance"]["certain"] and found["significance"]["p"] == pytest.approx(2 * 0.5**10, abs=1e-4)
    assert found["correct_rate"]["change"] == 0.5


def test_several_trials_are_compared_by_their_questions() -> None:
    before = [answered(f"q{number}", matches=trial == 1, trial=trial) for number in range(12) for trial in (1, 2)]
    after = [answered(f"q{number}", trial=trial) for number in range(12) for trial in (1, 2)]
    found = difference(before, after)
    assert found["significance"]["method"] == "bootstrap over questions" and found["significance"]["certain"]
    assert found["better"][0]["before"] == "1 right, 1 wrong"


def test_cost_and_seconds_are_compared_question_by_question() -> None:
    before = [answered(f"q{number}", cost=number, seconds=number) for number in range(10)]
    after = [answered(f"q{number}", cost=number / 2, seconds=number + 1) for number in range(10)]
    found = difference(before, after)
    assert (found["cost_usd"]["before"], found["cost_usd"]["after"], found["seconds"]["change"]) == (4.5, 2.25, 1.0)
    low, high = found["cost_usd"]["interval"]
    assert low < -2.25 < high < 0


def test_evaluations_of_other_suites_are_not_compared() -> None:
    with pytest.raises(AskerError, match="no question in common"):
        difference([answered("a")], [answered("b")])
    with pytest.raises(AskerError, match="otherwise"):
        difference([answered("a")], [answered("a").__class__(**{**vars(answered("a")), "question": "another?"})])


def test_the_page_says_what_may_be_chance(capsys: pytest.CaptureFixture[str]) -> None:
    from analytics_agent.cli.terminal import console, show

    show(difference_page(difference([answered("a", matches=False)], [answered("a")])), console())
    page = capsys.readouterr().out
    assert "0.0 % → 100.0 % correct on 1 question" in page and "may be chance" in page and "wrong → right" in page
