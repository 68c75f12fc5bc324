"""One house with a session in it, and each server in front of it, for all tests of this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.wire.house import APPLICATION, House, Witness, build, committed, environment
from tests.wire.servers import KINDS, Server, serve

#: What no guest may bring a server to write. uvicorn says so of requests that are none.
TROUBLE = re.compile(r'Traceback|exc_info|\b500\b|\b1011\b|rror: |"level": "(error|critical)"')
#: Bytes by which no input may let a server grow for good.
GROWTH = 48 * 2**20


@pytest.fixture(scope="package")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tests' own database, with rows that are committed."""
    with committed(django_db_blocker):
        yield


@pytest.fixture(scope="package")
def house(database: None) -> House:
    """Committed rows, which the servers see."""
    return build()


@pytest.fixture(scope="package", params=KINDS)
def server(request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it ships. At its end its log must be free of trouble."""
    folder: Path = tmp_path_factory.mktemp("wire")
    (folder / "static").mkdir()
    with serve(request.param, APPLICATION, folder, environment(folder)) as running:
        yield running
    assert not TROUBLE.search(running.log), running.log[-3000:]


@pytest.fixture(scope="package")
def everyday(house: House, server: Server) -> Iterator[Witness]:
    """Fay and Ana at work."""
    witness = Witness(house, server.port, psutil.Process(server.process.pid))
    witness.speaks()
    yield witness
    witness.close()


@pytest.fixture(autouse=True)
def witness(everyday: Witness, server: Server) -> Iterator[Witness]:
    """After each input Fay and Ana go on as before, and the server holds no more than before."""
    before, written = everyday.memory, len(server.log)
    yield everyday
    everyday.speaks()
    assert server.process.poll() is None
    assert everyday.memory - before < GROWTH
    assert not TROUBLE.search(server.log[written:]), server.log[written:]
