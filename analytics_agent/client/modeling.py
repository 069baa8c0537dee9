"""A database's semantic model as one may see it: told and drawn. Described once for both clients."""

from typing import Any, Literal

from analytics_agent.client.model_view import ModelView
from analytics_agent.client.steps import Send, Steps, endpoint, given, part


class Modeling:
    @endpoint
    def model(self, name: str) -> Steps[ModelView]:
        """The semantic model by which a database is asked, as far as its tables may be read. It shows itself in a notebook."""
        at = f"/v1/databases/{part(name)}/semantic-model"
        document: dict[str, Any] = yield Send("GET", f"{at}/overview")
        pictures: dict[str, bytes] = {}
        for theme in ("light", "dark") if document["model"] else ():
            pictures[theme] = yield Send("GET", f"{at}/picture.svg", {"params": {"theme": theme}}, gives="bytes")
        return ModelView(document, pictures)

    @endpoint
    def model_versions(self, name: str) -> Steps[list[dict[str, Any]]]:
        """The versions of a database's semantic model that are kept, the newest first. These four need the scope admin."""
        kept: list[dict[str, Any]] = (yield Send("GET", _versions(name)))["versions"]
        return kept

    @endpoint
    def model_version(self, name: str, number: int) -> Steps[str | None]:
        """The text of one version; None where the model was taken away."""
        text: str | None = (yield Send("GET", f"{_versions(name)}/{number}"))["semantic_model"]
        return text

    @endpoint
    def model_changes(self, name: str, number: int, *, against: int | None = None) -> Steps[list[dict[str, Any]]]:
        """What is different in the version `against`, or in what serves now, from this version; what bears on numbers first."""
        options = {"params": given(against=against)}
        found: list[dict[str, Any]] = (yield Send("GET", f"{_versions(name)}/{number}/changes", options))["changes"]
        return found

    @endpoint
    def restore_model(self, name: str, number: int, *, note: str = "") -> Steps[dict[str, Any]]:
        """Make an earlier version serve again, as a new version, which is told. It is held against the database's tables first."""
        options: dict[str, Any] = {"json": given(note=note or None), "timeout": 120.0}
        made: dict[str, Any] = yield Send("POST", f"{_versions(name)}/{number}/restore", options)
        return made

    @endpoint
    def import_superset_model(self, name: str) -> Steps[dict[str, Any]]:
        """What people described in Superset of a database's tables as a model to review: `semantic_model` is its text, `left` what could
        not be carried."""
        found: dict[str, Any] = yield Send("GET", f"/v1/databases/{part(name)}/superset-model", {"timeout": 150.0})
        return found

    @endpoint
    def export_superset_model(self, name: str, *, dry_run: bool = False) -> Steps[dict[str, Any]]:
        """Write the model by which a database is asked into Superset's datasets: `steps` are what is written, `left` what is not."""
        options: dict[str, Any] = {"json": {"dry_run": dry_run}, "timeout": 300.0}
        done: dict[str, Any] = yield Send("POST", f"/v1/databases/{part(name)}/superset-model", options)
        return done

    @endpoint
    def model_picture(self, name: str, theme: Literal["light", "dark"] = "light") -> Steps[bytes]:
        """The model as an SVG file."""
        drawn: bytes = yield Send(
            "GET", f"/v1/databases/{part(name)}/semantic-model/picture.svg", {"params": {"theme": theme}}, gives="bytes"
        )
        return drawn


def _versions(name: str) -> str:
    return f"/v1/databases/{part(name)}/semantic-model/versions"
