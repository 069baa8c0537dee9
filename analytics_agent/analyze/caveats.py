"""What limits a computed finding, in words that hold no figure and no value of the data."""

CUT = "The input does not hold every row (a limit, a condition on groups or the row cap); only the rows it holds were used."
EMPTY = "Rows in which “{0}” is empty are left out."
ONE_SIDED = "Values found in only one of the two groups have no difference and stand last."


def noted(*candidates: tuple[str, bool]) -> tuple[str, ...]:
    """The caveats that apply."""
    return tuple(text for text, applies in candidates if applies)
