"""The planted shop on the whole stack, in a PostgreSQL of its own: under a policy for one person, asked by a model that tries everything,
through every way in and out. What came back is kept as text, by where it came from."""

import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from e2e import command_line
from fakes.mail_server import MailServer
from fakes.messages_api import Body, call, tools_of, turn_of
from fakes.superset_token import signed
from fakes.webhook_receiver import Receiver
from integration.erasure.planted import Somebody
from integration.side_channels.hostile import Call
from integration.side_channels.world import POSTGRES, SEMANTIC_MODEL, policy, statements
from patience import until
from planted_words import cluster_url, files, packed
from running_stack import MAY_GET_ALL, RunningStack
from superset_people import People
from tenant_walk import filled, gets

from analytics_agent.domain.policy import Mask
from analytics_agent.stack import databases
from analytics_agent.stack.postgres import Cluster

CLAUDE = "claude-opus-4-7"
IN_A_TURN = 11


@dataclass
class Shop:
    """`told` is all that anybody got who may not see everything."""

    stack: RunningStack
    name: str
    ada: Somebody
    username: str
    told: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    calls: int = 0
    requests: int = 0
    """Those that the model was sent before."""
    began: float = field(default_factory=time.time)

    def profiled(self) -> str:
        """All that is kept of what its columns hold, empty until something is."""
        with psycopg.connect(cluster_url(self.stack, databases.STORE)) as connection:
            found = connection.execute("SELECT coalesce(string_agg(body::text, ' '), '') FROM profiles WHERE database = %s", [self.name])
            ((text,),) = found.fetchall()
        return str(text)

    def keep(self, place: str, content: bytes | str) -> None:
        self.told[place] = content if isinstance(content, str) else opened(content)


def policies_of(database: str, username: str) -> str:
    made = policy(POSTGRES, "planted", "public")
    tables: list[dict[str, Any]] = []
    for table in made.tables or ():
        rule = made.rule_of(table)
        one: dict[str, Any] = {"table": f"{table.schema}.{table.name}"}
        if rule and rule.rows:
            one["rows"] = rule.rows[0][0]
        if rule and rule.hidden:
            one["hide"] = list(rule.hidden)
        if rule and rule.masks:
            one["mask"] = {mask.column: _mask(mask) for mask in rule.masks}
        tables.append(one)
    own = {"name": "what ada may see", "users": [username], "database": database, "tables": tables}
    return json.dumps({"version": 1, "hash_key": made.hash_key, "policies": [own]})


def _mask(mask: Mask) -> Any:
    if mask.kind == "partial":
        return {"partial": {"first": mask.first, "last": mask.last}}
    if mask.kind == "bucket":
        return {"bucket": {"unit": mask.unit} if mask.unit else {"size": mask.size}}
    return mask.kind if mask.kind == "hash" else None


def opened(content: bytes) -> str:
    """A file with all that is packed in it, as text."""
    return "\n".join((content.decode("latin-1"), packed(content)))


@contextmanager
def planted_shop(stack: RunningStack, cluster: Cluster, admin: Any) -> Iterator[Shop]:
    """Added to the stack and to Superset when its policy holds already, with a person there who may read all of it."""
    name = f"zshop-{secrets.token_hex(3)}"
    database = name.replace("-", "_")
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")  # type: ignore[call-overload]
    with psycopg.connect(cluster.url(database), autocommit=True) as connection:
        for statement in statements(POSTGRES, "planted"):
            connection.execute(statement)  # type: ignore[call-overload]
    people: People | None = None
    try:
        with stack.policies(policies_of(name, "nobody yet")) as put:
            with stack.client() as client:
                model = SEMANTIC_MODEL.replace("{source}", "public.orders")
                client.add_database(name, cluster.url(database), semantic_model=model)
            assert stack.settings.superset_url
            people = People(stack.settings.superset_url, admin, database=name)
            person = people.add(whole_database=True)
            put(policies_of(name, person.username))
            yield Shop(stack, name, Somebody(stack, person.id, "Ada"), person.username, requests=len(stack.messages.requests))
    finally:
        if people:
            people.remove_all()
        with stack.client() as client:
            client.remove_database(name)
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")  # type: ignore[call-overload]


def obeying(calls: Sequence[Call], column: str = "customer") -> Callable[[Body], list[Body]]:
    """A model that makes these calls, as many in a turn as are run, one that works before them, and answers from the first result."""

    def step(body: Body) -> list[Body]:
        tools = tools_of(body)
        if "run_sql" not in tools:
            claim = {"text": f"The first is {{{{r1[0].{column}}}}}."}
            return [call("done")] if "rank" in tools else [call("write_answer", headline="What there is", claims=[claim])]
        turn = turn_of(body) - 1
        part = calls[turn * IN_A_TURN : (turn + 1) * IN_A_TURN]
        if not part:
            return [call("finish", primary="r1", results=["r1"])]
        works: list[Body] = []
        if len(calls) > IN_A_TURN:
            sql = f"SELECT customer, {turn} AS turn FROM orders ORDER BY customer"
            works = [call("run_sql", purpose="it works", sql=sql, why_not_metrics="rows")]
        return [*works, *(call(name, **given) for name, given in part)]

    return step


def ask(shop: Shop, text: str, calls: Sequence[Call] = (), **more: Any) -> dict[str, Any]:
    """By the person, to its end; what they get of it is kept."""
    options = {"formats": ["html", "pdf"], "publish": False} | more
    if calls:
        shop.calls += len(calls)
        shop.stack.script.step = obeying(calls)
        options = {"model": CLAUDE} | options
    with shop.ada.client() as client:
        run_id = client.submit(text, shop.name, **options)
    shop.runs.append(run_id)
    return ended(shop, run_id)


def ended(shop: Shop, run_id: str, *statuses: str) -> dict[str, Any]:
    over = ("succeeded", "failed", "refused", "cancelled", "over_budget", *statuses)
    found = until(lambda: (one := shop.ada.document(run_id))["status"] in over and one, 240)
    assert isinstance(found, dict)
    return found


@contextmanager
def ways_out(shop: Shop, folder: Path) -> Iterator[tuple[str, ...]]:
    """Mail, a webhook and a folder; what came there is kept."""
    folder.chmod(0o777)
    folder.parent.chmod(0o777)
    mark = secrets.token_hex(3)
    with MailServer(port=shop.stack.mail_port) as mails, Receiver() as receiver, shop.stack.client() as client:
        client.add_folder(f"f{mark}", f"file://{folder}", databases=[shop.name])
        client.add_webhook(f"w{mark}", receiver.url, databases=[shop.name])
        yield f"mail:zboard@{MAY_GET_ALL}", f"webhook:w{mark}", f"folder:f{mark}"
        for number, mail in enumerate(mails.taken):
            shop.keep(f"mail {number}", mail.as_string())
            for part in mail.walk():
                if not part.is_multipart():
                    shop.keep(f"mail {number}, {part.get_content_type()}", part.get_payload(decode=True) or b"")
        for number, post in enumerate(receiver.posts):
            shop.keep(f"webhook {number}", json.dumps(post.headers) + opened(post.body))
        for path in folder.rglob("*"):
            if path.is_file():
                shop.keep(f"folder {path.name}", path.read_bytes())
        client.remove_folder(f"f{mark}")
        client.remove_webhook(f"w{mark}")


def token_of(shop: Shop) -> str:
    """As the extension signs one; it is valid for a minute."""
    assert shop.stack.settings.superset_signing_key
    return signed(shop.ada.number, key=shop.stack.settings.superset_signing_key.get_secret_value(), name=shop.ada.name)


def everything_asked_for(shop: Shop, headers: Callable[[], dict[str, str]], who: str, ids: dict[str, str]) -> list[str]:
    """Every GET route of the API, whether it answers or refuses; the addresses that answered."""
    url, answered = shop.stack.settings.api_url, []
    document = httpx2.get(f"{url}/v1/openapi.json", headers=headers()).json()
    shop.keep(f"{who} openapi", json.dumps(document))
    known = {"number": "1", "name": shop.name, "schedule_id": "s0", "erasure_id": "e0"} | ids
    for path in (*gets(document), "/healthz", "/readyz"):
        for result in _results(shop, path, ids["run_id"]):
            address = filled(path, {"result": result, **known})
            more = {"database": shop.name, "as": shop.username} if path == "/v1/policies" else None
            accept = {"Accept": "application/json"} if path.endswith("/events") else {}
            answer = httpx2.get(f"{url}{address}", headers=headers() | accept, params=more, timeout=60)
            shop.keep(f"{who} {address}", answer.content)
            shop.keep(f"{who} {address}, headers", json.dumps(dict(answer.headers)))
            answered += [address] if answer.is_success else []
    return answered


def _results(shop: Shop, path: str, run_id: str) -> list[str]:
    if "{result}" not in path:
        return [""]
    return [query["id"] for query in shop.ada.document(run_id)["queries"]]


def on_the_command_line(shop: Shop, run_id: str) -> None:
    """As an operator sees other people's runs."""
    commands = (
        ("runs", "show", run_id),
        ("runs", "list"),
        ("costs",),
        ("audit",),
        ("databases", "queue", shop.name),
        ("databases", "list"),
        ("status",),
        ("doctor",),
        ("schedules", "list"),
    )
    for command in commands:
        done = command_line.run(shop.stack, *command)
        shop.keep(f"command {' '.join(command)}", done.out + done.err)


def files_of(stack: RunningStack) -> dict[str, str]:
    """Every file of the state folder with what is packed in it."""
    return {path.relative_to(stack.settings.state).as_posix(): opened(path.read_bytes()) for path in files(stack.settings.state)}


def left_in_tmp(since: float) -> dict[str, str]:
    """What workers of ours leave in the folder for temporary files: drafts, spilled rows, fonts."""
    found = {}
    for pattern in ("analytics-agent-*", "weasyprint-*", "tmp*"):
        for path in Path(tempfile.gettempdir()).glob(f"{pattern}/**/*"):
            with suppress(OSError):
                if path.is_file() and path.stat().st_mtime >= since and path.stat().st_size < 20_000_000:
                    found[str(path)] = opened(path.read_bytes())
    return found


def in_whole_tables(stack: RunningStack, words: Sequence[str], url: Callable[[str], str], names: Sequence[str]) -> dict[str, set[str]]:
    """In which tables each word stands; of the store's documents, in which kind of them."""
    found: dict[str, set[str]] = {}
    for name in names:
        with psycopg.connect(url(name)) as connection:
            tables = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename), tablename FROM pg_tables "
                "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for table, bare in tables:
                kind = "name" if bare == "documents" else "''"
                for word in words:
                    sql = f"SELECT DISTINCT {kind} FROM {table} AS one WHERE one::text ILIKE %s"
                    rows = connection.execute(sql, [f"%{word}%"]).fetchall()  # type: ignore[call-overload]
                    for (document,) in rows:
                        found.setdefault(word, set()).add(f"{name} {bare} {document}".strip())
    return found
