"""Cards: who may do what, order, closing, privacy, and the frames that carry them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakouts.board.models import TEXT_LIMIT, Card
from tests.cast import Learner, Part, Workshop, refusal, running
from workshop.kinds import ActivitySpec, Json, Refused
from workshop.live import deadlines
from workshop.live.models import ActivityRun, Group, Membership
from workshop.realtime import batches, ops
from workshop.realtime.models import Op
from workshop.realtime.ops import Call

pytestmark = pytest.mark.django_db

COLUMNS = ["Saves money", "Saves time", "Leaves us cold"]


def boards(privacy: str = "named", **config: Json) -> Workshop:
    """Ana and Ben in one group, Mallory in the other; the board is open."""
    spec = ActivitySpec(
        kind="board",
        title="What pays off?",
        key="board",
        config={"columns": COLUMNS, **config},
        privacy=privacy,
        group_set="teams",
        group_set_spec={"mode": "hand", "count": 2},
    )
    made = running(Part("Explore", (spec,)), people=["Ana", "Ben", "Mallory"])
    made.fay("activity.open", a=made["board"].pk)
    one, two = Group.objects.filter(group_set__session=made.session).order_by("number")
    for name, group in (("Ana", one), ("Ben", one), ("Mallory", two)):
        made.fay("groups.move", set="teams", p=made.people[name].row.pk, g=group.pk)
    return made


def group(made: Workshop, name: str = "Ana") -> int:
    return Membership.objects.get(participant=made.people[name].row, until=None).group_id


def on_board(made: Workshop, who: Any, op: str, **fields: Json) -> dict[str, Json]:
    result: dict[str, Json] = who(op, a=made["board"].pk, **{"g": group(made), **fields})
    return result


def add(made: Workshop, who: Learner, text: str, column: int = 1) -> int:
    return int(on_board(made, who, "card.add", text=text, column=column)["card"])


def texts(made: Workshop, column: int = 1) -> list[str]:
    cards = Card.objects.filter(activity=made["board"], group=group(made), column=column, removed=False)
    return [card.text for card in sorted(cards, key=lambda card: card.position)]


def items(made: Workshop, audience: str = "group", since: int | None = None) -> dict[str, Any]:
    state = made.slot(f"board:{made['board'].pk}:{group(made)}", audience, since=since)
    assert state
    assert state.items is not None
    return dict(state.items)


def test_cards_stand_in_the_order_in_which_they_come() -> None:
    made = boards()
    for text in ("one", "two", "three"):
        add(made, made.people["Ana"], text)

    assert texts(made) == ["one", "two", "three"]


def test_a_card_moves_before_another_and_to_another_column() -> None:
    made = boards()
    first, second, third = (add(made, made.people["Ana"], text) for text in ("one", "two", "three"))

    on_board(made, made.people["Ben"], "card.move", card=third, column=1, before=first)
    assert texts(made) == ["three", "one", "two"]

    on_board(made, made.people["Ben"], "card.move", card=second, column=1, before=first)
    assert texts(made) == ["three", "two", "one"]

    on_board(made, made.people["Ben"], "card.move", card=first, column=2)
    assert texts(made) == ["three", "two"]
    assert texts(made, 2) == ["one"]


def test_a_neighbour_that_has_gone_means_the_end() -> None:
    made = boards()
    first, second = (add(made, made.people["Ana"], text) for text in ("one", "two"))
    third = add(made, made.people["Ana"], "three", 2)
    on_board(made, made.people["Ana"], "card.remove", card=second)

    on_board(made, made.people["Ben"], "card.move", card=third, column=1, before=second)

    assert texts(made) == ["one", "three"]
    assert first


def test_a_crowded_place_is_numbered_anew() -> None:
    made = boards()
    cards = [add(made, made.people["Ana"], str(n)) for n in range(4)]
    for n in range(200):
        mover, before = (cards[1], cards[2]) if n % 2 else (cards[2], cards[1])
        on_board(made, made.people["Ana"], "card.move", card=mover, column=1, before=before)

    assert texts(made) in (["0", "1", "2", "3"], ["0", "2", "1", "3"])
    assert max(len(card.position) for card in Card.objects.all()) <= 24


def test_the_same_op_twice_adds_one_card() -> None:
    made = boards()
    op_id = uuid4()
    fields = {"a": made["board"].pk, "g": group(made), "text": "once", "column": 1}

    first = made.people["Ana"]("card.add", op_id, **fields)
    again = made.people["Ana"]("card.add", op_id, **fields)

    assert first == again
    assert texts(made) == ["once"]


def test_nobody_writes_on_the_board_of_another_group() -> None:
    made = boards()
    card = add(made, made.people["Ana"], "ours")
    mallory = made.people["Mallory"]

    for op, fields in (
        ("card.add", {"text": "x", "column": 1}),
        ("card.edit", {"card": card, "text": "x"}),
        ("card.move", {"card": card, "column": 2}),
        ("card.remove", {"card": card}),
    ):
        assert refusal(on_board, made, mallory, op, **fields).code == "not_yours"
    own = group(made, "Mallory")
    assert refusal(on_board, made, mallory, "card.edit", g=own, card=card, text="x").code == "no_card"
    assert texts(made) == ["ours"]


def test_only_the_writer_changes_a_card_and_everybody_moves_it() -> None:
    made = boards()
    card = add(made, made.people["Ana"], "mine")

    assert refusal(on_board, made, made.people["Ben"], "card.edit", card=card, text="x").code == "not_allowed"
    assert refusal(on_board, made, made.people["Ben"], "card.remove", card=card).code == "not_allowed"
    on_board(made, made.people["Ben"], "card.move", card=card, column=2)
    on_board(made, made.people["Ana"], "card.edit", card=card, text="better")
    on_board(made, made.fay, "card.edit", card=card, text="best")

    assert texts(made, 2) == ["best"]


@pytest.mark.parametrize(("rule", "op"), [("add", "card.add"), ("move", "card.move"), ("edit", "card.remove")])
def test_what_staff_keep_for_themselves_learners_do_not_do(rule: str, op: str) -> None:
    made = boards(**{rule: "staff"})
    fields: dict[str, Json] = {"text": "x", "column": 1}
    card = on_board(made, made.fay, "card.add", **fields)["card"]
    asked: dict[str, dict[str, Json]] = {
        "card.add": fields, "card.move": {"card": card, "column": 2}, "card.remove": {"card": card},
    }  # fmt: skip

    assert refusal(on_board, made, made.people["Ana"], op, **asked[op]).code == "not_allowed"


def test_two_writers_of_one_card_do_not_lose_words() -> None:
    made = boards(edit="members")
    card = add(made, made.people["Ana"], "draft")
    seen = items(made)[str(card)]["r"]

    on_board(made, made.people["Ana"], "card.edit", card=card, text="from Ana", r=seen)
    stale = refusal(on_board, made, made.people["Ben"], "card.edit", card=card, text="from Ben", r=seen)

    assert (stale.code, stale.details) == ("stale", {"text": "from Ana"})
    assert texts(made) == ["from Ana"]


def test_a_closed_or_frozen_board_takes_nothing() -> None:
    made = boards()
    card = add(made, made.people["Ana"], "in time")

    made.fay("activity.freeze", a=made["board"].pk, on=True)
    assert refusal(add, made, made.people["Ana"], "late").code == "frozen"
    made.fay("activity.freeze", a=made["board"].pk, on=False)
    made.fay("activity.close", a=made["board"].pk)
    assert refusal(add, made, made.people["Ana"], "late").code == "closed"
    assert refusal(on_board, made, made.people["Ana"], "card.move", card=card, column=2).code == "closed"
    made.fay("activity.resume", a=made["board"].pk)
    add(made, made.people["Ana"], "again")

    assert texts(made) == ["in time", "again"]


def test_closing_moves_the_heads_of_all_boards() -> None:
    made = boards()
    heads = [f"group:{made['board'].pk}:{each}" for each in Group.objects.values_list("pk", flat=True)]
    for name in ("Ana", "Mallory"):
        on_board(made, made.people[name], "card.add", g=group(made, name), text="x", column=1)
    before = [made.revision(head) for head in heads]

    made.fay("activity.close", a=made["board"].pk)

    assert [made.revision(head) for head in heads] == [revision + 1 for revision in before]


def test_a_full_board_says_so() -> None:
    made = boards(max_cards=2)
    first = add(made, made.people["Ana"], "one")
    add(made, made.people["Ana"], "two")

    assert refusal(add, made, made.people["Ben"], "three").code == "full"
    on_board(made, made.people["Ana"], "card.remove", card=first)
    add(made, made.people["Ben"], "three")
    assert refusal(on_board, made, made.people["Ana"], "card.remove", card=first, on=False).code == "full"


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), ("  \n ", "empty"), ("x" * (TEXT_LIMIT + 1), "too_long"), ("a\x00b", "bad_text")]
)
def test_words_that_are_none_are_refused(text: str, code: str) -> None:
    made = boards()

    assert refusal(add, made, made.people["Ana"], text).code == code
    assert not Card.objects.exists()


def test_markup_on_a_card_stays_text() -> None:
    made = boards()
    card = add(made, made.people["Ana"], "<img src=x onerror=alert(1)>")

    assert items(made)[str(card)]["t"] == "<img src=x onerror=alert(1)>"


# ── who sees whose card ─────────────────────────────────────────────────────────────────────────────────────────────


def test_named_boards_show_the_name_and_others_the_seat_or_nothing() -> None:
    for privacy, shown in (("named", {"n": 1, "by": "Ana"}), ("pseudonymous", {"n": 1}), ("anonymous", {})):
        made = boards(privacy)
        card = add(made, made.people["Ana"], "x")
        item = items(made)[str(card)]
        assert {key: item[key] for key in ("n", "by") if key in item} == shown
        screen = items(made, "screen")[str(card)]
        assert not {"n", "by"} & set(screen)


def test_an_anonymous_card_cannot_be_traced_but_its_writer_can_change_it() -> None:
    made = boards("anonymous")
    first, second = add(made, made.people["Ana"], "one"), add(made, made.people["Ana"], "two")

    authors = list(Card.objects.order_by("pk").values_list("author", flat=True))
    assert all(author.startswith("x:") for author in authors)
    assert len({author.rpartition(":")[2] for author in authors}) == 2
    assert not Op.objects.filter(author=made.people["Ana"].row.key).exists()
    assert len(set(Card.objects.values_list("changed_at", flat=True))) == 1
    assert refusal(on_board, made, made.people["Ben"], "card.edit", card=first, text="x").code == "not_allowed"
    on_board(made, made.people["Ana"], "card.edit", card=second, text="2")
    assert texts(made) == ["one", "2"]


def test_a_final_close_forgets_what_a_device_could_prove() -> None:
    made = boards("anonymous")
    add(made, made.people["Ana"], "Mine")
    before = Card.objects.get()
    made.fay("activity.close", a=made["board"].pk)
    ActivityRun.objects.update(closed_at=timezone.now() - timedelta(minutes=3))
    deadlines.meet(made.session.pk)
    card = Card.objects.get()
    assert (card.author, card.text) == ("x:", "Mine")
    assert card.op != before.op


def test_without_the_own_secret_nothing_anonymous_is_written() -> None:
    made = boards("anonymous")
    ana = made.people["Ana"]
    ana.secret = b""

    assert refusal(add, made, ana, "x").code == "no_secret"


def test_a_batch_of_cards_of_many_groups_costs_what_one_card_costs() -> None:
    made = boards()
    other = {"g": group(made, "Mallory")}

    def written(*calls: Call[Any]) -> tuple[int, list[Any]]:
        with CaptureQueriesContext(connection) as queries:
            results = batches.write(calls)
        return len(queries), results

    def call(who: Learner, op: str, **fields: Json) -> Call[Any]:
        payload = ops.get(op).payload.model_validate({"a": made["board"].pk, "g": group(made), **fields})
        return Call(made.session.pk, who.actor, op, uuid4(), payload)

    ana, ben, mallory = (made.people[name] for name in ("Ana", "Ben", "Mallory"))
    one, _results = written(call(ana, "card.add", text="Alone"))
    calls = [
        call(ana, "card.add", text="First"), call(ben, "card.add", text="Second"),
        call(mallory, "card.add", text="Elsewhere", **other), call(mallory, "card.add", text="Not hers"),
    ]  # fmt: skip
    many, results = written(*calls, calls[1])
    assert many == one
    assert results[1] == results[4]
    assert isinstance(results[3], Refused)
    assert texts(made) == ["Alone", "First", "Second"]
    edits = [call(ben, "card.edit", card=results[1]["card"], text=text) for text in ("Once", "Twice")]
    elsewhere = call(mallory, "card.edit", card=results[2]["card"], text="There", **other)
    # Fewer by what it took to make the heads of the two groups.
    assert written(*edits, elsewhere)[0] < many
    assert texts(made) == ["Alone", "First", "Twice"]
    assert Card.objects.get(pk=results[2]["card"]).text == "There"
