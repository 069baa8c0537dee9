"""Word lists as they are written here: names separated by blanks."""


def words(*lists: str) -> frozenset[str]:
    """The names of all lists, once each."""
    return frozenset(name for names in lists for name in names.split())
