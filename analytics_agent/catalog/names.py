"""How tables are named: looking one up by what somebody wrote, showing one, and the valid names nearest to a wrong one."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from analytics_agent.domain.catalog import Catalog, Table

_QUOTED_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')
_WORD = re.compile(r"[A-Z]?[^\W_A-Z\d]+|[A-Z]+(?![^\W_A-Z\d])|\d+|[A-Z]")
_CLOSE = 0.55
_ROUNDING = 1e-9
_LAST_QUOTED = re.compile(r'(?P<table>.+)\."(?P<column>(?:[^"]|"")+)"')


def find_table(catalog: Catalog, name: str) -> Table | None:
    """The table that `name`, "schema.table" or a bare name, means for a person: exact first, then in any case.

    A bare name is looked for along the search path, then in every schema if only one has it.
    """
    return _match(catalog, name, _same) or _match(catalog, name, _same_in_any_case)


def column_parts(path: str) -> tuple[str, str]:
    """The table's name and the column's of "schema.table.column", any of them in the quotes that SQL wants. The table's keeps its own."""
    quoted = _LAST_QUOTED.fullmatch(path.strip())
    if quoted:
        return quoted["table"], quoted["column"].replace('""', '"')
    table, _, column = path.rpartition(".")
    return table, column


def shown_name(catalog: Catalog, table: Table) -> str:
    """The shortest name that means this table: bare where the search path finds it, "schema.table" otherwise."""
    namesakes = [other for other in catalog.tables if other.name == table.name]
    first = next((other for schema in catalog.search_path for other in namesakes if other.schema == schema), None)
    return table.name if first is table or table.schema is None else f"{table.schema}.{table.name}"


def nearest(name: str, choices: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The choices most like `name`, best first: by spelling, by the words they are made of, or because one holds the other.

    Empty when none is close.
    """
    from rapidfuzz.distance.Indel import normalized_similarity  # late: most names are right

    wanted, words = name.lower(), _words(name)
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(wanted)
    scored = [(_likeness(wanted, words, choice, matcher, normalized_similarity), choice) for choice in set(choices)]
    close = sorted(((score, choice) for score, choice in scored if score >= _CLOSE), key=lambda pair: (-pair[0], pair[1]))
    return tuple(choice for _, choice in close[:limit])


def is_slip(written: str, meant: str) -> bool:
    """Whether one name surely means the other: they differ in case, in marks between words, or in one slip of the pen.

    A slip is one letter left out, added, doubled, exchanged, or two swapped, in one word of at least four letters, not its first.
    Names that differ in a digit, in a short word or in how they begin are often two things: amount_1 and amount_2, min and max.
    """
    left, right = _words(written, singular=False), _words(meant, singular=False)
    if "".join(left) == "".join(right):
        return True
    if len(left) != len(right):
        return False
    different = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(different) == 1 and _is_one_slip(*different[0])


def _is_one_slip(left: str, right: str) -> bool:
    if min(len(left), len(right)) < 4 or left[0] != right[0] or any(char.isdigit() for char in left + right):
        return False
    start = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rest, other = left[start:], right[start:]
    swapped = len(rest) > 1 and len(other) > 1 and rest[0] == other[1] and rest[1] == other[0] and rest[2:] == other[2:]
    return swapped or rest[1:] == other or rest == other[1:] or (len(left) >= 6 and rest[1:] == other[1:])


def _likeness(
    wanted: str, words: tuple[str, ...], choice: str, matcher: "difflib.SequenceMatcher[str]", bound: Callable[[str, str], float]
) -> float:
    """`bound` is never less than what the matcher gives, and much faster found."""
    lower = choice.lower()
    if not (wanted.isascii() and lower.isascii()) and _in_ascii(wanted) == _in_ascii(lower):
        return 1.0
    shorter, longer = sorted((len(wanted), len(lower)))
    contained = shorter > 2 and (wanted in lower or lower in wanted)
    score = 0.7 + 0.2 * shorter / longer if contained else 0.0
    score = max(score, _shared(words, _known_words(choice)))
    if bound(wanted, lower) < max(score, _CLOSE) - _ROUNDING:
        return score
    matcher.set_seq1(lower)
    return max(score, matcher.ratio())


def _in_ascii(name: str) -> str:
    """ "Größe" as people write it who have no such keys: grosse, groesse."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(char))
    return bare.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _shared(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """How far two names are made of the same words: customer_nr and nr_of_customers, cust_id and customer_id."""
    if not left or not right:
        return 0.0
    same = sum(any(_is_same_word(one, other) for other in right) for one in left)
    if same < 2 and not (same == len(left) == len(right)):
        return 0.0
    return 0.6 + 0.3 * same / max(len(left), len(right)) if 2 * same >= len(left) else 0.0


def _is_same_word(one: str, other: str) -> bool:
    """The same, or short for it."""
    return one == other or (min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one)))


def words_of(name: str) -> tuple[str, ...]:
    """The words a name is made of, in lower case and the singular: "orderDates" and "order_date" are order and date."""
    return _words(name)


def _words(name: str, *, singular: bool = True) -> tuple[str, ...]:
    """ "orderDates" and "order_dates" are order and date."""
    words = (word.lower() for word in _WORD.findall(name))
    return tuple(_singular(word) for word in words) if singular else tuple(words)


_known_words = lru_cache(maxsize=32_768)(_words)
"""Of names that others are compared with, again and again: those of tables and columns."""


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _match(catalog: Catalog, name: str, same: Callable[[str, str], bool]) -> Table | None:
    schema, bare = _parts(name)
    found = [table for table in catalog.tables if same(table.name, bare) and (schema is None or same(table.schema or "", schema))]
    if schema is not None or len(found) == 1:
        return found[0] if found else None
    return next((table for place in catalog.search_path for table in found if table.schema == place), None)


def _parts(name: str) -> tuple[str | None, str]:
    parts = [(quoted or plain).replace('""', '"') for quoted, plain in _QUOTED_PART.findall(name.strip())]
    if len(parts) >= 2:
        return parts[-2], parts[-1]
    return None, parts[0] if parts else ""


def _same(left: str, right: str) -> bool:
    return left == right


def _same_in_any_case(left: str, right: str) -> bool:
    return left.casefold() == right.casefold()
