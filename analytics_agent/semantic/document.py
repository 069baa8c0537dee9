"""YAML with line numbers: mappings that remember where each key stood, and a reader that collects problems as it goes."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

MOST_NODES = 200_000


class Lines(dict[str, Any]):
    """A YAML mapping; `line` is where it starts, `at` the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.at: dict[str, int] = {}


class Problems(list[str]):
    """Sentences, each with its line."""

    def add(self, line: int, message: str) -> None:
        self.append(f"line {line}: {message}" if line else message)


def parse(text: str, problems: Problems) -> Any:
    """The document as dicts, lists and scalars. Problems are added, never raised; None when it is not YAML at all."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.add(mark.line + 1 if mark else 0, f"this is not YAML: {error.problem}.")
        return None
    except (yaml.YAMLError, RecursionError):
        problems.add(0, "this is not YAML: it holds characters that YAML does not allow, or is nested too deeply.")
        return None
    return _Builder(problems).value(node) if node is not None else None


class _Builder:
    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._open: set[int] = set()
        self._done: dict[int, Any] = {}
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node) -> Any:
        """Aliases are built once, so that a document that multiplies itself stays small; one that holds itself is a problem."""
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open or len(self._done) > MOST_NODES:
            self._problems.add(node.start_mark.line + 1, "the document refers to itself or is too large.")
            return None
        self._open.add(id(node))
        built = self._build(node)
        self._open.discard(id(node))
        self._done[id(node)] = built
        return built

    def _build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
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
        """Our part of `custom_extensions`: its `data` is JSON in a string, as Ossie has it; a plain mapping is read as well."""
        for item in self.entries("custom_extensions", "custom extension"):
            if item.data.get("vendor_name") == vendor:
                return Extension(self._extension_data(item), self)
        return Extension({}, self)

    def _extension_data(self, item: "Entry") -> dict[str, Any]:
        data = item.data.get("data")
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except json.JSONDecodeError as error:
                self.problems.add(item.data.at.get("data", item.line), f"{self.title}: the extension is not JSON: {error.msg}.")
                return {}
        if not isinstance(data, dict):
            self.complain("the extension's `data` must be a JSON object.", "custom_extensions")
            return {}
        return data


class Extension:
    """Values of our extension, checked by kind; complaints carry the owner's name and line."""

    def __init__(self, data: dict[str, Any], owner: Entry) -> None:
        self.data = data
        self._owner = owner

    def complain(self, message: str) -> None:
        self._owner.complain(message, "custom_extensions")

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            self.complain(f"`{key}` in the extension must be text.")
            return None
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        value = self.text(key)
        if value is not None and value not in choices:
            self.complain(f"`{key}` in the extension must be one of {', '.join(choices)}; it is {value!r}.")
            return None
        return value

    def number(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            self.complain(f"`{key}` in the extension must be a whole number.")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if isinstance(value, str):
            return (value,)
        if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            self.complain(f"`{key}` in the extension must be a list of texts.")
            return ()
        return tuple(value or ())

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            self.complain(f"`{key}` in the extension must be an object.")
            return {}
        return dict(value or {})
