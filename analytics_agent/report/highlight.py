"""SQL as escaped HTML with a class for each kind of word. The text is never run and never trusted."""

from markupsafe import Markup

from analytics_agent.domain.invisible import visible

LONGEST = 20_000
"""Characters of a statement that are colored; a longer one is shown plainly."""


def sql_html(sql: str) -> Markup:
    """Escaped and highlighted SQL."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PostgresLexer

    text = visible(sql)
    if len(text) > LONGEST:
        return Markup.escape(text)
    return Markup(highlight(text, PostgresLexer(stripnl=True), HtmlFormatter(nowrap=True)))  # noqa: S704 pygments escapes what it is given
