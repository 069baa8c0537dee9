"""A semantic model as a Python object: its metrics, what they can be split by, and its picture."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from analytics_agent.client.answer_html import style
from analytics_agent.client.definitions_html import entry_html
from analytics_agent.client.evidence_html import text
from analytics_agent.client.words import counted, line

MOST_SPLITS = 60


class ModelView:
    """`document` is all of it; `model` in it is None where the database has none, or where nothing of it may be read."""

    def __init__(self, document: dict[str, Any], pictures: Mapping[str, bytes]) -> None:
        self.document = document
        self._pictures = pictures

    @property
    def metrics(self) -> list[dict[str, Any]]:
        return list(self.document["model"]["metrics"]) if self.document["model"] else []

    def splits(self, metric: str) -> list[str]:
        """The fields by which a metric can be split. Raises KeyError for one that is not there."""
        dataset = next((each["dataset"] for each in self.metrics if each["name"] == metric), None)
        if dataset is None:
            raise KeyError(metric)
        return [each["name"] for each in self.document["model"]["splits"].get(dataset, [])]

    def picture(self, theme: Literal["light", "dark"] = "light") -> bytes:
        """SVG. Raises LookupError where there is no model."""
        if theme not in self._pictures:
            raise LookupError(f"{self.document['database']} has no semantic model.")
        return self._pictures[theme]

    def save(self, path: str | Path, theme: Literal["light", "dark"] = "light") -> Path:
        """The picture as a file. Gives its path."""
        file = Path(path)
        file.write_bytes(self.picture(theme))
        return file

    def __repr__(self) -> str:
        model = self.document["model"]
        if model is None:
            return f"<{line(self.document['database'])} has no semantic model>"
        about = f"{counted(len(model['datasets']), 'dataset')}, {counted(len(model['metrics']), 'metric')}"
        return f"<Semantic model {line(model['name'])}: {about}{', as far as you may read it' if self.document['in_part'] else ''}>"

    def _repr_html_(self) -> str:
        model = self.document["model"]
        body = self._told(model) if model else f"<p>{text(line(self.document['database']))} has no semantic model.</p>"
        return f'<div class="aa aa-wide"><style>{style()}</style>{body}</div>'

    def _told(self, model: Mapping[str, Any]) -> str:
        about = f'<p dir="auto">{text(line(model["description"], 600))}</p>' if model["description"] else ""
        part = '<p class="aa-src">As far as you may read its tables.</p>' if self.document["in_part"] else ""
        images = "".join(_image(theme, svg, repr(self)) for theme, svg in self._pictures.items())
        return (
            f'<p class="aa-head" dir="auto">{text(line(model["name"]))}</p>{about}{part}'
            f'<div class="aa-scroll" tabindex="0" role="group" aria-label="The model as a picture">{images}</div>'
            f'<div class="aa-results"><p class="aa-label">{counted(len(model["metrics"]), "metric")}</p>{_by_dataset(model)}</div>'
        )


def _image(theme: str, svg: bytes, alt: str) -> str:
    hidden = " hidden" if theme == "dark" else ""
    return f'<img class="aa-{theme}"{hidden} alt="{text(alt)}" src="data:image/svg+xml;base64,{b64encode(svg).decode("ascii")}">'


def _by_dataset(model: Mapping[str, Any]) -> str:
    named = dict.fromkeys(each["dataset"] for each in model["metrics"])
    return "".join(_dataset(model, name, [each for each in model["metrics"] if each["dataset"] == name]) for name in named)


def _dataset(model: Mapping[str, Any], name: str, metrics: list[dict[str, Any]]) -> str:
    splits = [each["label"] for each in model["splits"].get(name, [])]
    more = f" and {len(splits) - MOST_SPLITS} more" if len(splits) > MOST_SPLITS else ""
    by = f'<p class="aa-src" dir="auto">Can be split by {text(line(", ".join(splits[:MOST_SPLITS]), 4_000))}{more}.</p>' if splits else ""
    return (
        f'<details class="aa-result aa-defined"><summary><span dir="auto">{text(line(name))}</span> '
        f"<i>{counted(len(metrics), 'metric')}</i></summary><div>{by}<dl>{''.join(map(entry_html, metrics))}</dl></div></details>"
    )
