"""The two server programs from inside: what they leave open is closed in a module of each."""

from __future__ import annotations

from typing import Any

#: Pieces of one message. Browsers send one, or a few of a long one.
FRAGMENTS = 1_000
#: Where a message keeps its frame: the same message goes to thousands of sockets.
FRAME = "plenary.frame"
SHORT, MIDDLE = 126, 65_536


def framed(message: dict[str, Any]) -> bytes | None:
    """Make the frame of a message and keep it there; None for a message without a text."""
    text = message.get("text")
    if text is None or message["type"] != "websocket.send":
        return None
    frame = message[FRAME] = text_frame(text)
    return frame


def text_frame(text: str) -> bytes:
    """A server's frame with a whole text (RFC 6455, 5.2)."""
    data = text.encode()
    length = len(data)
    if length < SHORT:
        return bytes((0x81, length)) + data
    if length < MIDDLE:
        return b"\x81\x7e" + length.to_bytes(2, "big") + data
    return b"\x81\x7f" + length.to_bytes(8, "big") + data
