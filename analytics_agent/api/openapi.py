"""Print the OpenAPI document: `python -m analytics_agent.api.openapi > docs/openapi.json`. A test compares the two."""

import sys
from typing import Any, cast

from analytics_agent.api.app import create_app, openapi_text
from analytics_agent.api.services import Services

if __name__ == "__main__":
    # Routes are described without being called, so nothing has to stand behind them.
    sys.stdout.write(openapi_text(create_app(cast(Services, cast(Any, None)))))
