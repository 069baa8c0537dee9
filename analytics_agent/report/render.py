"""ReportDocument → one self-contained HTML file or a tagged PDF. Nothing is loaded from anywhere but the reports folder."""

from base64 import b64encode
from datetime import UTC
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analytics_agent.report import faces
from analytics_agent.report.document import LANGUAGE, ReportDocument
from analytics_agent.report.drawing import chart_svg
from analytics_agent.report.facts import stamp
from analytics_agent.report.highlight import sql_html
from analytics_agent.report.invisible import shown
from analytics_agent.report.prose import held
from analytics_agent.resources import resource

if TYPE_CHECKING:
    import jinja2

_PDF: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "presentational_hints": True}


def render_html(document: ReportDocument) -> str:
    """One file: styles, fonts and charts inside, no script, and a policy that lets the browser load nothing else."""
    body = _body(document, paper=False)
    css = "\n".join((faces.embedded(body), _css("report.css"), _css("screen.css"), _css("print.css")))
    return _page(document, css, body)


def render_pdf(document: ReportDocument) -> bytes:
    """A PDF tagged to PDF/UA-1: outline, language, alt text, links from every figure to its derivation. A few last lines that
    would take a page of their own are joined to the page before, where a closer setting can do that."""
    from weasyprint.text.fonts import FontConfiguration

    fonts, html = FontConfiguration(), _paper(document)
    laid = _laid_out(html, fonts)
    if len(laid.pages) > 1 and not laid.pages[-1].bookmarks:
        closer = _paper(document, "tight.css")
        again = _laid_out(closer, fonts)
        html, laid = (closer, again) if len(again.pages) < len(laid.pages) else (html, laid)
    pdf: bytes = laid.write_pdf(**_PDF, pdf_identifier=_identifier(html))
    return pdf


def _paper(document: ReportDocument, *further: str) -> str:
    css = "\n".join((faces.referenced(), *(_css(name) for name in ("report.css", "print.css", *further))))
    return _page(document, css, _body(document, paper=True))


def _laid_out(html: str, fonts: Any) -> Any:
    """Its pages. One on which no heading begins holds the last lines of the page before."""
    import weasyprint

    return weasyprint.HTML(string=html, base_url="report:", url_fetcher=only_our_fonts()).render(font_config=fonts, **_PDF)


def _identifier(html: str) -> bytes:
    return sha256(html.encode()).digest()[:16]


def only_our_fonts() -> Any:
    """Serves our fonts and refuses everything else: no file, no address, no data."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurFonts(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            prefix, _, name = url.rpartition("fonts/")
            if prefix not in {"report:", "report:/", "report:///"}:
                raise ValueError("A report loads nothing but its own fonts.")
            return URLFetcherResponse(url, faces.font_file(name), {"Content-Type": "font/woff2"})

    return OnlyOurFonts()


def _body(document: ReportDocument, *, paper: bool) -> str:
    chart = partial(chart_svg, paper=paper)
    return _environment().get_template("report.html").render(document=document, paper=paper, chart=chart, sql=sql_html, stamp=stamp)


def _page(document: ReportDocument, css: str, body: str) -> str:
    digest = b64encode(sha256(css.encode()).digest()).decode("ascii")
    style, content = Markup(css), Markup(body)  # noqa: S704 our own files, and a body that the templates have escaped
    page = _environment().get_template("page.html")
    created = document.generated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return page.render(document=document, css=style, digest=digest, body=content, language=LANGUAGE, created=created)


def _css(name: str) -> str:
    return (resource("reports") / name).read_text(encoding="utf-8")


@cache
def _environment() -> "jinja2.Environment":
    """Templates escape everything; a name that does not exist is an error and not an empty string."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("reports") / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["held"] = held
    return environment
