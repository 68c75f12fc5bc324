"""The files of the deployment agree with each other and with the application."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.containers import interpolate, read_compose, seconds
from tests.stack import COMPOSE, IMAGE_COMMANDS, NGINX, ROOT
from workshop.realtime import limits

VARIABLES = {name: f"{name.lower()}-of-the-tests" for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")}


@pytest.fixture
def services() -> dict[str, Any]:
    return read_compose(COMPOSE, {**VARIABLES, "PLENARY_HOST": "plenary.example"})


def option(command: list[str], name: str) -> str:
    (found,) = [part.partition("=")[2] for part in command if part.startswith(f"--{name}=")]
    return found


def nginx(directive: str) -> list[str]:
    """The arguments of every use of a directive."""
    text = re.sub(r"#.*", "", NGINX.read_text())
    return [found.strip() for found in re.findall(rf"\b{directive}\s+([^;]+);", text)]


def test_variables_are_put_in_as_compose_does() -> None:
    variables = {"A": "1", "EMPTY": ""}

    assert interpolate("${A} ${B} ${B:-2} ${EMPTY:-3} $$A ${A:?no}", variables) == "1  2 3 $A 1"
    with pytest.raises(KeyError, match="set it"):
        interpolate("${B:?set it}", variables)


def test_no_secret_has_a_default() -> None:
    for name in (*VARIABLES, "PLENARY_HOST"):
        rest = {**VARIABLES, "PLENARY_HOST": "plenary.example"}
        del rest[name]
        with pytest.raises(KeyError, match=name):
            read_compose(COMPOSE, rest)


def test_every_service_has_a_command_a_health_check_and_a_way_to_stop(services: dict[str, Any]) -> None:
    assert set(services) == {"db", "redis", "migrate", "web", "proxy"}
    for name, service in services.items():
        assert service.get("command") or service["image"].partition(":")[0] in IMAGE_COMMANDS, name
        if name == "migrate":
            continue
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert service["restart"] == "unless-stopped", name


def test_databases_are_new_enough_and_unreachable_from_outside(services: dict[str, Any]) -> None:
    assert int(services["db"]["image"].partition(":")[2]) >= 15
    assert int(services["redis"]["image"].partition(":")[2]) >= 7
    for name in ("db", "redis", "web", "migrate"):
        assert services[name]["networks"] == ["inside"]
        assert "ports" not in services[name]


def test_image_compose_file_and_unit_start_the_same_command(services: dict[str, Any]) -> None:
    (line,) = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text().replace("\\\n", ""), re.MULTILINE)
    (unit,) = re.findall(r"^ExecStart=(.*)$", (ROOT / "docs/deploy/plenary@.service").read_text(), re.MULTILINE)
    here = shlex.split(unit.replace("--host=127.0.0.1", "--host=0.0.0.0").replace("%i", "8000"))

    assert json.loads(line) == services["web"]["command"]
    assert [Path(here[0]).name, *here[1:]] == services["web"]["command"]


def test_times_of_stopping_fit_into_each_other(services: dict[str, Any]) -> None:
    web = services["web"]
    unit = (ROOT / "docs/deploy/plenary@.service").read_text()

    assert web["stop_signal"] == "SIGTERM"
    assert int(option(web["command"], "timeout-graceful-shutdown")) < seconds(web["stop_grace_period"])
    assert int(*re.findall(r"TimeoutStopSec=(\d+)", unit)) == seconds(web["stop_grace_period"])
    assert seconds(*nginx("worker_shutdown_timeout")) < seconds(services["proxy"]["stop_grace_period"])


def test_an_idle_connection_is_closed_by_the_proxy_first(services: dict[str, Any]) -> None:
    browsers, upstream = nginx("keepalive_timeout")

    assert seconds(upstream) < int(option(services["web"]["command"], "timeout-keep-alive"))
    assert seconds(browsers) > 0


def test_connections_to_the_database_suffice(services: dict[str, Any]) -> None:
    (most,) = [int(part.partition("=")[2]) for part in services["db"]["command"] if part.startswith("max_connections=")]
    environment = services["web"]["environment"]

    assert int(environment["DATABASE_POOL"]) * int(environment["PROCESSES"]) <= most / 2
    assert int(environment["DATABASE_POOL"]) * 16 <= most, "sixteen processes, as docs/scaling.md says"
    assert int(environment["DATABASE_TIMEOUT"]) > 0


def test_limits_of_the_proxy_let_through_what_plenary_allows(services: dict[str, Any]) -> None:
    """What a page may say fits; what is too much is refused before it reaches a web process."""
    size = re.fullmatch(r"\d+ (\d+)k", nginx("large_client_header_buffers")[0])
    assert size is not None
    assert limits.HAVE_LENGTH < int(size[1]) * 1024 < 65_536
    assert limits.TEXT_BYTES < limits.STREAM_BYTES < int(option(services["web"]["command"], "ws-max-size"))
    assert nginx("client_max_body_size") == ["1m", "25m"]
    assert services["web"]["ulimits"]["nofile"] > limits.SOCKETS_PER_PROCESS + limits.OTHER_FILES
    assert int(nginx("worker_rlimit_nofile")[0]) >= 2 * int(nginx("worker_connections")[0])


def test_limits_by_address_are_above_a_hall() -> None:
    rates = dict(re.findall(r"zone=(\w+):10m rate=(\d+)r/s", NGINX.read_text()))
    uses = dict(re.findall(r"limit_req zone=(\w+) burst=(\d+) nodelay", NGINX.read_text()))
    open_ = dict(line.split() for line in nginx("limit_conn"))

    assert int(rates["joins"]) * 60 == 3_000
    assert int(uses["joins"]) >= 500, "a class of 500 scans the code at once"
    assert int(open_["sockets"]) >= 5_000
    assert int(uses["handshakes"]) >= 5_000, "a hall that comes back after a restart"
    assert set(uses) == set(rates), "a limit that is not used"
    assert nginx("limit_req_status") == ["429"]


def test_the_proxy_does_not_wait_for_half_sent_requests() -> None:
    assert nginx("client_header_timeout") == ["5s"]
    assert seconds(*nginx("client_body_timeout")) <= 10
    assert nginx("underscores_in_headers") == ["off"]
    assert nginx("access_log") == ["off"]
    assert nginx("proxy_set_header X-Forwarded-For") == ["$remote_addr"]


def test_every_variable_of_the_compose_file_is_documented_or_read() -> None:
    read = set()
    for path in (ROOT / "workshop/config").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                read.add(node.value)
    environment = read_compose(COMPOSE, {**VARIABLES, "PLENARY_HOST": "x"})["web"]["environment"]

    # uvicorn itself reads the last one.
    assert set(environment) - read == {"FORWARDED_ALLOW_IPS"}
