"""Names of a result's columns: each one there and none twice, whatever the engine calls them."""

from collections.abc import Iterable


def distinct(names: Iterable[str]) -> list[str]:
    """Names without duplicates and blanks: a second `n` is `n_2`, a nameless column is `column_3` at the third place."""
    given = [name if name and name != "?column?" else f"column_{place}" for place, name in enumerate(names, start=1)]
    used: set[str] = set()
    for place, name in enumerate(given):
        number, free = 1, name
        while free in used or (number > 1 and free in given):
            number += 1
            free = f"{name}_{number}"
        given[place] = free
        used.add(free)
    return given
