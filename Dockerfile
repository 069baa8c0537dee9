# Two images from one file, because Superset and the agent cannot share a Python environment. Built by docker-compose.yml.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS uv
RUN pip install --no-cache-dir uv
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy

FROM uv AS agent
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-firacode \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/analytics-agent
# Dependencies first: they change more rarely than the sources.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --extra server --no-dev --no-install-project
COPY analytics_agent analytics_agent
COPY reports reports
COPY sql_fixtures sql_fixtures
COPY superset_config superset_config
RUN uv sync --frozen --extra server --no-dev \
    && useradd --system --home-dir /var/lib/analytics-agent --create-home agent
USER agent
ENV PATH=/srv/analytics-agent/.venv/bin:$PATH ANALYTICS_AGENT_STATE=/var/lib/analytics-agent PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2
ENTRYPOINT ["analytics-agent"]

FROM node:20-bookworm-slim AS panel
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/extension
COPY superset_config/extension .
RUN python3 build.py

FROM uv AS superset
WORKDIR /srv/superset
COPY superset_config/pyproject.toml superset_config/uv.lock ./
RUN uv sync --frozen --no-dev
COPY superset_config/superset_config.py superset_config/single_tables.py superset_config/initialize.py ./
COPY --from=panel /srv/extension/dist extensions
RUN useradd --system --home-dir /var/lib/superset --create-home superset
USER superset
ENV PATH=/srv/superset/.venv/bin:$PATH SUPERSET_CONFIG_PATH=/srv/superset/superset_config.py SUPERSET_HOME=/var/lib/superset \
    SUPERSET_EXTENSIONS_PATH=/srv/superset/extensions FLASK_APP="superset.app:create_app()" MALLOC_ARENA_MAX=2
CMD ["gunicorn", "--bind", "0.0.0.0:8088", "--workers", "1", "--worker-class", "gthread", "--threads", "16", "--timeout", "120", \
     "--no-control-socket", "superset.app:create_app()"]
