"""A database's semantic model as one may see it: told and drawn. Described once for both clients."""

from typing import Any, Literal

from analytics_agent.client.model_view import ModelView
from analytics_agent.client.steps import Send, Steps, endpoint, part


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
