"""T8: server time of joining, the learner's page and the control panel; and their queries with few and many people.

The time is that of the client over a kept connection on loopback, so the server program's own work is in it. Queries
are counted by ``counted.py``; nobody has a socket open, so none are those of the hub.
"""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import machine
import servers
import stage
from servers import Made, Running
from stage import Row

FEW, MANY = 3, 300
WARM_UP = 5
#: Bytes of a small frame.
SMALL = 105


@dataclass
class Asked:
    """What requests to one address took, in ms, and how many queries each."""

    times: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    size: int = 0


def ask(running: Running, repeat: int, request: Callable[[http.client.HTTPConnection, int], None]) -> Asked:
    found = Asked()
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    for number in range(repeat + WARM_UP):
        before = running.counts()["queries"]
        began = time.perf_counter()
        request(connection, number)
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        assert answer.status == 200, f"{answer.status}: {body[:300]!r}"
        if number >= WARM_UP:
            found.times.append(took)
            found.queries.append(running.counts()["queries"] - before)
            found.size = len(body)
    connection.close()
    return found


def pages(running: Running, made: Made, repeat: int) -> dict[str, Asked]:
    """Each page so many times, each learner's own page once."""

    def learner(connection: http.client.HTTPConnection, number: int) -> None:
        cookie = made.learner_cookies[number % len(made.learner_cookies)]
        connection.request("GET", f"/s/{made.public_id}/", headers={"Cookie": cookie})

    def panel(connection: http.client.HTTPConnection, number: int) -> None:
        del number
        connection.request("GET", f"/panel/{made.public_id}/", headers={"Cookie": made.staff_cookie})

    def join(connection: http.client.HTTPConnection, number: int) -> None:
        form = urlencode({"code": made.code, "name": f"Joined {number}"})
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/join/", form, headers)

    # Joining last: it adds to the people that the other two are asked with.
    return {
        "learner page": ask(running, repeat, learner),
        "control panel": ask(running, repeat, panel),
        "join": ask(running, repeat, join),
    }


def asked(server: str, database: str, people: int, repeat: int, log: str) -> dict[str, Asked]:
    with servers.database(database) as url:
        (made,) = servers.make(url, people, phases=[["poll", "poll", "form"], ["poll"]])
        with servers.server(server, servers.environment(url), application=servers.COUNTED, log=log) as running:
            return pages(running, made, repeat)


def rows(server: str, database: str, repeat: int, log: str) -> list[Row]:
    few = asked(server, database, FEW, WARM_UP, log)
    many = asked(server, database, MANY, repeat, log)
    found, differ, told = [], 0, []
    for name, got in many.items():
        # Copying a large page takes longer than a frame however quiet the machine is: noise is told by a small one.
        limit, limit_us = machine.limit_microseconds(1_000, got.size) / 1000, machine.limit_microseconds(1_000, SMALL)
        queries = statistics.median(got.queries), statistics.median(few[name].queries)
        differ += queries[0] != queries[1]
        told.append(f"{name} {queries[1]:.0f} and {queries[0]:.0f}")
        notes = f"{queries[0]:.0f} queries"
        found.append(Row(name, server, database, MANY, got.times, "ms", "T8", limit, got.size, limit_us, notes))
    notes = f"queries with {FEW} and {MANY} people: {', '.join(told)}"
    found.append(Row("pages whose queries grow with people", server, database, MANY, [differ], "pages", "T8 queries",
                     notes=notes))  # fmt: skip
    return found


def main() -> None:
    args = stage.arguments(__doc__ or "", servers="uvicorn", databases="sqlite", repeat=60)
    found: list[Row] = []
    for database in args.databases:
        for server in args.servers:
            found += rows(server, database, args.repeat, args.log)
    stage.report("views", found, as_json=args.json)


if __name__ == "__main__":
    main()
