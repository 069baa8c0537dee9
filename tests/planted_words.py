"""Where words can be in a running stack: its tables, its files and what is packed in them, Temporal's histories. For tests that
planted some.

in_tables(stack, ["zqsecret"])     # {"zqsecret": ["store:public.runs"]}
"""

import base64
import gzip
import io
import re
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
from running_stack import RunningStack
from temporalio.client import Client as Temporal
from temporalio.client import WorkflowExecution
from temporalio.service import RPCError

from analytics_agent.domain.readable import readable
from analytics_agent.stack import databases, ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State

_PAYLOAD = re.compile(r'"data":\s*"([A-Za-z0-9+/=]+)"')
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def in_tables(stack: RunningStack, words: Sequence[str]) -> dict[str, list[str]]:
    """In which tables of the store and of Superset's own database each word stands, in any column, as text."""
    found: dict[str, list[str]] = {}
    for name in (databases.STORE, databases.SUPERSET):
        with psycopg.connect(cluster_url(stack, name)) as connection:
            tables = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for (table,) in tables:
                stands = ", ".join(["bool_or(whole ILIKE %s)"] * len(words))
                sql = f"SELECT {stands} FROM (SELECT one::text AS whole FROM {table} AS one) AS rows"
                row = connection.execute(sql, [f"%{word}%" for word in words]).fetchone() or ()
                for word in (word for word, is_there in zip(words, row, strict=True) if is_there):
                    found.setdefault(word, []).append(f"{name}:{table}")
    return found


def in_files(stack: RunningStack, words: Sequence[str]) -> dict[str, list[str]]:
    """In which files of the state folder each word stands, in any case: PostgreSQL's data and log, Temporal's file, artifacts, logs."""
    found: dict[str, list[str]] = {}
    for path in files(stack.settings.state):
        content = path.read_bytes()
        raw, inside = content.lower(), packed(content).lower()
        for word in words:
            if word.lower().encode() in raw or word.lower() in inside:
                found.setdefault(word, []).append(path.relative_to(stack.settings.state).as_posix())
    return found


async def in_histories(stack: RunningStack, words: Sequence[str]) -> dict[str, list[str]]:
    """In which histories that Temporal still has each word stands, and in its schedules."""
    texts = {name: text.lower() for name, text in (await histories(stack)).items()}
    places = {word: [name for name, text in texts.items() if word.lower() in text] for word in words}
    return {word: at for word, at in places.items() if at}


async def histories(stack: RunningStack) -> dict[str, str]:
    """By the id of each execution and schedule: all that Temporal tells of it, payloads decoded. An activity without a workflow tells
    little; what it was given is in Temporal's file, where `in_files` looks."""
    client = await Temporal.connect(stack.settings.temporal_address, namespace=stack.settings.temporal_namespace)
    texts: dict[str, str] = {}
    for query in ("", "TemporalNamespaceDivision IS NOT NULL"):
        async for one in client.list_workflows(query):
            text = await _history(client, one)
            payloads = (base64.b64decode(data, validate=False).decode(errors="replace") for data in _PAYLOAD.findall(text))
            texts[one.id] = "\n".join((texts.get(one.id, ""), one.id, str(one.raw_info), text, str(one.memo), *payloads))
    async for kept in await client.list_schedules():
        texts[kept.id] = kept.id + str(kept)
    return texts


async def _history(client: Temporal, one: WorkflowExecution) -> str:
    try:
        return (await client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history()).to_json()
    except RPCError as error:
        if "actual: activity" not in str(error):
            raise
        return ""


def files(folder: Path) -> Iterator[Path]:
    """All but programs that were installed."""
    for path in folder.rglob("*"):
        if "superset-venv" not in path.parts and path.is_file() and not path.is_symlink():
            yield path


def packed(content: bytes) -> str:
    """What cannot be read in a file's own bytes: values of a Parquet file, pages and streams of a PDF, what gzip holds."""
    texts: list[str] = []
    if len(content) > 8 and content[:4] == content[-4:] == b"PAR1":  # a draft of a worker that was killed has no end
        texts.append(str(readable(pq.ParquetFile(io.BytesIO(content)).read()).to_pylist()))
    if content[:5] == b"%PDF-":
        texts.append(subprocess.run(["pdftotext", "-", "-"], input=content, stdout=subprocess.PIPE, check=True).stdout.decode())
        for stream in _STREAM.findall(content):
            with suppress(zlib.error):
                texts.append(zlib.decompress(stream).decode("latin-1"))
    if content[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            texts.append(gzip.decompress(content).decode("latin-1"))
    return "\n".join(texts)


def cluster_url(stack: RunningStack, name: str) -> str:
    """A database of the stack's own PostgreSQL, by its superuser."""
    planned = plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True)
    return planned.cluster.url(name)
