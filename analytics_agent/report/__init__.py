"""Answer → report: `build` fills a ReportDocument, `render_html` and `render_pdf` lay it out. No model, no database, no network.

What a designer edits (templates, styles, themes, fonts) is in the folder reports/, not here.
"""

from analytics_agent.report.build import build
from analytics_agent.report.document import ReportDocument
from analytics_agent.report.render import render_html, render_pdf

__all__ = ["ReportDocument", "build", "render_html", "render_pdf"]
