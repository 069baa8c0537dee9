"""What a process keeps between two calls is a tenant's own: it hangs on that tenant's store, warehouses or records, never on a module.

A module lives once in a process and so for all tenants. What it may keep is named here, with the reason why it tells nobody of another.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "analytics_agent"
NOT_OF_A_SERVER = ("client", "cli")
"""One person's own processes."""

KEPT = {
    "activities/rights._NARROW": "by the very record of a catalog, and each store reads its own",
    "catalog/search._INDEXES": "by the very record of a catalog",
    "semantic/finder._WORDS": "by the very record of a semantic model",
    "semantic/said._SAID": "by the very records of a catalog and a semantic model",
    "semantic/compiler/types._NAMED": "by the very record of a catalog",
    "semantic/said._WITHOUT_VALUES": "by the very records of a catalog and a semantic model",
    "sql/catalog_index._INDEXES": "by the very record of a catalog",
    "sql/row_security._KEPT": "by the very record of a catalog",
    "sql/nodes._CLASSES": "classes of syntax trees",
    "sql/names._NOTHING": "empty, and never filled",
    "sql/sources._NOTHING": "empty, and never filled",
}
PLAIN = {"str", "int", "bool", "float", "bytes", "str | None", "frozenset[str]", "Any", "Dialect", "NameKind", "type"}
"""What a function whose results are kept may take: values that say all that the result depends on. `Any` is a class there."""

MAKERS = {
    "dict",
    "list",
    "set",
    "defaultdict",
    "Counter",
    "OrderedDict",
    "deque",
    "WeakKeyDictionary",
    "WeakValueDictionary",
    "LRUCache",
    "Kept",
}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    named = ((path.relative_to(PACKAGE).with_suffix("").as_posix(), path) for path in sorted(PACKAGE.rglob("*.py")))
    return tuple((name, ast.parse(path.read_text())) for name, path in named if not name.startswith(NOT_OF_A_SERVER))


def is_empty_container(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in MAKERS and isinstance(value, ast.Call)


def kept_by(tree: ast.Module) -> Iterator[str]:
    """Names of containers that a module, or a class in it, begins with empty: they can only be meant to be filled. A field of a record
    has its own copy for each."""
    bodies = [
        (tree.body, (ast.Assign, ast.AnnAssign)),
        *((node.body, (ast.Assign,)) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)),
    ]
    for body, kinds in bodies:
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            if isinstance(node, kinds) and is_empty_container(node.value):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def remembering(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = {ast.unparse(one).partition("(")[0].rpartition(".")[2] for one in node.decorator_list}
            if names & {"cache", "lru_cache"}:
                yield node


def test_no_module_keeps_anything_that_is_not_named_here() -> None:
    found = {f"{name}.{kept}" for name, tree in modules() for kept in kept_by(tree)}
    assert found - set(KEPT) == set(), "what a module keeps is kept for all tenants: let an object hold it that is one tenant's"
    assert set(KEPT) - found == set(), "no longer there"


def test_what_a_function_remembers_depends_on_plain_values_only() -> None:
    wrong = {
        f"{name}.{function.name}({argument.arg})"
        for name, tree in modules()
        for function in remembering(tree)
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.annotation is None or ast.unparse(argument.annotation) not in PLAIN
    }
    assert wrong == set()


def test_no_module_has_a_variable_that_functions_replace() -> None:
    assert [name for name, tree in modules() for node in ast.walk(tree) if isinstance(node, ast.Global)] == []


def test_the_search_finds_what_it_is_for() -> None:
    """The tests above could not fail if it did not."""
    tree = ast.parse("from functools import cache\na = {}\nb: dict[str, int] = defaultdict(int)\nc = dict()\nd = {'x': 1}\ne = set()\n")
    assert list(kept_by(tree)) == ["a", "b", "c", "e"]
    tree = ast.parse("class A:\n    seen = []\n@functools.lru_cache(maxsize=3)\ndef f(store: Store) -> int: ...\n")
    assert list(kept_by(tree)) == ["seen"] and [function.name for function in remembering(tree)] == ["f"]
