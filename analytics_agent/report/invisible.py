"""For the templates of a report and of a mail: every plain text that they put in is made visible first."""

from analytics_agent.domain.invisible import visible


def shown(value: object) -> object:
    """Plain text is cleaned, markup (which was made from cleaned text) is left as it is."""
    return visible(value) if type(value) is str else value
