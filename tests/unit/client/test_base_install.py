"""The base install is the client: it imports and works without anything of [server]."""

import subprocess
import sys

BLOCKED = (
    "adbc_driver_postgresql alembic anthropic cryptography duckdb fastapi fsspec jinja2 psycopg sqlalchemy sqlglot starlette "
    "supervisor temporalio uvicorn vl_convert weasyprint yaml jsonschema IPython ipywidgets polars"
)
PROGRAM = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED.split()!r}:
            raise ImportError(f"{{name}} is part of [server]")

sys.meta_path.insert(0, Blocked())
import analytics_agent.client
from analytics_agent.client import Client
from analytics_agent.errors import ServiceUnreachable
heavy = [name for name in ("pandas", "pyarrow") if name in sys.modules]
assert not heavy, heavy
from analytics_agent.client.answer_html import framed
from analytics_agent.client.evidence_html import sql_html
from analytics_agent.client.prose import plain
assert ".aa-claim" in framed("") and "aa-k" in sql_html("SELECT 1") and plain("**1**") == "1"
try:
    Client("http://127.0.0.1:9", "k").ask("How late?", "flights")
except ServiceUnreachable as error:
    print(error.hint)
"""


def test_the_client_needs_nothing_of_the_server_and_loads_tables_late() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "analytics-agent up" in done.stdout
