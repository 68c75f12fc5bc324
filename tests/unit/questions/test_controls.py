"""What staff may do with a result, and in words what they may not."""

from __future__ import annotations

from tests.questions.room import Room
from workshop.kinds import Json, activity_kinds
from workshop.questions.controls import controls

OPTIONS: dict[str, Json] = {"options": ["Training", "Answers"]}


def test_why_there_is_no_result_by_background_is_said_in_words(room: Room) -> None:
    room.join("Cem", "Finance")

    def offered(privacy: str, **config: Json) -> tuple[bool, str]:
        run = room.ask("choice", OPTIONS, privacy)
        run.activity.config = {**run.activity.config, **config}
        part = controls(run)
        assert part is not None
        return any(choice.view == "backgrounds" for choice in part.context["choices"]), part.context["unsplit"]

    assert offered("pseudonymous") == (True, "")
    assert offered("anonymous") == (
        False, "There is no result by background: answers were promised to be anonymous.",
    )  # fmt: skip
    assert "stands for a table" in offered("pseudonymous", one_per_table=True)[1]


def test_answers_that_are_held_wait_for_staff(room: Room) -> None:
    run = room.ask("text", {})
    assert activity_kinds.get("poll").waiting(run)[0] == 0
    room.say("Ana", run, "We tag nothing")
    room.say("Ben", run, "Nobody asks")

    assert activity_kinds.get("poll").waiting(run) == (2, "2 answers held")
    room.staff("answers.show", a=run.activity_id, ids=None)
    assert activity_kinds.get("poll").waiting(run)[0] == 0
