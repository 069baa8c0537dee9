"""Sentences for people that say the same: each is said once."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_ARTICLES = "a all an and are as at be because been by for from had has have in is it its of on so that the their them they to was were"
_SMALL = frozenset(_ARTICLES.split())


def said_once(texts: Iterable[str]) -> tuple[str, ...]:
    """In their order, without those whose words another says too: "Cancelled flights are left out" beside "Cancelled flights
    have no delay and are left out"."""
    kept: list[str] = []
    for text in (text.strip() for text in texts):
        words = _words(text)
        if not text or any(words <= _words(other) for other in kept):
            continue
        kept = [other for other in kept if not _words(other) <= words] + [text]
    return tuple(kept)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in _SMALL)
