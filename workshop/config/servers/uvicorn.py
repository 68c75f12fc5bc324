"""What uvicorn leaves open in its sockets, closed here. Its version is pinned: this knows it from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

from workshop.config.servers import FRAGMENTS

if TYPE_CHECKING:
    from websockets.frames import Frame


class Sockets(WebSocketsSansIOProtocol):
    """``uvicorn --ws workshop.config.servers.uvicorn:Sockets``."""

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse a handshake with too long a line or too many, which uvicorn leaves waiting for ever."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment, unless there are too many: empty ones count for no size, and would be kept for ever."""
        if len(self.frames) < FRAGMENTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """Answer pings only as fast as the client reads: a flood of them would fill the memory with answers.

        Of several pings only the last needs an answer (RFC 6455, 5.5.3).
        """
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()
