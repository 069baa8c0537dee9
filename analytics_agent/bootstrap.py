"""Settings → real adapters. The only importer of adapters/; each is imported when it is asked for, so that a process holds no more
than it uses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.conversation import ModelRequest, Reply
from analytics_agent.domain.database import Database
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError, InvalidSettings, ModelRejected, ServiceUnreachable
from analytics_agent.ports import Artifacts, Folders, Mailer, Model, ModelBatches, Publisher, Rights, Store, Warehouse, Webhooks
from analytics_agent.settings import Settings
from analytics_agent.superset_ports import Datasets

if TYPE_CHECKING:
    from temporalio.client import Client

    from analytics_agent.adapters.anthropic.client import AnthropicClient
    from analytics_agent.adapters.file_rights import FileRights
    from analytics_agent.adapters.smtp_mailer import SmtpMailer
    from analytics_agent.adapters.superset.rights import SupersetRights

_CONNECT_SECONDS = 20.0


def store(settings: Settings) -> Store:
    """Raises InvalidSettings when the store is not set up."""
    from analytics_agent.adapters.store.postgres_store import PostgresStore

    missing = [name for name in ("store_url", "encryption_key") if getattr(settings, name) is None]
    if missing:
        raise InvalidSettings([f"ANALYTICS_AGENT_{name.upper()}: not set; `analytics-agent up` writes it" for name in missing])
    return PostgresStore(_secret(settings.store_url), _secret(settings.encryption_key), settings.tenant)


def store_of_turns(settings: Settings) -> Store:
    """The store for whoever asks the model: one that heeds what the provider told others who share the account."""
    lender = settings.account
    if lender is settings:
        return store(settings)
    from analytics_agent.adapters.store.account import Account, BorrowingStore

    account = Account(_secret(lender.store_url))
    return BorrowingStore(_secret(settings.store_url), _secret(settings.encryption_key), settings.tenant, account)


def artifacts(settings: Settings) -> Artifacts:
    from analytics_agent.adapters.file_artifacts import FileArtifacts

    return FileArtifacts(settings.artifacts)


def model(settings: Settings) -> Model:
    """One model for every id: the question names which."""
    return _Models(settings)


class _Models:
    """The offline model, and Claude where a key is set. Each is made at its first turn."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[str, Model] = {}

    async def reply(self, request: ModelRequest) -> Reply:
        kind = OFFLINE if request.model == OFFLINE else "anthropic"
        if kind not in self._made:
            self._made[kind] = self._offline() if kind == OFFLINE else self._anthropic()
        return await self._made[kind].reply(request)

    def _offline(self) -> Model:
        from analytics_agent.adapters.offline.model import OfflineModel

        return OfflineModel()

    def _anthropic(self) -> Model:
        from analytics_agent.adapters.anthropic.model import AnthropicModel

        limit, stall = self._settings.model_timeout_seconds, self._settings.model_stall_seconds
        return AnthropicModel(_anthropic_client(self._settings), timeout_seconds=limit, stall_seconds=stall)


def model_batches(settings: Settings) -> ModelBatches:
    """Claude's message batches. Raises ModelRejected where no key is set."""
    from analytics_agent.adapters.anthropic.batches import AnthropicBatches

    return AnthropicBatches(_anthropic_client(settings), timeout_seconds=settings.model_timeout_seconds)


def _anthropic_client(settings: Settings) -> "AnthropicClient":
    from analytics_agent.adapters.anthropic.client import AnthropicClient

    if settings.anthropic_api_key is None:
        raise ModelRejected("No key for Claude is set.", hint="Set ANTHROPIC_API_KEY, or ask with --model offline.")
    key, limit = _secret(settings.anthropic_api_key), settings.model_timeout_seconds
    return AnthropicClient(key, settings.anthropic_base_url, timeout_seconds=limit)


def warehouses(settings: Settings) -> Callable[[Database], Warehouse]:
    """Open a database once and keep it open; one whose address changed is opened anew. A file is read through its import."""
    from analytics_agent.adapters.places import Places
    from analytics_agent.adapters.warehouses import imported, is_importable, open_warehouse

    opened: dict[tuple[str, str, str | None], Warehouse] = {}
    places = Places(settings.places) if settings.places else None

    def open_kept(database: Database) -> Warehouse:
        if places:
            places.require_database(database.uri)
        if is_importable(database.uri):
            database = replace(database, uri=f"duckdb:///{imported(settings.state.absolute() / 'imported', database.name)}")
        key = (database.name, database.uri, database.schema)
        if key not in opened:
            opened[key] = open_warehouse(database)
        return opened[key]

    return open_kept


def import_file(settings: Settings) -> Callable[[Database], None]:
    """Import the CSV or Parquet file that a database is, anew; nothing to do for any other database."""
    from analytics_agent.adapters.places import Places
    from analytics_agent.adapters.warehouses import import_file as into
    from analytics_agent.adapters.warehouses import is_importable

    places = Places(settings.places) if settings.places else None

    def import_it(database: Database) -> None:
        if is_importable(database.uri):
            if places:
                places.require_database(database.uri)
            into(Path(database.uri), settings.state.absolute() / "imported", database.name)

    return import_it


async def temporal(settings: Settings) -> "Client":
    """Temporal's client. Raises ServiceUnreachable."""
    from temporalio.client import Client
    from temporalio.contrib.pydantic import pydantic_data_converter
    from temporalio.service import RPCError

    address, namespace = settings.temporal_address, settings.temporal_namespace
    try:
        return await Client.connect(address, namespace=namespace, data_converter=pydantic_data_converter)
    except (RPCError, RuntimeError, OSError):
        raise ServiceUnreachable(f"Temporal does not answer at {address}.", hint="Start it with `analytics-agent up`.") from None


def publisher(settings: Settings) -> Callable[[], Publisher]:
    """Superset, logged in at the first use and kept."""
    from analytics_agent.adapters.superset.rest import SupersetRest

    return cache(lambda: SupersetRest(*_superset(settings), statement_timeout_seconds=settings.statement_timeout_seconds))


def superset_datasets(settings: Settings) -> Callable[[], Datasets]:
    from analytics_agent.adapters.superset.datasets import SupersetDatasets

    return lambda: SupersetDatasets(*_superset(settings))


def _superset(settings: Settings) -> tuple[str, str, str]:
    address, password = settings.superset_url, settings.superset_password
    if not address or password is None:
        raise InvalidSettings(["ANALYTICS_AGENT_SUPERSET_URL and ANALYTICS_AGENT_SUPERSET_PASSWORD: set both to publish"])
    return address, settings.superset_username, password.get_secret_value()


def rights(settings: Settings, opened: Store) -> Rights:
    """What people may read: asked of Superset when the first one asks, and of the file of policies. The store knows the catalogs."""
    from analytics_agent.adapters.combined_rights import CombinedRights

    made: list[SupersetRights] = []

    def kept() -> "SupersetRights":
        if not made:
            made.append(_superset_rights(settings, opened))
        return made[0]

    return CombinedRights(kept, _file_rights(settings, opened), has_superset=bool(settings.superset_url))


def _superset_rights(settings: Settings, opened: Store) -> "SupersetRights":
    from analytics_agent.adapters.superset.rights import SupersetRights

    address, password = settings.superset_url, settings.superset_password
    if not address or password is None:
        raise InvalidSettings(["ANALYTICS_AGENT_SUPERSET_URL and ANALYTICS_AGENT_SUPERSET_PASSWORD: set both for people of Superset"])
    return SupersetRights(address, settings.superset_username, _secret(password), catalog_of=opened.catalog)


def _file_rights(settings: Settings, opened: Store) -> "FileRights | None":
    from analytics_agent.adapters.file_rights import FileRights

    return FileRights(settings.policies, opened.catalog) if settings.policies else None


def say_policies(settings: Settings) -> None:
    """At the start of a process: into its log, whether the file of policies can be used."""
    if settings.policies:
        from analytics_agent.adapters.file_rights import say_form

        say_form(settings.policies)


def policies_check(settings: Settings, opened: Store) -> dict[str, Callable[[], Awaitable[None]]]:
    """Under its name: whether the file of policies can be used, for every database. It raises RightsUnknown. Nothing without a file."""
    file = _file_rights(settings, opened)

    async def check() -> None:
        if file:
            await file.check([database.name for database in await opened.databases()])

    return {"policies": check} if file else {}


async def policy_problems(settings: Settings) -> tuple[str, ...]:
    """All that is wrong with the file of policies, for operators; with its form alone where no store tells of tables."""
    if not settings.policies:
        return ()
    from analytics_agent.adapters.file_rights import FileRights

    try:
        async with opened_store(settings) as opened:
            names = [database.name for database in await opened.databases()]
            return await FileRights(settings.policies, opened.catalog).problems(names)
    except AgentError:
        return await FileRights(settings.policies, _no_catalog).problems()


async def model_problems(settings: Settings) -> tuple[str, ...]:
    """Why semantic models do not fit their tables as these were last read, for operators. Nothing where no store answers."""
    from analytics_agent.semantic.misfit import misfit

    found: list[str] = []
    with suppress(AgentError):
        async with opened_store(settings) as opened:
            for one in await opened.databases():
                catalog = await opened.catalog(one.name) if one.semantic_model else None
                wrong = misfit(one.semantic_model, catalog) if catalog else ()
                found += [f"The semantic model of {one.name} does not fit its tables any more: {problem}" for problem in wrong]
    return tuple(found)


async def _no_catalog(database: str) -> None:
    return None


def mailer(settings: Settings) -> Callable[[], Mailer]:
    """The mail server, when the first mail is to be sent."""
    return lambda: _smtp(settings)


async def check_mail_server(settings: Settings) -> None:
    """Log in and send nothing. Raises InvalidSettings, MailServerUnavailable or DeliveryRejected."""
    await _smtp(settings).check()


def _smtp(settings: Settings) -> "SmtpMailer":
    from analytics_agent.adapters.smtp_mailer import SmtpMailer

    if settings.smtp_url is None:
        raise InvalidSettings(["ANALYTICS_AGENT_SMTP_URL and ANALYTICS_AGENT_MAIL_FROM: set both to send reports by mail"])
    return SmtpMailer(_secret(settings.smtp_url), settings.mail_from)


def webhooks(settings: Settings) -> Callable[[], Webhooks]:
    """Services of this machine are its operator's: no tenant but the default one has its reports posted to them."""

    def opened() -> Webhooks:
        from analytics_agent.adapters.http_webhooks import HttpWebhooks

        return HttpWebhooks(this_machine=settings.tenant == DEFAULT)

    return opened


def folders(settings: Settings) -> Callable[[], Folders]:
    def opened() -> Folders:
        from analytics_agent.adapters.fsspec_folders import FsspecFolders
        from analytics_agent.adapters.places import Places

        return FsspecFolders(Places(settings.places) if settings.places else None)

    return opened


async def folder_problems(address: str, places: tuple[str, ...] | None = None) -> list[str]:
    """Why nothing can be written to such an address, as sentences: one that may not be used, a package that is missing. It is not
    opened."""
    from analytics_agent.adapters.fsspec_folders import driver_problem
    from analytics_agent.adapters.places import Places

    if places and (elsewhere := Places(places).folder_problem(address)):
        return [elsewhere]
    problem = await asyncio.to_thread(driver_problem, address)
    return [problem] if problem else []


async def migrate(settings: Settings) -> None:
    """Bring the store's tables up to date."""
    from analytics_agent.adapters.store.migrate import migrate as run

    await asyncio.to_thread(run, _secret(settings.store_url))


async def connect_databases(settings: Settings) -> dict[str, str]:
    """Let SQL Lab know every database. Gives why not, a sentence for each that it does not know now."""
    publish_to = publisher(settings)()

    async def refusal(database: Database) -> str:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await publish_to.connect(database)
        except TimeoutError:
            return "Superset does not answer in time."
        except AgentError as error:
            return str(error)
        return ""

    async with opened_store(settings) as opened:
        databases = await opened.databases()
    refusals: list[str] = []
    # One alone, until Superset has taken one: that creates a permission which all share, and fails where two do it at once.
    while len(refusals) < len(databases) and all(refusals):
        refusals.append(await refusal(databases[len(refusals)]))
    refusals += await asyncio.gather(*map(refusal, databases[len(refusals) :]))
    return {database.name: reason for database, reason in zip(databases, refusals, strict=True) if reason}


async def ensure_client_key(settings: Settings, key: str) -> None:
    """Make the stack's own client key valid; the second time changes nothing."""
    async with opened_store(settings) as opened:
        await opened.ensure_key("stack", ("ask", "admin"), key)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store for one short task."""
    opened = store(settings)
    try:
        yield opened
    finally:
        await opened.close()


def _secret(value: Any) -> str:
    return str(value.get_secret_value())
