"""What is held of a person, and its erasure: described once for both clients."""

from collections.abc import Sequence
from typing import Any

from analytics_agent.client.steps import Send, Steps, endpoint, part


class People:
    """An administrator's affair."""

    @endpoint
    def held(self, person: str, *, mails: Sequence[str] = ()) -> Steps[dict[str, Any]]:
        """What is held of somebody, counted: "superset:7", "user:ada", a key's id, or a name. `mails` are their addresses, to be found
        among the recipients of others."""
        view: dict[str, Any] = yield Send("POST", "/v1/people/held", {"json": {"person": person, "mails": list(mails)}})
        return view

    @endpoint
    def erase(self, person: str, *, mails: Sequence[str] = ()) -> Steps[dict[str, Any]]:
        """Erase all of it. It goes on by itself: `erasure` tells how far it is. It cannot be taken back."""
        begun: dict[str, Any] = yield Send("POST", "/v1/erasures", {"json": {"person": person, "mails": list(mails)}})
        return begun

    @endpoint
    def erasure(self, erasure_id: str) -> Steps[dict[str, Any]]:
        view: dict[str, Any] = yield Send("GET", f"/v1/erasures/{part(erasure_id)}")
        return view

    @endpoint
    def erasures(self) -> Steps[list[dict[str, Any]]]:
        """The newest first. They do not say of whom."""
        found: list[dict[str, Any]] = (yield Send("GET", "/v1/erasures"))["erasures"]
        return found
