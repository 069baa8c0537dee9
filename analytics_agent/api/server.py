"""The API's process: settings → services → uvicorn."""

from functools import partial
from urllib.parse import urlsplit

from analytics_agent import bootstrap
from analytics_agent.api.app import create_app
from analytics_agent.api.periods import ReplayedPeriods
from analytics_agent.api.registry import Registry
from analytics_agent.api.services import Limits, Services
from analytics_agent.api.temporal_datasets import TemporalDatasets
from analytics_agent.api.temporal_runner import TemporalRunner
from analytics_agent.api.temporal_schedules import TemporalSchedules
from analytics_agent.api.temporal_sql_lab import TemporalSqlLab
from analytics_agent.api.tenants import Tenants
from analytics_agent.domain.question import Budget
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.frugal import keep_out_pandas
from analytics_agent.settings import Settings
from analytics_agent.tenants import Roster, names


def services(settings: Settings) -> Services:
    """Everything the routes need of one tenant; nothing is connected before it is used."""
    bootstrap.say_policies(settings)
    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    runner = TemporalRunner(lambda: bootstrap.temporal(settings))
    limits = Limits(
        default_model=settings.chosen_model,
        choice=settings.model_choice,
        offline_first=settings.offline_first == "certain",
        budget=Budget(settings.budget_tokens, settings.budget_usd),
        person=settings.budget_of_a_person,
        installation=settings.budget_of_a_day,
        quota=settings.quota,
        publish=settings.superset_url is not None,
        mail=settings.smtp_url is not None,
    )
    checks = {"store": store.ping, "temporal": runner.check}
    signing_key = settings.superset_signing_key.get_secret_value() if settings.superset_signing_key else None
    sql_lab = TemporalSqlLab(lambda: bootstrap.temporal(settings)) if settings.superset_url else None
    registry = Registry(store, runner.read_database, sql_lab.tell if sql_lab else None, draft=runner.draft_model)
    return Services(
        store,
        artifacts,
        runner,
        registry,
        limits,
        checks,
        signing_key,
        schedules=TemporalSchedules(lambda: bootstrap.temporal(settings)),
        periods=ReplayedPeriods(store),
        rights=bootstrap.rights(settings, store),
        folder_problems=partial(bootstrap.folder_problems, places=settings.places),
        tenant=settings.tenant,
        told=bootstrap.policies_check(settings, store),
        superset=TemporalDatasets(lambda: bootstrap.temporal(settings), artifacts) if settings.superset_url else None,
    )


def run(settings: Settings, *, host: str | None = None, port: int | None = None) -> None:
    """Serve until asked to stop, on the address of `api_url` unless another is given."""
    import uvicorn

    keep_out_pandas()
    own = urlsplit(settings.api_url)
    uvicorn.run(
        create_app(Tenants(Roster(settings).now, services, names=lambda: (DEFAULT, *names(settings)))),
        host=host or own.hostname or "127.0.0.1",
        port=port or own.port or 8321,
        log_level=settings.log_level.lower(),
        access_log=False,
        # Open event streams would hold a restart back for ever.
        timeout_graceful_shutdown=3,
    )
