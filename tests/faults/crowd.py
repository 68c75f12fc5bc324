"""Everybody of one run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.faults.people import Page, Person, Sent


@dataclass
class Crowd:
    """Everybody of one run."""

    people: list[Person] = field(default_factory=list)

    def add(self, *people: Person) -> None:
        self.people += people
        for person in people:
            person.start()

    @property
    def pages(self) -> list[Page]:
        return [person for person in self.people if isinstance(person, Page)]

    @property
    def learners(self) -> list[Person]:
        return [person for person in self.people if person.entry.right == "learner"]

    @property
    def sent(self) -> list[Sent]:
        return [sent for person in self.people for sent in person.history]

    @property
    def waiting(self) -> int:
        """Ops without a final answer."""
        return sum(len(person.outbox) for person in self.people)

    async def all_there(self, seconds: float = 90.0) -> None:
        """Wait until every socket has its hello and every poller its first answer."""
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(person.ready.wait() for person in self.people))

    async def answered(self, seconds: float) -> bool:
        """Wait until nothing is without an answer; whether that came in time."""
        try:
            async with asyncio.timeout(seconds):
                for sent in self.sent:
                    await sent.done.wait()
        except TimeoutError:
            return False
        return True

    async def go(self) -> None:
        await asyncio.gather(*(person.stop() for person in self.people))
