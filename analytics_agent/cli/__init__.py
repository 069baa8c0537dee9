"""The command line: `analytics-agent`. Each file holds the commands of one noun; all but the stack's own are clients of the HTTP API."""

import os
import sys
from typing import NoReturn

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 3
EXIT_INTERRUPTED = 130


def entry() -> NoReturn:
    """Run, flush and leave: some processes with the Temporal SDK abort while the interpreter shuts down, so it does not get to."""
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str] | None = None) -> int:
    """One command; gives its exit status. No traceback of a foreseen error reaches a user."""
    from analytics_agent.cli.app import app
    from analytics_agent.errors import AgentError

    try:
        app(arguments)
    except SystemExit as stop:  # how the command line library ends, with wrong usage too
        return stop.code if isinstance(stop.code, int) else EXIT_FAILED
    except AgentError as error:
        _say(error.message, error.hint)
        return exit_code(error)
    except ModuleNotFoundError as error:
        if (error.name or "analytics_agent").startswith("analytics_agent"):
            raise
        _say(f"This command needs the server part, and {error.name} is not installed.", "Install it: pip install 'analytics-agent[server]'")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_FAILED
    return 0


def exit_code(error: Exception) -> int:
    """1: the thing asked for failed. 2: wrong usage. 3: a service is not reachable."""
    from analytics_agent.errors import InvalidQuestion, InvalidSettings, Unavailable, UnknownDatabase

    if isinstance(error, Unavailable):
        return EXIT_UNREACHABLE
    if isinstance(error, InvalidQuestion | InvalidSettings | UnknownDatabase):
        return EXIT_USAGE
    return EXIT_FAILED


def _say(message: str, hint: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    console.print(Text.assemble(("✗ ", "red"), message))
    if hint:
        console.print(Text(f"  {hint}", style="dim"))
