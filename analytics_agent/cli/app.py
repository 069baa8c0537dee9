"""The list of commands."""

from typing import Any

import typer
from typer.core import TyperGroup

from analytics_agent.cli import (
    ask,
    audit,
    catalog,
    costs,
    database_page,
    databases,
    destinations,
    eval,
    keys,
    people,
    policies,
    processes,
    reports,
    runs,
    schedules,
    semantic,
    sql,
    stack,
    tenants,
)
from analytics_agent.domain.said_of_values import instead


class Commands(TyperGroup):
    """What is wrong with an option is said in our words."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as wrong:
            wrong.message = instead(wrong.message)
            raise


app = typer.Typer(
    cls=Commands,
    name="analytics-agent",
    help="Questions of your data in plain language, answered with checked SQL, computed statistics and grounded figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (stack.up, stack.down, stack.status, stack.logs, stack.doctor, stack.clean, stack.demo, ask.ask, costs.costs, audit.audit):
    app.command()(command)
for process in (processes.worker, processes.api):
    app.command()(process)
databases.commands.command("show")(database_page.show_database)
for name, group in (
    ("databases", databases.commands),
    ("catalog", catalog.commands),
    ("runs", runs.commands),
    ("schedules", schedules.commands),
    ("reports", reports.commands),
    ("eval", eval.commands),
    ("webhooks", destinations.webhooks),
    ("folders", destinations.folders),
    ("keys", keys.commands),
    ("people", people.commands),
    ("sql", sql.commands),
    ("policies", policies.commands),
    ("semantic", semantic.commands),
    ("tenants", tenants.commands),
):
    app.add_typer(group, name=name)
