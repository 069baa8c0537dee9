"""Right-to-left names in charts on paper stand in the order and the shapes that the eye sees."""

import pytest

from analytics_agent.report import rtl


@pytest.mark.parametrize(
    ("logical", "seen"),
    [
        ("Southwest (WN)", "Southwest (WN)"),
        ("שלום", "םולש"),
        ("שלום (א)", "(א) םולש"),
        ("שלום 123", "123 םולש"),
        ("Hello שלום", "Hello םולש"),
        ("بب", "\ufe90\ufe91"),
        ("دار", "\ufead\ufe8d\ufea9"),
        ("سلام", "\ufee1\ufefc\ufeb3"),
    ],
    ids=[
        "latin",
        "hebrew",
        "mirrored brackets",
        "digits keep their order",
        "latin first",
        "two that join",
        "none that join onward",
        "lam and alef",
    ],
)
def test_a_text_is_put_into_visual_order(logical: str, seen: str) -> None:
    assert rtl.visual(logical) == seen


def test_only_texts_of_a_drawing_change_and_stay_escaped() -> None:
    svg = '<svg><text x="1">&lt;שלום&gt; &amp;</text><path d="M0,0"/><text>A &amp; B</text></svg>'
    assert rtl.in_drawing(svg) == '<svg><text x="1">&amp; &lt;םולש&gt;</text><path d="M0,0"/><text>A &amp; B</text></svg>'
