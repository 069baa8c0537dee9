"""Documents that are made to break the reader: each ends in problems with their lines, soon, and never in an error of Python's."""

import pytest

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.ossie.load import load

MULTIPLIED = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
ONE = (
    "semantic_model:\n- name: x\n  datasets:\n  - {{name: a, source: b, fields: [{{name: f, expression: f}}]}}\n"
    "  metrics:\n  - name: m\n    expression: COUNT(a.f)\n    custom_extensions:\n    - vendor_name: ANALYTICS_AGENT\n      data: {}\n"
)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidSemanticModel) as invalid:
        load(text)
    return invalid.value.problems


@pytest.mark.parametrize(
    "place",
    [
        "semantic_model: *a11",
        "semantic_model: [{name: x, datasets: *a11}]",
        "semantic_model: [{name: x, datasets: [{name: a, source: b}], ai_context: {instructions: *a11}}]",
        "semantic_model: [{name: x, datasets: [{name: a, source: b}], custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: *a11}]}]",
        ONE.format("{filters: [{field: a.f, op: in, values: *a11}]}"),
    ],
)
def test_a_document_that_multiplies_itself_is_refused_wherever_it_does(place: str) -> None:
    assert "line 5: the document refers to itself or is too large." in problems(f"{MULTIPLIED}{place}\n")


def test_a_long_text_that_is_repeated_counts_by_its_length() -> None:
    text = f"t: &t {'x' * 1_000_000}\nl: [{', '.join(['*t'] * 1_000)}]\nsemantic_model: [{{name: x, datasets: [{{name: a, source: b}}]}}]\n"
    assert any("too large" in problem for problem in problems(text))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!!bool maybe", "line 2: this value cannot be read"),
        ("!!timestamp soon", "line 2: this value cannot be read"),
        ('"a\\ud800"', "line 2: this value cannot be read"),
        ('"a\\0"', "line 2: this value cannot be read"),
        ("9" * 5_000, "line 2: this value cannot be read"),
        ("1" + ":59" * 60_000, "line 2: this value cannot be read"),  # of base 60: work by the square of its length
    ],
)
def test_a_value_that_is_none_is_a_problem_with_its_line(value: str, expected: str) -> None:
    text = f"semantic_model:\n- name: {value}\n  datasets: [{{name: a, source: b, fields: [{{name: f, expression: f}}]}}]\n"
    assert any(problem.startswith(expected) for problem in problems(text))


def test_a_character_that_json_writes_as_two_escapes_is_one() -> None:
    value = '"caf\\u00e9 \\ud83d\\ude00"'
    assert load(f"semantic_model:\n- name: x\n  description: {value}\n  datasets: [{{name: a, source: b}}]\n").description == "café 😀"


@pytest.mark.parametrize(
    "data", ['{"decimals": ' + "9" * 5_000 + "}", '{"caveats": ["\\ud800"]}', '{"caveats": ["\\u0000"]}', '{"a": NaN}']
)
def test_json_that_nobody_can_keep_is_a_problem_with_its_line(data: str) -> None:
    assert any(
        p.startswith("line 10: metric `m`: the extension is not JSON: it holds a number or a char")
        for p in problems(ONE.format(f"'{data}'"))
    )


@pytest.mark.parametrize("value", ["{}", "[]", "null", '["x"]'])
def test_a_filter_compares_with_values_and_nothing_else(value: str) -> None:
    data = f'{{"filters": [{{"field": "a.f", "op": "=", "values": [{value}]}}]}}'
    assert any(p.startswith("line 10: metric `m`: `filters` must be a list") for p in problems(ONE.format(f"'{data}'")))


@pytest.mark.parametrize(("op", "values"), [("=", "[]"), ("between", "[1]"), ("is_null", "[1]"), ("=", "[1, 2]"), ("in", "[]")])
def test_a_filter_has_as_many_values_as_its_operator_takes(op: str, values: str) -> None:
    data = f'{{"filters": [{{"field": "a.f", "op": "{op}", "values": {values}}}]}}'
    (problem,) = problems(ONE.format(f"'{data}'"))
    assert problem.startswith(f"line 10: metric `m`: the filter on a.f with `{op}` takes")


def test_instructions_are_a_text() -> None:
    text = "semantic_model:\n- name: x\n  ai_context: {instructions: [a]}\n  datasets: [{name: a, source: b, fields: []}]\n"
    assert problems(text) == ("line 3: ai_context of model `x`: `instructions` must be text; put it in quotes.",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n", 1),
        ("version: 1\nsemantic_model: {}\n", 2),
        ("version: 1\nsemantic_model: [1]\n", 2),
        ("a: 1\nb: \x01\n", 2),
    ],
)
def test_what_is_no_model_is_told_with_a_line(text: str, line: int) -> None:
    assert {problem.partition(":")[0] for problem in problems(text)} == {f"line {line}"}


@pytest.mark.parametrize("said", ['{"time_field": "a.b"}', '{"timezone": "Mars/Olympus"}', '{"as_of": {"column": "a.b"}}'])
def test_what_a_model_says_as_a_whole_is_told_with_the_line_of_its_extension(said: str) -> None:
    text = (
        "semantic_model:\n- name: x\n  datasets: [{name: a, source: b, fields: [{name: f, expression: f}]}]\n"
        f"  custom_extensions: [{{vendor_name: ANALYTICS_AGENT, data: '{said}'}}]\n"
    )
    (problem,) = problems(text)
    assert problem.startswith("line 4: `")


@pytest.mark.parametrize("name", ["rows_1", "ROWS_2", "Place_", "revenue_1_", "within_12_"])
def test_no_metric_is_called_as_what_compiled_statements_have_for_themselves(name: str) -> None:
    text = ONE.replace("name: m\n", f"name: {name}\n").format("{}")
    assert f"line 7: metric `{name}`: `{name}` is a name that compiled statements need for themselves." in problems(text)


@pytest.mark.parametrize("expression", ["SUM(a.f) SUM(a.g)", "a.f b", "{{ var('x') }}", "SUM(a.f) {% if x %}"])
def test_an_expression_is_one_thing_and_no_template(expression: str) -> None:
    (problem, *_) = problems(ONE.format("{}").replace("COUNT(a.f)", f'"{expression}"'))
    assert problem.startswith("line 7: metric `m`: `")
