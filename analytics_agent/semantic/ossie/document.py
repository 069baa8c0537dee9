"""YAML with line numbers: mappings that remember where each key stood, and a reader that collects problems as it goes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

MOST_NODES = 200_000
LONGEST_NUMBER = 1_000
_NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_LETTERS = 100
"""Of a text, how many count as a node more."""


@dataclass(frozen=True)
class Written:
    """A scalar as it stands in the document, quotes and all, and the line on which it begins."""

    text: str
    line: int

    def line_of(self, *path: str | int) -> int:
        """Where a key of the JSON in it stands. A number before a key is the item of a list, counted by that key; where fewer items have
        it, the last of them."""
        position, skip = 0, 0
        for part in path:
            if isinstance(part, int):
                skip = part
                continue
            pattern = re.compile(r'\\?"' + re.escape(json.dumps(part)[1:-1]) + r'\\?"\s*:')
            found = [match.end() for match in islice(pattern.finditer(self.text, position), skip + 1)]
            if not found:
                break
            position, skip = found[-1], 0
        return self.line + self.text.count("\n", 0, position)


class Lines(dict[str, Any]):
    """A YAML mapping; `line` is where it starts, `at` the line of each key, `written` the scalar values as they stand there."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.at: dict[str, int] = {}
        self.written: dict[str, Written] = {}

    def line_of(self, *path: str | int) -> int:
        line: int = self.line
        here: Any = self
        for part in path:
            if isinstance(here, Lines) and part in here:
                line, here = here.at[str(part)], here[str(part)]
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
                line = here.line if isinstance(here, Lines) else line
        return line


class Problems(list[str]):
    """Sentences, each with its line. `notes` are what is said of a document that is usable all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    def add(self, line: int, message: str) -> None:
        self.append(_at(line, message))

    def note(self, line: int, message: str) -> None:
        self.notes.append(_at(line, message))


def _at(line: int, message: str) -> str:
    return f"line {line}: {message}" if line else message


def parse(text: str, problems: Problems) -> Any:
    """The document as dicts, lists and scalars. Problems are added, never raised; None when it is not YAML at all."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.add(mark.line + 1 if mark else 0, f"this is not YAML: {error.problem}.")
        return None
    except yaml.reader.ReaderError as error:
        problems.add(text.count("\n", 0, error.position) + 1, "this is not YAML: it holds a character that YAML does not allow.")
        return None
    except (yaml.YAMLError, RecursionError):
        problems.add(1, "this is not YAML: it is nested too deeply.")
        return None
    return _Builder(problems, text).value(node) if node is not None else None


class _Builder:
    def __init__(self, problems: Problems, text: str) -> None:
        self._problems = problems
        self._text = text
        self._open: set[int] = set()
        self._done: dict[int, Any] = {}
        self._size = 0
        self._sizes: dict[int, int] = {}
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node) -> Any:
        """Aliases are built once and counted wherever they stand: a document that multiplies itself is a problem as one that holds itself
        is, for whoever writes out what it says would never end."""
        self._size += self._sizes.get(id(node), 0)
        if id(node) in self._open or self._size > MOST_NODES:
            self._problems.add(node.start_mark.line + 1, "the document refers to itself or is too large.")
            return None
        if id(node) in self._done:
            return self._done[id(node)]
        before = self._size
        self._open.add(id(node))
        built = self._build(node)
        self._open.discard(id(node))
        self._done[id(node)] = built
        self._size += 1 + (len(node.value) // _LETTERS if isinstance(node, yaml.ScalarNode) else 0)
        self._sizes[id(node)] = self._size - before
        return built

    def _build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        try:
            if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:  # one of base 60 takes time by the square of its length
                raise ValueError
            value = self._scalars.construct_object(node)
            return writable(value) if isinstance(value, str) else value
        except (
            yaml.YAMLError,
            ValueError,
            LookupError,
            AttributeError,
        ):  # the last two of a tag that the text does not fit: `!!bool maybe`
            self._problems.add(node.start_mark.line + 1, "this value cannot be read; put it in quotes.")
            return None

    def _mapping(self, node: yaml.MappingNode) -> Lines:
        mapping = Lines(node.start_mark.line + 1)
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in mapping:
                self._problems.add(line, f"the key `{key}` stands twice in the same place.")
            mapping[key] = self.value(value_node)
            mapping.at[key] = line
            if isinstance(value_node, yaml.ScalarNode):
                start, end = value_node.start_mark, value_node.end_mark
                mapping.written[key] = Written(self._text[start.index : end.index], start.line + 1)
        return mapping


class Entry:
    """One mapping of the document under the name people know it by ("metric `flights`"); reads keys and reports what is wrong."""

    def __init__(self, data: Any, kind: str, problems: Problems, line: int = 0) -> None:
        self.data = data if isinstance(data, Lines) else Lines(line)
        self.problems = problems
        self.kind = kind
        if not isinstance(data, Lines):
            problems.add(line, f"{kind} must be a mapping of keys and values.")
        self.title = f"{kind} `{self.data.get('name')}`" if self.data.get("name") else kind

    @property
    def line(self) -> int:
        return self.data.line

    def complain(self, message: str, key: str = "") -> None:
        self.problems.add(self.data.at.get(key, self.line), f"{self.title}: {message}")

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.data.get(key)
        if value is None or value == "":
            if required:
                self.complain(f"`{key}` is missing.")
            return ""
        if not isinstance(value, str):
            self.complain(f"`{key}` must be text; put it in quotes.", key)
            return ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
            self.complain(f"`{key}` must be a list of texts.", key)
            return ()
        return tuple(str(item) for item in value)

    def entries(self, key: str, kind: str) -> Iterator["Entry"]:
        value = self.data.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.complain(f"`{key}` must be a list.", key)
            return
        line = self.data.at.get(key, self.line)
        yield from (Entry(item, kind, self.problems, line) for item in value)

    def extension(self, vendor: str) -> "Extension":
        """Our part of `custom_extensions`: its `data` is JSON in a string, as Ossie has it; a plain mapping is read as well.
        What other vendors put there is theirs."""
        own = [item for item in self.entries("custom_extensions", "custom extension") if item.data.get("vendor_name") == vendor]
        for item in own[1:]:
            self.problems.add(item.line, f"{self.title}: `custom_extensions` holds two of {vendor}; put everything into the first.")
        return self._extension(own[0]) if own else Extension({}, self, Lines(self.line))

    def _extension(self, item: "Entry") -> "Extension":
        data, where = item.data.get("data"), item.data.written.get("data")
        if isinstance(data, str) and where:
            data = self._json(data, where)
            return Extension(data if isinstance(data, dict) else {}, self, where)
        if isinstance(data, Lines):
            return Extension(data, self, data)
        self.complain("the extension's `data` must be a JSON object.", "custom_extensions")
        return Extension({}, self, item.data)

    def _json(self, text: str, where: Written) -> Any:
        try:
            data = json.loads(text, object_pairs_hook=lambda pairs: self._once(pairs, where), parse_constant=_no_number)
            writable(json.dumps(data, ensure_ascii=False).replace(r"\u0000", "\0"))
        except (ValueError, RecursionError) as error:
            deep = (
                "it is nested too deeply" if isinstance(error, RecursionError) else "it holds a number or a character that cannot be read"
            )
            why = error.msg if isinstance(error, json.JSONDecodeError) else deep
            line = where.line + (error.doc.count("\n", 0, error.pos) if isinstance(error, json.JSONDecodeError) else 0)
            self.problems.add(line, f"{self.title}: the extension is not JSON: {why}.")
            return {}
        if not isinstance(data, dict):
            self.complain("the extension's `data` must be a JSON object.", "custom_extensions")
        return data

    def _once(self, pairs: list[tuple[str, Any]], where: Written) -> dict[str, Any]:
        """An object of JSON, in which no key stands twice: which of two values is meant, nobody can tell."""
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                self.problems.add(where.line_of(1, key), f"{self.title}: the key `{key}` stands twice in the extension.")
            found[key] = value
        return found


def writable(text: str) -> str:
    """The text, with the two escapes as one character with which JSON writes many a character. Raises ValueError where an escape put one
    into it that cannot be stored: half of such a pair, or a zero."""
    if "\0" in text:
        raise ValueError(text)
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _no_number(name: str) -> Any:
    """Python reads NaN and Infinity, which JSON does not have and no database compares with."""
    raise ValueError(name)


class Extension:
    """Values of our extension, checked by kind; complaints carry the owner's name and the line of the key."""

    def __init__(self, data: dict[str, Any], owner: Entry, where: Written | Lines) -> None:
        self.data = data
        self._owner = owner
        self._where = where

    def line_of(self, *path: str | int) -> int:
        return self._where.line_of(*path)

    def complain(self, message: str, *path: str | int) -> None:
        self._owner.problems.add(self.line_of(*path), f"{self._owner.title}: {message}")

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            self.complain(f"`{key}` in the extension must be text.", key)
            return None
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        value = self.text(key)
        if value is not None and value not in choices:
            self.complain(f"`{key}` in the extension must be one of {', '.join(choices)}; it is {value!r}.", key)
            return None
        return value

    def number(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            self.complain(f"`{key}` in the extension must be a whole number.", key)
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if isinstance(value, str):
            return (value,)
        if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            self.complain(f"`{key}` in the extension must be a list of texts.", key)
            return ()
        return tuple(value or ())

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            self.complain(f"`{key}` in the extension must be an object.", key)
            return {}
        return dict(value or {})
