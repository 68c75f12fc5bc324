"""The machine under the benchmarks: who gets which core, and what it can do at best."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import socket
import statistics
import time
from pathlib import Path

#: The cores that this run may use; servers get the first ones, everything else the rest.
CORES = sorted(os.sched_getaffinity(0))


def leave_server_core() -> None:
    """Keep this process, and whatever it starts from now on, off the first core: there the server runs."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, CORES[1:])


def give_server_core(process: int, number: int = 0) -> None:
    """Run a process (0: this one) on a server's core. On two cores all server processes share the first one.

    Given at once after its start, so that the threads it makes stay there too.
    """
    if len(CORES) > 1:
        free = CORES[: max(1, len(CORES) // 2)]
        os.sched_setaffinity(process, {free[number % len(free)]})


def allow_many_files() -> None:
    """Use as many file descriptors as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def describe() -> str:
    """The machine's class: processor and cores."""
    names = {
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    }
    return f"{len(CORES)} cores of {' / '.join(sorted(names)) or 'an unknown processor'}"


def limit_milliseconds(sockets: int, payload: int, repeat: int = 5) -> float:
    """What the machine can do: ``socket.send`` of a ready frame over raw sockets, until the last one has it.

    The sender runs on the server's core; the other ends are read by a process of their own on the other cores, as in
    the benchmark. Median of several rounds.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=8192) as listener:
        port = listener.getsockname()[1]
        reader = os.fork()
        if reader == 0:
            with contextlib.suppress(BaseException):
                _read_all(port, sockets, payload + 4, repeat)
            os._exit(0)
        before = os.sched_getaffinity(0)
        give_server_core(0)
        try:
            times = _send_all(listener, sockets, payload, repeat)
        finally:
            os.sched_setaffinity(0, before)
        os.waitpid(reader, 0)
    return statistics.median(times)


def limit_microseconds(sockets: int, payload: int) -> float:
    """The same for one socket, in microseconds."""
    return limit_milliseconds(sockets, payload) / sockets * 1000


def _send_all(listener: socket.socket, sockets: int, payload: int, repeat: int) -> list[float]:
    accepted = [listener.accept()[0] for _ in range(sockets + 1)]
    control, ends = accepted[0], accepted[1:]
    data = bytes(payload + 4)
    for end in ends:
        end.settimeout(0)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    for _ in range(repeat):
        control.recv(1)
        began = time.perf_counter()
        for end in ends:
            end.send(data)
        control.recv(1)
        times.append((time.perf_counter() - began) * 1000)
    for end in accepted:
        end.close()
    return times


def _read_all(port: int, sockets: int, size: int, repeat: int) -> None:
    control = socket.create_connection(("127.0.0.1", port))
    ends = [socket.create_connection(("127.0.0.1", port)) for _ in range(sockets)]
    poll = select.epoll()
    by_number = {end.fileno(): end for end in ends}
    for end in ends:
        end.settimeout(0)
        poll.register(end.fileno(), select.EPOLLIN)
    for _ in range(repeat):
        control.send(b"r")
        missing = sockets * size
        while missing:
            for number, _ in poll.poll():
                missing -= len(by_number[number].recv(65_536))
        control.send(b"d")
