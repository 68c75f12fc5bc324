"""What is closed in Daphne from outside."""

from __future__ import annotations

import pytest
from twisted.internet import endpoints
from twisted.internet.testing import MemoryReactor

from workshop.config.servers import daphne


@pytest.mark.parametrize(
    ("description", "backlog"),
    [
        ("tcp:port=8000:interface=127.0.0.1", daphne.BACKLOG),
        ("tcp:8000", daphne.BACKLOG),
        ("tcp:port=8000:backlog=7", 7),
    ],
)
def test_a_whole_class_may_wait_to_be_let_in(description: str, backlog: int) -> None:
    reactor = MemoryReactor()
    endpoints.serverFromString(reactor, description).listen(object())
    assert reactor.tcpServers[0][2] == backlog


def test_other_endpoints_are_left_alone() -> None:
    reactor = MemoryReactor()
    daphne.listen_at(reactor, "unix:address=/tmp/x").listen(object())
    assert [server[0] for server in reactor.unixServers] == ["/tmp/x"]
