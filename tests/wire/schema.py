"""Whether something is a frame that a server may send (docs/protocol.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def check_frame(frame: Any) -> None:
    """Raises AssertionError or KeyError when it is none."""
    assert isinstance(frame, dict), frame
    FRAMES[frame["t"]](frame)


def _hello(frame: dict[str, Any]) -> None:
    assert frame.keys() == {"t", "you", "now", "slots"}
    assert isinstance(frame["you"], dict)
    assert isinstance(frame["now"], int)
    for slot in frame["slots"]:
        assert slot["t"] == "slot"
        _slot(slot)


def _slot(frame: dict[str, Any]) -> None:
    assert isinstance(frame["s"], str)
    if "gone" in frame:
        assert frame.keys() == {"t", "s", "gone"}
        assert frame["gone"] is True
        return
    assert all(isinstance(frame[number], int) and frame[number] >= 0 for number in ("e", "r"))
    if "items" in frame:
        assert frame.keys() == {"t", "s", "e", "from", "r", "items"}
        assert 0 <= frame["from"] <= frame["r"]
        assert all(item is None or isinstance(item["r"], int) for item in frame["items"].values())
    else:
        assert frame.keys() - {"d", "h"} == {"t", "s", "e", "r"}
        assert "d" in frame or isinstance(frame["h"], str)


def _ok(frame: dict[str, Any]) -> None:
    assert frame.keys() == {"t", "id", "d"}
    assert str(UUID(frame["id"])) == frame["id"]
    assert isinstance(frame["d"], dict)


def _no(frame: dict[str, Any]) -> None:
    assert frame.keys() - {"d"} == {"t", "id", "code", "message"}
    assert frame["id"] is None or UUID(frame["id"])
    assert frame["code"].isidentifier()
    assert frame["message"]
    assert isinstance(frame.get("d", {}), dict)


def _ping(frame: dict[str, Any]) -> None:
    assert frame.keys() == {"t", "now"}


def _pong(frame: dict[str, Any]) -> None:
    assert frame.keys() == {"t", "at", "now"}


def _bye(frame: dict[str, Any]) -> None:
    assert frame.keys() == {"t", "code", "within"}


FRAMES = {"hello": _hello, "slot": _slot, "ok": _ok, "no": _no, "ping": _ping, "pong": _pong, "bye": _bye}
