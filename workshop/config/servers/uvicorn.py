"""What uvicorn leaves open in its sockets, closed here. Its version is pinned: this knows it from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.protocol import OPEN

from workshop.config.servers import FRAGMENTS, FRAME, framed

if TYPE_CHECKING:
    import asyncio

    from websockets.frames import Frame

#: After this a client that was sent away and has not read its last frames is cut off; else it could keep its connection.
LINGER_SECONDS = 10.0


class Sockets(WebSocketsSansIOProtocol):
    """``uvicorn --ws workshop.config.servers.uvicorn:Sockets``."""

    async def send(self, message: Any) -> None:
        """Send texts, nearly all there is, as a frame that is made once; leave everything else to uvicorn.

        The same bytes as its own way makes, and the same waiting for a client that reads slowly.
        """
        frame = message.get(FRAME) or framed(message)
        if frame is None or not self._plain:
            await super().send(message)
        else:
            self.transport.write(frame)

    @property
    def _plain(self) -> bool:
        """Whether a frame may go out as it is: open, nothing waits, and no extension has a say."""
        return (
            self.writable.is_set()
            and self.handshake_complete
            and self.initial_response is None
            and not (self.disconnected or self.close_sent or self.conn.extensions)
            and self.conn.state is OPEN
        )

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse a handshake with too long a line or too many, which uvicorn leaves waiting for ever."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def start_keepalive(self) -> None:
        """Leave it to the hub, whose heartbeat asks for signs of life and closes with a code that says why (4408)."""

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

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The conversation is over; what waits to be sent is sent for a few seconds more."""
        super().on_task_complete(task)
        if not self.disconnected and self.transport.get_write_buffer_size():
            self.loop.call_later(LINGER_SECONDS, self.transport.abort)
