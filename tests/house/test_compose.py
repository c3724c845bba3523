"""docker-compose.yml is valid, runs real commands, serves every queue, and opens nothing to the world."""

import subprocess
import sys
from typing import Any

import pytest
import yaml

from config.settings import Settings
from consultant.cli import table
from consultant.db.work import Step
from tests.house.repository import ROOT
from workers import command
from workers.app import ALL_QUEUES, QUEUES, SWEEP_QUEUE

COMPOSE = ROOT / "docker-compose.yml"
COMMANDS = {**command.PROCESSES, **table.COMMANDS}
PROCESSES = ("migrate", "web", "poller", "worker", "worker-bulk", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return loaded


def test_it_follows_the_compose_schema() -> None:
    check = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    outcome = subprocess.run(check, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_every_process_runs_a_command_that_exists(services: dict[str, dict[str, Any]]) -> None:
    ours = {name for name, service in services.items() if service["image"] == "consultant"}
    assert ours == set(PROCESSES)
    for name in PROCESSES:
        program, word, *_ = services[name]["command"]
        assert program == "consultant"
        assert word in COMMANDS


def test_every_queue_has_a_worker(services: dict[str, dict[str, Any]]) -> None:
    commands = [services[name]["command"] for name in PROCESSES]
    consumed = [words[words.index("--queues") + 1].split(",") for words in commands if "worker" in words]
    assert sorted(queue for queues in consumed for queue in queues) == sorted(ALL_QUEUES)


def test_every_step_has_a_queue_that_is_worked_on_in_one_process_too() -> None:
    assert {QUEUES[step] for step in Step} | {SWEEP_QUEUE} == set(ALL_QUEUES)


def test_every_setting_it_gives_is_a_setting(services: dict[str, dict[str, Any]]) -> None:
    for variable in services["web"]["environment"]:
        model: Any = Settings
        for part in variable.removeprefix("CONSULTANT_").lower().split("__"):
            assert part in model.model_fields, variable
            model = model.model_fields[part].annotation


def test_ports_are_published_on_this_machine_only(services: dict[str, dict[str, Any]]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_no_secret_has_a_default(services: dict[str, dict[str, Any]]) -> None:
    given = {**services["web"]["environment"], **services["postgres"]["environment"]}
    for name in ("CONSULTANT_SECRET_KEY", "CONSULTANT_IMAP__PASSWORD", "POSTGRES_PASSWORD"):
        assert ":?" in given[name]


def test_processes_wait_for_the_migrated_database(services: dict[str, dict[str, Any]]) -> None:
    for name in set(PROCESSES) - {"migrate"}:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
