"""T9: many sessions on one process, everybody in all of them voting within five seconds."""

from __future__ import annotations

import statistics

import machine
import servers
import stage
import votes
from stage import Row

SESSIONS = 200
LEARNERS = 30


def rows(server: str, database: str, sessions: int, log: str) -> list[Row]:
    with servers.database(database) as url:
        made = servers.make(url, LEARNERS, sessions=sessions)
        with servers.server(server, servers.environment(url), application=servers.COUNTED, log=log) as running:
            before = running.counts()
            got = stage.run(votes.wave(running, made))
            counts = running.counts()
            memory = running.resident() / 1e6
        stored = servers.stored_answers(url)
    votes.check(stored, got.took, got.refused)
    n = sessions * LEARNERS
    limit_us = machine.limit_microseconds(1_000, votes.ACK_BYTES)
    told = votes.batches(before, counts, len(got.took))
    notes = (
        f"{sessions} sessions; p50 {statistics.median(got.took) * 1000:.0f} ms, worst {max(got.took) * 1000:.0f} ms; "
    )
    notes += f"all phones of all sessions right {got.phones * 1000:.0f} ms after the last ack; {stored} stored, "
    notes += f"{len(got.refused)} refused; batches of {told['batch']:.0f}; {memory:.0f} MB; {got.cost}"
    p99 = stage.percentile(got.took, 0.99) * 1000
    limit = limit_us * n / 1000
    what = f"ack p99, {sessions} sessions of {LEARNERS} vote"
    return [
        Row(what, server, database, n, [p99], "ms", "T9", limit, votes.ACK_BYTES, limit_us, notes, told),
    ]


def main() -> None:
    args = stage.arguments(__doc__ or "", servers="uvicorn", n=SESSIONS)
    found: list[Row] = []
    for database in args.databases:
        for server in args.servers:
            found += rows(server, database, args.n, args.log)
    stage.report("rooms", found, as_json=args.json)


if __name__ == "__main__":
    main()
