"""Boards as a kind: export, erasing, the clicker, practice learners, proposals, the editor."""

from __future__ import annotations

from random import Random

import pytest

from breakouts.board.editor import BoardEditor
from breakouts.board.models import Card
from tests.cast import refusal
from tests.unit.breakouts.test_board import add, boards, group, items, texts
from workshop.kinds import PlanLine, activity_kinds
from workshop.live.models import Group
from workshop.realtime import ops

pytestmark = pytest.mark.django_db


def test_an_export_names_writers_only_when_it_may() -> None:
    made = boards()
    add(made, made.people["Ana"], "=1+1")
    kind = activity_kinds.get("board")

    nameless, named = (kind.export(made["board"], names=names)[0] for names in (False, True))

    assert [list(row) for row in nameless.rows] == [["Group 1", "Saves money", "=1+1"]]
    assert [list(row) for row in named.rows] == [["Group 1", "Saves money", "=1+1", "Ana"]]


def test_erasing_a_person_leaves_the_cards_without_a_writer() -> None:
    made = boards()
    card = add(made, made.people["Ana"], "x")

    activity_kinds.get("board").erase(made.people["Ana"].row)

    assert "n" not in items(made)[str(card)]
    assert texts(made) == ["x"]


def test_the_clicker_goes_through_the_boards_once_one_is_shown() -> None:
    made = boards()
    one, two = Group.objects.order_by("number").values_list("pk", flat=True)
    made.fay("board.show", a=made["board"].pk, g=one)
    assert made.run("board").state_data["show"] == one

    made.fay("screen.step", forward=True)

    assert made.run("board").state_data["show"] == two
    uses = activity_kinds.get("board").slots(made.run("board"))
    assert [use.name for use in uses if use.audience == "screen"] == [f"board:{made['board'].pk}:{two}"]


def test_staff_may_show_no_group_of_another_session() -> None:
    made, other = boards(), boards()
    foreign = Group.objects.filter(group_set__session=other.session).first()
    assert foreign

    assert refusal(made.fay, "board.show", a=made["board"].pk, g=foreign.pk).code == "no_group"


def test_no_op_of_cards_is_kept_with_its_author() -> None:
    """An op row would tie the writer of an anonymous card to it."""
    kept = [spec.name for spec in ops.all_ops() if spec.name.startswith("card.") and spec.once]

    assert kept == []


def test_practice_learners_write_on_their_own_board() -> None:
    made = boards()
    run, ana = made.run("board"), made.people["Ana"].row
    acts = [act for seed in range(20) for act in activity_kinds.get("board").practise(run, ana, Random(seed))]

    assert acts
    for op, payload in acts:
        made.people["Ana"](op, **payload)
    assert Card.objects.filter(group=group(made)).count() == len(acts)


def test_the_main_button_offers_the_next_board_while_boards_are_shown() -> None:
    made = boards()
    kind = activity_kinds.get("board")
    assert kind.next_step(made.run("board")) is None

    made.fay("board.show", a=made["board"].pk, g=0)
    assert str(kind.next_step(made.run("board"))) == "Show Group 1"


@pytest.mark.parametrize(
    ("field", "text", "phase", "found"),
    [
        ("technology", "Use screen sharing for demo, breakout rooms for group discussions", "explore", 1),
        ("technology", "Use collaborative document editing for group work", "elaborate", 1),
        ("technology", "Breakout-Räume für Kleingruppen", "other", 1),
        ("technology", "Use digital polling tool", "engage", 0),
        ("learner_activities", "Work in small groups to analyze the case study", "elaborate", 1),
        ("learner_activities", "Take notes, ask questions", "explain", 0),
    ],
)
def test_lines_of_a_plan_suggest_boards(field: str, text: str, phase: str, found: int) -> None:
    proposals = list(activity_kinds.get("board").proposes(PlanLine(field, text, "Phase", phase)))

    assert len(proposals) == found
    for proposal in proposals:
        assert proposal.spec.group_set
        activity_kinds.get("board").load(proposal.spec.config)


def test_the_editor_takes_columns_one_a_line() -> None:
    form = BoardEditor({"columns": " One \n\n Two ", "add": "members", "move": "own", "edit": "own", "max_cards": "50"})

    assert form.is_valid(), form.errors
    assert activity_kinds.get("board").load(form.config()).columns == ["One", "Two"]
    assert BoardEditor.initial_for(form.config())["columns"] == "One\nTwo"
    assert not BoardEditor({**form.data, "columns": "\n".join("abcdefghi")}).is_valid()
