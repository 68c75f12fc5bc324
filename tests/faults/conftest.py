"""Installations that fault tests break, started once each."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvloop
from pytest_django.plugin import DjangoDbBlocker

from tests.faults import cluster as clusters
from tests.faults.cluster import Cluster
from tests.faults.play import Fault, Records, Stage, opened, play
from tests.faults.table import Results
from tests.faults.verdict import Verdict
from tests.services import ServiceMissing, missing


@dataclass
class Theatre:
    """An installation, and the event loop on which clients and proxies live as long as it does."""

    cluster: Cluster
    records: Records
    runner: asyncio.Runner
    #: `make faults` keeps them.
    results: Results = field(default_factory=Results)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def opened(self, name: str, seed: int, people: int) -> AbstractAsyncContextManager[Stage]:
        return opened(self.cluster, self.records, name, seed, people)

    def play(self, fault: Fault, scenario: str, seed: int, **named: Any) -> Verdict:
        verdict: Verdict = self.run(play(self.cluster, self.records, fault, scenario, seed, **named))
        self.results.add(verdict)
        return verdict


@pytest.fixture(scope="session")
def seed() -> int:
    """FAULTS_SEED, else by chance; every run prints it."""
    return int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture(scope="session")
def theatres(django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[str], Theatre]]:
    """An installation by its variant; one at a time, so that two of them do not share the machine."""
    with contextlib.ExitStack() as now, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        open_: dict[str, Theatre] = {}

        def theatre(variant: str) -> Theatre:
            if variant not in open_:
                now.close()
                open_.clear()
                open_[variant] = _open(now, runner, variant, django_db_blocker)
            return open_[variant]

        yield theatre
        now.close()


def _open(stack: contextlib.ExitStack, runner: asyncio.Runner, variant: str, blocker: DjangoDbBlocker) -> Theatre:
    try:
        stack.enter_context(blocker.unblock())
        made = stack.enter_context(clusters.cluster(variant))
    except ServiceMissing as error:
        missing(error)
    records = Records()
    stack.callback(records.close)
    stack.callback(lambda: runner.run(made.close()))
    runner.run(made.open())
    return Theatre(made, records, runner)


@pytest.fixture
def theatre(theatres: Callable[[str], Theatre]) -> Theatre:
    """Two uvicorns, PostgreSQL and Redis."""
    return theatres("cluster")
