"""What a message is on the wire of HTTP, WebSocket and Redis, and rules for the proxy that are about messages."""

from __future__ import annotations

import random
import struct

from tests.faults.proxy import Direction, Link, Rule

WS_TEXT = 0x81


def web(link: Link, direction: Direction, data: bytes) -> tuple[list[bytes], int]:
    """Whole HTTP requests, answers in chunks, and after an upgrade whole WebSocket frames."""
    messages: list[bytes] = []
    used = 0
    while used < len(data):
        rest = data[used:]
        if link.memory.get(direction) == "frames":
            size = _frame_size(rest)
        elif direction == "up":
            size = _request_size(link, rest)
        else:
            size = _answer_size(link, rest)
        if not size or size > len(rest):
            break
        messages.append(rest[:size])
        used += size
    return messages, used


def _frame_size(data: bytes) -> int:
    """Bytes of the frame that begins here, 0 when that cannot be told yet."""
    if len(data) < 2:
        return 0
    length, size = data[1] & 127, 2
    if length == 126:
        if len(data) < 4:
            return 0
        length, size = struct.unpack_from(">H", data, 2)[0], 4
    elif length == 127:
        if len(data) < 10:
            return 0
        length, size = struct.unpack_from(">Q", data, 2)[0], 10
    return int(size + length + (4 if data[1] & 128 else 0))


def _request_size(link: Link, data: bytes) -> int:
    head, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        return 0
    low = head.lower()
    if b"upgrade: websocket" in low:
        link.memory["up"] = "frames"
    length = 0
    for line in low.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return len(head) + 4 + length


def _answer_size(link: Link, data: bytes) -> int:
    if not data.startswith(b"HTTP/1.1 101"):
        return len(data)
    head, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        return 0
    link.memory["down"] = "frames"
    return len(head) + 4


def redis(link: Link, direction: Direction, data: bytes) -> tuple[list[bytes], int]:
    """Whole answers and commands of Redis."""
    del link, direction
    messages: list[bytes] = []
    used = 0
    while used < len(data):
        size = _resp_size(data, used)
        if not size:
            break
        messages.append(data[used : used + size])
        used += size
    return messages, used


def _resp_size(data: bytes, start: int) -> int:
    """Bytes of the value of Redis' protocol that begins here, 0 when it is not complete."""
    line_end = data.find(b"\r\n", start)
    if line_end < 0:
        return 0
    kind, end = data[start : start + 1], line_end + 2
    if kind in (b"$", b"="):
        length = int(data[start + 1 : line_end])
        end += 0 if length < 0 else length + 2
        return end - start if end <= len(data) else 0
    if kind in (b"*", b">", b"~", b"%"):
        count = int(data[start + 1 : line_end]) * (2 if kind == b"%" else 1)
        for _ in range(max(count, 0)):
            size = _resp_size(data, end)
            if not size:
                return 0
            end += size
    return end - start


def losing_answers(share: float, chance: random.Random) -> Rule:
    """The answer to what was committed is lost, and the connection with it; by this share of all answers."""

    def rule(link: Link, direction: Direction, message: bytes) -> list[bytes] | None:
        if direction == "down" and _is_answer(message) and chance.random() < share:
            link.proxy.cuts += 1
            return None
        return [message]

    return rule


def _is_answer(message: bytes) -> bool:
    return b'{"t":"ok"' in message[:16] or message.startswith(b"HTTP/1.1 200")


def doubling(share: float, chance: random.Random) -> Rule:
    """A share of all requests comes twice: frames behind each other, posts on a connection of their own."""

    def rule(link: Link, direction: Direction, message: bytes) -> list[bytes] | None:
        if direction == "up" and chance.random() < share:
            if message.startswith(b"POST "):
                link.proxy.aside(message)
            elif message[0] == WS_TEXT and _is_op(message):
                link.memory["doubled"] = link.memory.get("doubled", 0) + 1
                return [message, message]
        return [message]

    return rule


def _is_op(frame: bytes) -> bool:
    """Whether a client's text frame is an op. The clients of these tests mask with zeros, so it can be read."""
    return b'{"t":"do"' in frame[:24]


def spoiling_signals(drop: float, double: float, swap: float, chance: random.Random) -> Rule:
    """Of Redis' messages to subscribers some are dropped, some come twice, some after the next one."""

    def rule(link: Link, direction: Direction, message: bytes) -> list[bytes] | None:
        if direction == "up" or b"$7\r\nmessage\r\n" not in message[:20]:
            return [message]
        held: list[bytes] = link.memory.pop("held", [])
        luck = chance.random()
        if luck < drop:
            link.memory["dropped"] = link.memory.get("dropped", 0) + 1
            return held
        if luck < drop + double:
            return [message, message, *held]
        if luck < drop + double + swap and not held:
            link.memory["held"] = [message]
            return []
        return [message, *held]

    return rule


def losing_commits(times: int) -> Rule:
    """PostgreSQL commits, and its answer to that is lost together with the connection; so many times."""
    left = [times]

    def rule(link: Link, direction: Direction, message: bytes) -> list[bytes] | None:
        if direction == "up":
            link.memory["committing"] = b"COMMIT\0" in message
        elif link.memory.get("committing") and left[0] > 0:
            left[0] -= 1
            link.proxy.cuts += 1
            return None
        return [message]

    return rule
