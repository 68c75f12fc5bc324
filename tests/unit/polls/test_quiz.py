"""Quizzes: led and at one's own pace, points, review, leaderboard, export; the page that imports one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from polls.quiz import scoring
from polls.quiz.kind import Quiz
from polls.quiz.templatetags.quiz import shares_fit
from tests.cast import Learner, Part, Workshop, fay, plan, running
from workshop.kinds import ActivitySpec, Json, Refused
from workshop.plans.operations import newest
from workshop.plans.text import PlanDocument
from workshop.questions.catalogue import of_activity
from workshop.questions.models import Response
from workshop.questions.personal import own_answers
from workshop.questions.shorthand import question

pytestmark = pytest.mark.django_db

FIRST = replace(
    question("single", "What is idle?", options=["Tags", "Machines"], right=["Machines"], explanation="They wait."),
    key="q1",
)
SECOND = replace(question("multiple", "What helps?", options=["A", "B", "C"], right=["A", "B"], points=2), key="q2")


def quiz(pace: str = "led", privacy: str = "named", **config: Json) -> Workshop:
    spec = ActivitySpec(
        "quiz", "What do you know?", key="quiz", config=config, questions=(FIRST, SECOND), pace=pace, privacy=privacy
    )
    made = running(Part("Evaluate", (spec,)), people=["Ana", "Ben", "Mallory"])
    made.fay("activity.open", a=made["quiz"].pk)
    return made


def say(made: Workshop, who: str, key: str, value: Json, n: int = 1) -> None:
    made.people[who]("respond", a=made["quiz"].pk, q=key, round=1, n=n, v=value)


def press(made: Workshop, *, forward: bool = True) -> str:
    return str(made.fay("screen.step", forward=forward)["did"])


def page(made: Workshop, audience: str = "learner") -> str:
    part = Quiz().stage(made.run("quiz"), audience)
    return render_to_string(part.template, dict(part.context))


def own(made: Workshop, who: Learner) -> dict[str, Json]:
    from polls.quiz.personal import own_points

    return dict(own_points(made.session.pk, [who.row], [who.actor])[0].get("quiz", {}))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


class TestLed:
    def test_one_question_after_the_other_each_with_its_answer(self) -> None:
        made = quiz()
        assert "What is idle?" in page(made)
        assert "What helps?" not in page(made)
        say(made, "Ana", "q1", "b")
        with refused("closed"):
            say(made, "Ana", "q2", ["a"])
        assert "They wait." not in page(made)
        assert press(made) == "inside"
        assert "They wait." in page(made)
        with refused("closed"):
            say(made, "Ben", "q1", "b")
        assert press(made) == "inside"
        say(made, "Ana", "q2", ["a"])
        assert "What helps?" in page(made)

    def test_an_answer_that_is_stored_is_acked_again_after_the_right_one_was_shown(self) -> None:
        made = quiz()
        say(made, "Ana", "q1", "b")
        press(made)
        say(made, "Ana", "q1", "b")  # the same n: a repeat
        with refused("closed"):
            say(made, "Ana", "q1", "a", n=2)

    def test_what_was_told_is_not_asked_again(self) -> None:
        made = quiz()
        press(made)
        press(made)
        press(made, forward=False)
        assert Quiz().asking(made.run("quiz")) == ()
        assert "They wait." in page(made)
        press(made)
        assert Quiz().asking(made.run("quiz")) == ("q2",)

    def test_the_main_button_leads_through_it(self) -> None:
        made, kind = quiz(), Quiz()
        said = []
        while (step := kind.next_step(made.run("quiz"))) is not None:
            said.append(str(step))
            press(made)
        assert said == ["Show the right answer", "Question 2 of 2", "Show the right answer"]

    def test_the_result_of_the_question_alone_with_its_right_answer_once_told(self) -> None:
        made = quiz()
        made.fay("activity.show", a=made["quiz"].pk, where="screen", on=True)
        say(made, "Ana", "q1", "b")
        tally = f"tally:{made['quiz'].pk}"
        before = made.slot(tally, "screen", view="html")
        assert before is None
        watched = made.slot(tally)
        assert watched is not None
        assert watched.data["questions"]["q1"]["n"] == 1
        press(made)
        after = made.slot(tally, "screen", view="html")
        assert after is not None
        assert list(after.data["questions"]) == ["q1"]
        assert "Right answer" in (after.html or "")

    def test_right_answers_are_in_no_frame_before_they_are_told(self) -> None:
        made = quiz()
        for audience in ("learner", "screen"):
            state = made.slot(f"activity:{made['quiz'].pk}", audience)
            assert state is not None
            assert "They wait." not in f"{state.html}{state.data}"
            assert "'right'" not in str(state.data)


class TestPoints:
    def test_part_of_the_points_for_what_is_right_in_part(self) -> None:
        made = quiz("self")
        for who, value in (("Ana", ["a", "b"]), ("Ben", ["a"]), ("Mallory", ["a", "b", "c"])):
            say(made, who, "q2", value)
        asks = of_activity(made["quiz"])
        run = made.run("quiz")
        config = Quiz().load(run.activity.config)
        found = {each.author: each.total for each in scoring.results(run, config, asks, ["q1", "q2"])}
        assert found == {
            made.people["Ana"].row.key: 2.0,
            made.people["Ben"].row.key: 1.0,
            made.people["Mallory"].row.key: 1.0,
        }
        strict = config.model_copy(update={"partial": False})
        assert [each.total for each in scoring.results(run, strict, asks, ["q2"])] == [2.0, 0.0, 0.0]

    def test_everybody_hears_their_own_at_the_close_and_not_before(self) -> None:
        made = quiz("self", privacy="anonymous")
        say(made, "Ana", "q1", "b")
        say(made, "Ana", "q2", ["a"])
        assert own(made, made.people["Ana"]) == {}
        made.fay("activity.close", a=made["quiz"].pk)
        key = str(made["quiz"].pk)
        assert own(made, made.people["Ana"]) == {key: {"points": 2.0, "of": 3.0}}
        assert own(made, made.people["Ben"]) == {key: {"points": 0, "of": 3.0}}
        assert "They wait." in page(made)
        assert own_answers(made.session.pk, [made.people["Ana"].row], [made.people["Ana"].actor])[0]["answers"][key]

    @pytest.mark.parametrize("phones", [False, True])
    def test_each_question_of_the_review_says_what_was_right(self, phones: bool) -> None:
        made = quiz("self")
        made.fay("activity.close", a=made["quiz"].pk)
        made.fay("activity.show", a=made["quiz"].pk, where="phones", on=phones)
        *reviewed, _last = page(made).split("</section>")
        said = [part.count('class="right-answer"') for part in reviewed if "reviewed" in part]
        assert said == [1] * len(of_activity(made["quiz"]))

    def test_taking_the_close_back_hides_the_right_answers(self) -> None:
        made = quiz("self")
        made.fay("activity.close", a=made["quiz"].pk)
        assert made.run("quiz").show_answers
        made.fay("activity.resume", a=made["quiz"].pk)
        assert not made.run("quiz").show_answers
        assert "They wait." not in page(made)

    def test_no_review_unless_wanted(self) -> None:
        made = quiz("self", review=False)
        made.fay("activity.close", a=made["quiz"].pk)
        assert "They wait." not in page(made)

    def test_a_fast_answer_earns_more_where_that_is_wanted(self) -> None:
        made = quiz("led", time_bonus=True, seconds=10)
        press(made)
        press(made)
        say(made, "Ana", "q2", ["a", "b"])
        say(made, "Ben", "q2", ["a", "b"])
        row = Response.objects.get(author=made.people["Ben"].row.key)
        Response.objects.filter(pk=row.pk).update(answered_at=row.answered_at + timedelta(seconds=11))
        run, asks = made.run("quiz"), of_activity(made["quiz"])
        config = Quiz().load(run.activity.config)
        ana, ben = scoring.results(run, config, asks, ["q2"])
        assert (ana.author, ben.total) == (made.people["Ana"].row.key, 2.0)
        assert 2.0 < ana.total <= 3.0
        plain = config.model_copy(update={"time_bonus": False})
        assert {each.total for each in scoring.results(run, plain, asks, ["q2"])} == {2.0}


@pytest.mark.parametrize(("count", "step"), [(2, 1), (6, 1), (10, 2), (20, 3), (27, 4), (40, 5)])
def test_the_more_questions_the_smaller_their_shares_stand_on_the_projector(count: int, step: int) -> None:
    shares = [scoring.Share(f"Question {n}: what costs money?", 3, 4) for n in range(count)]

    assert shares_fit(shares) == step


class TestLeaders:
    def test_there_are_none_unless_wanted(self) -> None:
        made = quiz()
        say(made, "Ana", "q1", "b")
        press(made)
        assert "Ana" not in page(made, "screen")

    @pytest.mark.parametrize(("privacy", "name"), [("named", "Ana"), ("pseudonymous", "Seat 1"), ("anonymous", None)])
    def test_names_seats_or_nobody(self, privacy: str, name: str | None) -> None:
        made = quiz("led", privacy, leaderboard=True)
        say(made, "Ana", "q1", "b")
        assert "Most points" not in page(made, "screen")
        press(made)
        shown = page(made, "screen")
        assert ("Most points" in shown) == (name is not None)
        assert name is None or name in shown
        assert name == "Ana" or "Ana" not in shown


class TestExport:
    def test_by_question_and_by_person(self) -> None:
        made = quiz("self")
        say(made, "Ana", "q1", "b")
        say(made, "Ben", "q1", "a")
        (by_question,) = Quiz().export(made["quiz"], names=False)
        assert next(iter(by_question.rows)) == ["What is idle?", "Machines", 1.0, 2, 1, 0.5]
        people = Quiz().export(made["quiz"], names=True)[1]
        assert [row[0] for row in people.rows] == ["Ana", "Ben"]

    def test_nobody_is_told_apart_in_an_anonymous_one(self) -> None:
        made = quiz("self", "anonymous")
        say(made, "Ana", "q1", "b")
        assert len(Quiz().export(made["quiz"], names=True)) == 1


class TestImportPage:
    def test_what_can_be_read_becomes_a_quiz_and_the_rest_is_named(self) -> None:
        made = plan(Part("Engage"))
        client = Client()
        client.force_login(fay())
        address = reverse("quiz:import", args=[made.pk, 0])
        text = "What is idle?\nA. Tags\nB. Machines\nANSWER: B\n\nBroken?\nA. one\nANSWER: A\n"
        first = client.post(address, {"title": "Check", "text": text}).content.decode()
        assert "1 entry cannot be imported" in first
        assert "Broken?" in first
        assert "Line 6" in first
        gift = "::Q1:: What is idle? {\n\t~Tags\n\t=Machines\n}\n"
        assert "=Machines" in first
        answer = client.post(address, {"title": "Check", "text": gift, "do": "take"})
        assert answer.status_code == 302
        made.refresh_from_db()
        (spec,) = PlanDocument.from_json(newest(made).document).phases[0].activities
        assert (spec.kind, spec.title, len(spec.questions)) == ("quiz", "Check", 1)
        back = client.get(reverse("quiz:gift", args=[made.pk, spec.key]))
        assert "=Machines" in back.content.decode()
        assert "check.gift.txt" in back["Content-Disposition"]

    @pytest.mark.parametrize("content", [b"", b"\0\1\2\xff", b"PK\x03\x04broken", b"hello world", b"a,b\n1,2\n"])
    def test_what_is_no_quiz_is_refused_with_a_sentence(self, content: bytes) -> None:
        made = plan(Part("Engage"))
        client = Client()
        client.force_login(fay())
        answer = client.post(
            reverse("quiz:import", args=[made.pk, 0]), {"file": SimpleUploadedFile("quiz.txt", content)}
        )
        assert answer.status_code == 422
        assert b'role="alert"' in answer.content
        assert not PlanDocument.from_json(newest(made).document).phases[0].activities
