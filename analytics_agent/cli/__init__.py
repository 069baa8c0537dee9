"""The command line: `analytics-agent`. Each file holds the commands of one noun; all but the stack's own are clients of the HTTP API."""

import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 3
EXIT_INTERRUPTED = 130


def entry() -> NoReturn:
    """Run, flush and leave: some processes with the Temporal SDK abort while the interpreter shuts down, so it does not get to."""
    sys.excepthook = _unforeseen
    for name in ("stdout", "stderr"):  # a stream that was closed before we began is None
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  open for as long as the process lives
    code = run()
    os._exit(_flushed() or code)


def run(arguments: list[str] | None = None) -> int:
    """One command; gives its exit status. No traceback of a foreseen error reaches a user."""
    from analytics_agent.cli.app import app
    from analytics_agent.errors import AgentError

    try:
        app(arguments)
    except SystemExit as stop:  # how the command line library ends, with wrong usage too
        return stop.code if isinstance(stop.code, int) else EXIT_FAILED
    except AgentError as error:
        if "--json" in (sys.argv[1:] if arguments is None else arguments):
            _print_json(error)
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
    except OSError as error:
        if not (error.filename or error.errno == errno.ENOSPC):
            raise
        _say(f"{error.filename or 'The output'}: {error.strerror}.", "")
        return EXIT_FAILED
    return 0


def exit_code(error: Exception) -> int:
    """1: the thing asked for failed. 2: wrong usage. 3: a service is not reachable."""
    from analytics_agent.errors import AskerError, InvalidQuestion, InvalidSettings, Unavailable, UnknownDatabase

    if isinstance(error, Unavailable):
        return EXIT_UNREACHABLE
    # An AskerError of no closer kind is a request that was not understood: an option's value.
    if isinstance(error, InvalidQuestion | InvalidSettings | UnknownDatabase) or type(error) is AskerError:
        return EXIT_USAGE
    return EXIT_FAILED


def _print_json(error: Any) -> None:
    """With --json, stdout holds one document in every ending: here the shortest one, with the names that a run's document has."""
    from analytics_agent.cli.terminal import write_json

    told = {"id": None, "status": "failed", "reason": error.message, "hint": error.hint, "error": type(error).__name__}
    write_json(told)


def _say(message: str, hint: str) -> None:
    """Never broken into lines of a width: hints hold commands that people copy."""
    from rich.text import Text

    from analytics_agent.cli.plain import clean
    from analytics_agent.cli.terminal import console

    terminal = console(stderr=True)
    terminal.print(Text.assemble(("✗ ", "red"), clean(message)), soft_wrap=True)
    if hint:
        terminal.print(Text(f"  {clean(hint)}", style="dim"), soft_wrap=True)


def _flushed() -> int:
    """Write out what is still held back. 0, or the exit status when nobody takes it: a reader that left, a full disk."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:
        if error.errno != errno.EPIPE:
            os.write(2, f"✗ The output could not be written: {error.strerror}.\n".encode())
        return EXIT_FAILED
    return 0


def _unforeseen(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours: people get a sentence, and the traceback in a file only they can read."""
    with tempfile.NamedTemporaryFile("w", prefix="analytics-agent-", suffix=".txt", delete=False) as kept:
        kept.writelines(traceback.format_exception(kind, value, trace))
    _say(f"Something went wrong that we did not foresee: {kind.__name__}.", f"Please report it with the file {kept.name}")
