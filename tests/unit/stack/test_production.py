"""docker-compose.yml and the Makefile agree with the code: names of settings, queues, files and targets."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from analytics_agent.settings import PREFIX, Settings
from analytics_agent.stack.services import QUEUES

ROOT = Path(__file__).parents[3]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_the_production_topology_has_every_service_of_the_embedded_stack() -> None:
    assert {"postgres", "temporal", "superset", "api", *(f"worker-{queue}" for queue in QUEUES)} <= set(compose()["services"])


def test_every_setting_that_production_passes_is_one_that_we_read() -> None:
    services = compose()["services"].values()
    passed = {service["build"]["target"]: set(service["environment"]) for service in services if "build" in service}
    ours = {name for name in passed["agent"] if name.startswith(PREFIX)}
    assert ours and ours <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    read = set(re.findall(r'_value\("(\w+)"\)', (ROOT / "superset_config" / "superset_config.py").read_text()))
    assert {name for name in passed["superset"] if name.startswith(PREFIX)} <= read | {"ANALYTICS_AGENT_SIGNING_KEY"}


def test_only_the_model_worker_of_production_holds_the_models_key() -> None:
    holders = [name for name, service in compose()["services"].items() if "ANTHROPIC_API_KEY" in service.get("environment", {})]
    assert holders == ["worker-model"]


def test_production_publishes_ports_on_this_machine_only_and_holds_no_password() -> None:
    services = compose()["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)
    passwords = re.findall(r"(?:PASSWORD|_KEY|PWD|PGPASSWORD): (.*)", (ROOT / "docker-compose.yml").read_text())
    assert passwords and all(value.lstrip('"').startswith("${") for value in passwords)


def test_every_build_target_and_dependency_of_production_exists() -> None:
    stages = re.findall(r"^FROM .* AS (\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    services = compose()["services"]
    assert {service["build"]["target"] for service in services.values() if "build" in service} <= set(stages)
    assert {needed for service in services.values() for needed in service.get("depends_on", {})} <= set(services)


def test_make_alone_lists_every_target_of_the_contract() -> None:
    said = subprocess.run(["make", "--silent"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make (\S+) +\S", said, re.MULTILINE)
    assert listed[0] == "help"
    assert {"setup", "demo", "test", "up", "down", "clean", "lint", "types", "imports", "format"} <= set(listed)
