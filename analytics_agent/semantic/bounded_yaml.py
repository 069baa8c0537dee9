"""YAML of people's files as plain objects, as far as it stays within bounds: aliases and merged keys can make a short text say more than
any machine holds, and a number of base 60 takes time by the square of its length."""

from collections.abc import Iterator
from typing import Any

import yaml

MOST_NODES = 2_000_000
_LETTERS = 100
"""Of a text, how many count as a node more."""
_LONGEST_NUMBER = 1_000
_NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}


class TooMuch(yaml.YAMLError):
    """Says what it has too much of, and may be shown to whoever gave the text."""


def documents(text: str) -> Iterator[Any]:
    """Raises TooMuch for what goes beyond the bounds; YAMLError, RecursionError, and ValueError, LookupError or AttributeError for values
    that their tags do not fit."""
    for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
        if _said(node, {}) > MOST_NODES:
            raise TooMuch(f"it holds more than {MOST_NODES:,} values, where what an alias repeats counts each time")
        yield yaml.SafeLoader("").construct_document(node)


def _said(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes it has, with what stands in several places counted in each; whatever holds itself runs out of depth."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag in _NUMBERS and len(node.value) > _LONGEST_NUMBER:
            raise TooMuch(f"it holds a number of more than {_LONGEST_NUMBER:,} figures; write it in quotes")
        return 1 + len(node.value) // _LETTERS
    if id(node) not in known:
        parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + sum(_said(part, known) for part in parts)
    return known[id(node)]
