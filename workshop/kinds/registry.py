"""The registries: which kinds there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from workshop.kinds.activity import ActivityKind
from workshop.kinds.question import QuestionKind
from workshop.kinds.values import Refused

KindT = TypeVar("KindT", ActivityKind, QuestionKind)


class Registry(Generic[KindT]):
    """The kinds of one family by slug. Filled while Django starts, read-only afterwards."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._kinds: dict[str, KindT] = {}

    def register(self, kind: KindT) -> None:
        """Add a kind. Raises ValueError when its slug is taken by another class."""
        known = self._kinds.get(kind.slug)
        if known is not None and type(known) is not type(kind):
            message = f"two {self.family} kinds are called {kind.slug!r}"
            raise ValueError(message)
        self._kinds[kind.slug] = kind

    def get(self, slug: str) -> KindT:
        """The kind of that slug. Raises Refused ``unknown_kind``."""
        try:
            return self._kinds[slug]
        except KeyError:
            raise Refused("unknown_kind", f"There is no {self.family} kind called “{slug}”.") from None

    def __contains__(self, slug: object) -> bool:
        return slug in self._kinds

    def __iter__(self) -> Iterator[KindT]:
        return iter(sorted(self._kinds.values(), key=lambda kind: kind.slug))

    def slugs(self) -> list[str]:
        """All slugs, sorted."""
        return sorted(self._kinds)


activity_kinds: Registry[ActivityKind] = Registry("activity")
question_kinds: Registry[QuestionKind] = Registry("question")
