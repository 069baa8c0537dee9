"""All scenarios, asked once for every test of this folder."""

import asyncio

import psycopg
import pytest
from fakes.messages_api import MessagesApi
from integration.claude.conversations import Claude
from integration.claude.seen import Seen, ask_all

from analytics_agent.stack.postgres import Cluster


@pytest.fixture(scope="session")
def seen(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE faults")
    with MessagesApi(Claude()) as api, pytest.MonkeyPatch.context() as patch:
        return asyncio.run(ask_all(tmp_path_factory.mktemp("faults"), postgres.url("faults"), api, patch))
