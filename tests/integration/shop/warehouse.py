"""The shop for tests: its files, its loader as bootstrap gets it, and the scale at which tests load it."""

import importlib.util
import json
from types import ModuleType
from typing import Any

from analytics_agent.resources import resource

FOLDER = resource("sql_fixtures") / "shop"
SCALE = 0.05
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text().splitlines()]


def load_module() -> ModuleType:
    """The loader, by path."""
    spec = importlib.util.spec_from_file_location("shop_load", FOLDER / "load.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
