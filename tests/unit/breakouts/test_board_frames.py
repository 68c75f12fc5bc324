"""What a board sends: cards that changed, in few bytes, and in the end what a fresh page shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from breakouts.board.models import TEXT_LIMIT, Card
from tests.cast import Workshop
from tests.unit.breakouts.test_board import add, boards, group, on_board
from workshop.realtime import wire

pytestmark = pytest.mark.django_db


def replay(made: Workshop, act: Callable[[], object]) -> None:
    """Old slot + frame == fresh slot."""
    name = f"board:{made['board'].pk}:{group(made)}"
    old = made.slot(name, "group")
    assert old
    assert old.items is not None
    act()
    frame, fresh = made.slot(name, "group", since=old.revision), made.slot(name, "group")
    assert frame
    assert fresh
    assert frame.items is not None
    assert frame.revision == fresh.revision > old.revision
    merged = {**old.items, **frame.items}
    assert {key: item for key, item in merged.items() if item is not None} == fresh.items


def test_old_cards_and_what_was_sent_are_the_fresh_board() -> None:
    made = boards()
    ana, ben = made.people["Ana"], made.people["Ben"]
    first, second = add(made, ana, "one"), add(made, ana, "two")

    replay(made, lambda: add(made, ben, "three"))
    replay(made, lambda: on_board(made, ana, "card.edit", card=first, text="ONE", colour="c"))
    replay(made, lambda: on_board(made, ben, "card.move", card=second, column=3))
    replay(made, lambda: on_board(made, ana, "card.remove", card=first))
    replay(made, lambda: on_board(made, ana, "card.remove", card=first, on=False))
    replay(made, lambda: (add(made, ana, "four"), on_board(made, ana, "card.remove", card=second)))


@pytest.mark.parametrize("letter", ["x", "ع", "語", "🧮", '"'])
def test_one_move_among_five_hundred_cards_is_less_than_a_kilobyte(letter: str) -> None:
    made = boards()
    add(made, made.people["Ana"], "first")
    mould = Card.objects.get()
    head = f"group:{mould.activity_id}:{mould.group_id}"
    Card.objects.bulk_create(
        Card(
            activity=mould.activity, group=mould.group, column=1 + n % 3, text=letter * TEXT_LIMIT, colour="b",
            author=mould.author, position=f"i{n:03d}1", revision=mould.revision, changed_at=mould.changed_at,
        )
        for n in range(499)
    )  # fmt: skip
    made.people["Ana"].row.name = letter * 100
    made.people["Ana"].row.save()
    last = Card.objects.order_by("-pk")[0]
    before = made.revision(head)

    on_board(made, made.people["Ben"], "card.move", card=last.pk, column=1, before=mould.pk)

    name = f"board:{mould.activity_id}:{mould.group_id}"
    state = made.slot(name, "group", since=before)
    assert state
    assert list(state.items or {}) == [str(last.pk)]
    frame = wire.items_frame(name, state.epoch, state.since, state.revision, f'"items":{wire.text_of(state.items)}')
    assert len(frame.encode()) <= 1000


def test_the_wall_needs_few_bytes_for_a_group() -> None:
    made = boards()
    add(made, made.people["Ana"], "one")
    on_board(made, made.people["Ana"], "card.add", text="two", column=2)
    made.people["Ana"]("group.help", g=group(made), on=True)

    wall = made.slot(f"wall:{made['board'].pk}")

    assert wall is not None
    cards, last, help_at = wall.data[str(group(made))]
    assert (cards, bool(last), bool(help_at)) == (2, True, True)
    assert len(wire.text_of(wall.data)) <= 150 * len(wall.data)
