"""A page in a network of its own: `ip netns exec NAME python -m tests.faults.far_client HOST PORT PASS`.

It prints a line for each hello and each end, with the time, until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from tests.faults import wire
from tests.faults.people import Page, Pass


class Reporter(Page):
    """Says what happens to it."""

    def say_so(self, what: str) -> None:
        print(json.dumps({"what": what, "at": time.time(), "slots": len(self.slots)}), flush=True)

    def _begin(self, hello):
        super()._begin(hello)
        self.say_so("hello")

    async def _be_there(self) -> bool:
        try:
            return await super()._be_there()
        finally:
            self.say_so("end")


async def main(host: str, port: int, entry: Pass) -> None:
    wire.HOST = host
    page = Reporter(1, entry, [port])
    page.start()
    await asyncio.to_thread(sys.stdin.read)
    await page.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Pass(**json.loads(sys.argv[3]))))
