"""The set-up of docker-compose.yml, running once for all tests of the deployment."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.deploy.house import House
from tests.services import TEMPORARY, ServiceMissing, missing
from tests.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="plenary-stack-", dir=TEMPORARY))
    try:
        with Stack(folder) as running:
            yield running
    except ServiceMissing as error:
        missing(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(stack: Stack) -> Iterator[House]:
    """A session with an open poll on the running set-up; everybody trusts its certificate."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(stack.proxy.folder / "tls/fullchain.pem")
    try:
        made = House.open(stack)
        yield made
        made.close()
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


@pytest.fixture
def visitor(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, verify=stack.trust(), timeout=20) as client:
        yield client
