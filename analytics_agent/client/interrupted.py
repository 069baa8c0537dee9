"""Ctrl-C while waiting for an answer: the wait ends and the run goes on."""


class StillRunning(KeyboardInterrupt):
    """Nobody waits any more for the run `run_id`, which goes on. Says how to look at it again and how to stop it."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            f"Run {run_id} goes on. `client.watch({run_id!r})` waits for it again, `client.run({run_id!r})` shows it, "
            f"`client.cancel({run_id!r})` stops it."
        )

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]
