"""What a process of ours does without, so that many of them fit into one machine."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=name)
        return None


def keep_out_pandas() -> None:
    """pyarrow looks for it whenever it makes a column, and loads what it finds: 34 MB in each process and a third of a second, for
    nobody. For processes of ours only: whoever imports us as a library has a right to their pandas."""
    if not any(isinstance(finder, _NoPandas) for finder in sys.meta_path):
        sys.meta_path.insert(0, _NoPandas())
