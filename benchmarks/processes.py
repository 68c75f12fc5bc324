"""T10: two processes against one: what a vote and a frame cost, and that both tell the same.

Both work on one PostgreSQL and one Redis; half of the sockets each. On two cores both servers share one core, so only
the cost can be compared; where four are free the throughput is told too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
from collections.abc import Iterator

import fanout
import load
import machine
import servers
import stage
import votes
from servers import Made, Running
from stage import Row

FEW_CORES = 4
SETTLE_SECONDS = 15.0
VOTERS = 1_000


@contextlib.contextmanager
def several(count: int, environ: dict[str, str], log: str) -> Iterator[list[Running]]:
    """So many uvicorn processes."""
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        yield [enter(servers.server("uvicorn", environ, log=log, number=number)) for number in range(count)]


async def agree(running: list[Running], made: Made) -> int:
    """How many of the processes do not tell the same newest tallies, in the very same frames, within a while."""
    told: list[dict[str, str]] = [{} for _ in running]

    def heard(peer: load.Peer, text: bytes) -> None:
        frame = json.loads(text)
        for slot in frame.get("slots", [frame]):
            if str(slot.get("s", "")).startswith("tally:"):
                told[peer.number][slot["s"]] = json.dumps(slot, sort_keys=True)
        if frame["t"] == "hello":
            peer.ready.set_result(None)

    path = f"{made.path}?as=staff&view=data"
    panels = [
        await load.connect(one.port, number, path, "", heard, made.staff_cookie) for number, one in enumerate(running)
    ]
    for panel in panels:
        await asyncio.wait_for(panel.ready, 30)
    for _ in range(int(SETTLE_SECONDS * 10)):
        if told[0] and all(one == told[0] for one in told):
            break
        await asyncio.sleep(0.1)
    for panel in panels:
        panel.transport.abort()
    assert told[0], "no tally was told"
    return sum(one != told[0] for one in told)


def voting(count: int, rounds: int, log: str) -> tuple[votes.Rush, int, int]:
    """The rush of T2 on so many processes; how many disagree afterwards, and the answers stored."""
    with servers.database("postgresql") as url, servers.redis(wanted=True) as redis:
        questions = 10
        (made,) = servers.make(url, VOTERS, phases=[["poll"] * questions * rounds], show=False)
        with several(count, servers.environment(url, redis), log) as running:
            got = stage.run(votes.rush(running, made, rounds, questions))
            differ = stage.run(agree(running, made))
        stored = servers.stored_answers(url)
    votes.check(stored, got.took, got.refused)
    return got, differ, stored


def telling(count: int, n: int, repeat: int, log: str) -> fanout.Measured:
    """The fan-out of T1 on so many processes."""
    with servers.database("postgresql") as url, servers.redis(wanted=True) as redis:
        (made,) = servers.make(url, n)
        with several(count, servers.environment(url, redis), log) as running:
            return stage.run(fanout.measure(running, made, repeat))


def main() -> None:
    args = stage.arguments(__doc__ or "", n=4_000, repeat=6)
    one, _, _ = voting(1, 2, args.log)
    two, differ, stored = voting(2, 2, args.log)
    limit_us = machine.limit_microseconds(1_000, votes.ACK_BYTES)
    of_one, of_two = statistics.median(one.spent), statistics.median(two.spent)
    first, second = telling(1, args.n, args.repeat, args.log), telling(2, args.n, args.repeat, args.log)
    frame_limit = machine.limit_microseconds(1_000, first.size)
    each = [got.spent / args.n / args.repeat * 1e6 for got in (first, second)]
    where = ("uvicorn", "postgresql+redis")
    rates = f"{statistics.median(one.rates):.0f}/s by one, {statistics.median(two.rates):.0f}/s by two"
    vote_notes = f"{of_one * 1e6:.0f} µs by one process, {of_two * 1e6:.0f} µs by two; {rates}"
    frame_notes = f"{each[0]:.1f} µs by one process, {each[1]:.1f} µs by two; last recipient after "
    frame_notes += f"{statistics.median(first.times):.0f} ms by one, {statistics.median(second.times):.0f} ms by two"
    rows = [
        Row("processor a vote, two to one", *where, VOTERS, [of_two / of_one], "×", "T10 vote", limit_us=limit_us,
            notes=vote_notes),
        Row("processor a frame, two to one", *where, args.n, [each[1] / each[0]], "×", "T10 frame",
            payload_bytes=first.size, limit_us=frame_limit, notes=frame_notes),
        Row("processes that tell another tally", *where, VOTERS, [differ], "processes", "T10 equal",
            notes=f"{stored} answers stored"),
    ]  # fmt: skip
    if len(machine.CORES) >= FEW_CORES:
        through = statistics.median(two.rates) / statistics.median(one.rates)
        rows.append(Row("throughput, two to one", *where, VOTERS, [through], "×", "T10 through", limit_us=limit_us))
    else:
        rows[0].notes += f"; throughput cannot be measured on {len(machine.CORES)} cores"
    stage.report("processes", rows, as_json=args.json)


if __name__ == "__main__":
    main()
