"""`tenants`: several customers in one installation. Typed on the machine that runs it: nothing of this goes through the API."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.settings import load

commands = typer.Typer(no_args_is_help=True, help="Add, list and remove tenants: customers that see nothing of one another.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Name = Annotated[str, typer.Argument(help="the tenant's name: letters a to z and digits")]


@commands.command()
def add(name: Name, as_json: AsJson = False) -> None:
    """Make a tenant and print its first key, which may administer it. The key cannot be shown again."""
    from analytics_agent.stack import tenants

    added = tenants.add(load(), name)
    if as_json:
        write_json({"name": added.name, "key": added.key, "file": str(added.file), "own_login": added.own_login})
        return
    sys.stdout.write(f"{added.key}\n")
    sys.stderr.write(f"The tenant {added.name} is there. The key is not shown again. Its settings: {added.file}\n")
    if not added.own_login:
        sys.stderr.write("The store's login may not make others, so this tenant has a schema of its own and no login of its own.\n")


@commands.command("list")
def list_tenants(as_json: AsJson = False) -> None:
    """All tenants besides the default one, and whether they can work."""
    from analytics_agent.stack import tenants

    found = tenants.listed(load())
    if as_json:
        write_json([asdict(one) for one in found])
        return
    if not found:
        console(stderr=True).print("There are no tenants besides the default one.")
        return
    rows = [(one.name, line(one.problem) or "ok", line(one.file)) for one in found]
    show(Page([Table((Column("name"), Column("state", flexible=True), Column("settings", dim=True)), rows)], widest=ANY), console())


@commands.command()
def remove(name: Name, yes: Annotated[bool, typer.Option("--yes", help="do it without asking")] = False) -> None:
    """Remove a tenant with all its runs, results, schedules, keys and files. There is no way back."""
    from analytics_agent.stack import tenants

    if not yes:
        typer.confirm(f"Remove the tenant {line(name)} with everything that is stored of it?", abort=True, err=True)
    left = tenants.remove(load(), name)
    typer.echo(f"Removed {name}. What it published or sent is where it was sent.", err=True)
    if left:
        typer.echo(f"Its file named places of its own, and they are as they were: {', '.join(left)}.", err=True)
