"""The judge of the matrix tells a leak from everything else."""

import pytest
from matrix.superset.judging import Mark, Row, Told, judged, within

ONE, TWO, THREE = (1, "EU"), (2, "EU"), (3, "US")
NO = Told(None, "refused")


def rows(*found: Row) -> Told:
    return Told(found)


@pytest.mark.parametrize(
    ("ours", "ways", "mark"),
    [
        (rows(ONE, TWO), (rows(ONE, TWO), rows(ONE, TWO)), "equal"),
        (rows(ONE), (NO, rows(ONE)), "equal"),
        (rows(), (rows(), NO), "equal"),
        (NO, (NO, NO), "refused"),
        (rows(ONE), (rows(ONE, TWO), rows(ONE)), "strictest"),
        (rows(ONE), (rows(ONE, TWO), NO), "fewer"),
        (rows(ONE, TWO), (rows(ONE, TWO), rows(ONE)), "looser"),
        (NO, (rows(ONE), NO), "needless"),
        (NO, (rows(), NO), "needless"),
        (rows(ONE), (NO, NO), "LEAK"),
        (rows(), (NO, NO), "LEAK"),
        (rows(THREE), (rows(ONE, TWO), NO), "LEAK"),
        (rows(ONE, ONE), (rows(ONE), NO), "LEAK"),
    ],
)
def test_a_cell_is_judged_by_every_way_that_gives_rows(ours: Told, ways: tuple[Told, ...], mark: Mark) -> None:
    assert judged(ours, ways).mark == mark


def test_a_count_may_be_smaller_and_never_greater() -> None:
    assert within([(1, 3)], [(1, 3), (2, 0)], counts=True) and within([(1, 2)], [(1, 3)], counts=True)
    assert not within([(1, 4)], [(1, 3)], counts=True) and not within([(3, 0)], [(1, 3)], counts=True)
    assert judged(rows((12,)), (rows((3,)), rows((3,))), counts=True).mark == "LEAK"
