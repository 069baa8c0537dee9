"""The language of references: what parses to what, and what is sent back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.synthesize.references import BadReference, Call, Cells, Condition, Reference, parse, pieces


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("r1[0].delay", Cells("r1", row=0, column="delay")),
        (" r1 [ 12 ] . delay ", Cells("r1", row=12, column="delay")),
        ("r1[carrier=WN].delay", Cells("r1", conditions=(Condition("carrier", "=", "WN"),), column="delay")),
        ("r1[name=O'Hare Intl.].n", Cells("r1", conditions=(Condition("name", "=", "O'Hare Intl."),), column="n")),
        (
            'r1[name="a, \\"b\\"]", day>=2013-06-01].n',
            Cells("r1", None, (Condition("name", "=", 'a, "b"]'), Condition("day", ">=", "2013-06-01")), "n"),
        ),
        ('r1[0]."odd name"', Cells("r1", row=0, column="odd name")),
        ('r1["odd key"=\'x y\']."größe"', Cells("r1", None, (Condition("odd key", "=", "x y"),), "größe")),
        ("r1[0].größe", Cells("r1", row=0, column="größe")),
        ("count(r1)", Call("count", (Cells("r1"),))),
        ("rank(r1.delay, carrier=WN)", Call("rank", (Cells("r1", None, (Condition("carrier", "=", "WN"),), "delay"),))),
        ("share(r1[0].n, sum(r1.n))", Call("share", (Cells("r1", 0, (), "n"), Call("sum", (Cells("r1", None, (), "n"),))))),
    ],
)
def test_a_reference_becomes_a_tree(source: str, tree: object) -> None:
    assert parse(source) == tree


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "should begin with a result"),
        ("r1[0].delay + 1", "left over"),
        ("r1[0].delay)", "left over"),
        ("eval(r1[0].delay)", "no function 'eval'.*difference"),
        ("__import__('os')", "should begin with a result"),
        ("r1[carrier].delay", "comes = and a value"),
        ("r1[carrier=].delay", "value is missing"),
        ("r1[0.delay", "column name is missing"),
        ("r1[].delay", "column name is missing"),
        ("r1[0].", "column name is missing"),
        ("difference(r1[0].a", "'\\)' is missing"),
        ("18.3", "should begin with a result"),
        ("abs(abs(abs(abs(r1[0].a))))", "too deep"),
        ("r1[x=" + "a" * 700 + "].b", "too long"),
    ],
)
def test_what_is_no_reference_is_sent_back_with_the_reason(source: str, said: str) -> None:
    with pytest.raises(BadReference, match=said):
        parse(source)


def test_three_functions_may_be_nested() -> None:
    assert parse("abs(abs(abs(r1[0].a)))") == Call("abs", (Call("abs", (Call("abs", (Cells("r1", 0, (), "a"),)),)),))


@given(st.text(alphabet="r1[0]=.,()\"'\\ abcdifferencé<>!{}\n", max_size=60))
def test_any_text_is_parsed_or_sent_back(source: str) -> None:
    try:
        parse(source)
    except BadReference as bad:
        assert str(bad)


def test_prose_and_references_alternate() -> None:
    assert list(pieces("A {{r1[0].a}} b {{ count(r1) }}")) == ["A ", Reference("r1[0].a"), " b ", Reference("count(r1)"), ""]


def test_braces_within_quotes_belong_to_the_value() -> None:
    assert list(pieces('{{r1[a="}}"].b}}')) == ["", Reference('r1[a="}}"].b'), ""]
    assert list(pieces('{{r1[a=5" pipe].b}}!'))[1] == Reference('r1[a=5" pipe].b')


@pytest.mark.parametrize("text", ["a {{r1[0].b", "a }} b", "{{r1[0].a}} }}"])
def test_lone_braces_are_sent_back(text: str) -> None:
    with pytest.raises(BadReference):
        list(pieces(text))
