"""Questions from learners as staff have them: approving, answering, showing, with script and without; exports and reports."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polls.qa.editor import QAEditor
from polls.qa.kind import QA
from polls.qa.models import Enquiry
from tests.cast import user
from tests.questions.floor import ALL, STAFF, act, ask, floor, seen, texts
from workshop.kinds import Json, PlanLine
from workshop.live.door import LiveDoor
from workshop.live.models import Participant, Staff
from workshop.questions.activity import DESK
from workshop.realtime.door import Handshake, Ticket
from workshop.reports.evidence import evidence_of
from workshop.reports.files import export_file

pytestmark = pytest.mark.django_db


class TestStaff:
    def test_answer_pin_put_away_and_sort(self) -> None:
        made = floor(categories=["Budget"])
        i = ask(made, made.people["Ana"], "Who pays?")
        act(made, made.fay, "qa.change", i=i, answer="Everybody.\r\nA little.", pinned=True, category=1)
        assert seen(made)[str(i)] | {"r": 0} == {
            "t": "Who pays?", "v": 0, "r": 0, "c": 1, "pin": True, "done": True, "answer": "Everybody.\nA little.",
        }  # fmt: skip
        act(made, made.fay, "qa.change", i=i, archived=True)
        assert seen(made) == {}
        assert seen(made, STAFF)[str(i)]["old"] is True

    def test_one_click_hides_it_everywhere(self) -> None:
        made = floor()
        i = ask(made, made.people["Mallory"], "Buy my shoes")
        act(made, made.fay, "qa.judge", ids=[i], show=False)
        for audience in (ALL, "screen"):
            assert seen(made, audience) == {}
            assert seen(made, audience, since=1) == {str(i): None}

    def test_the_screen_shows_one_and_the_clicker_goes_on_by_votes(self) -> None:
        made = floor()
        few, many = ask(made, made.people["Ana"], "Few?"), ask(made, made.people["Ana"], "Many?")
        act(made, made.people["Ben"], "qa.vote", i=many)
        kind = QA()
        assert kind.next_step(made.run("qa")) is None
        act(made, made.fay, "qa.show", i=many)
        run = made.run("qa")
        assert kind.on_screen(run, True) is True
        assert run.state_data["show"] == few
        assert kind.on_screen(run, True) is False

    def test_a_moderator_moderates_and_does_nothing_else(self) -> None:
        made = floor(moderation=True)
        i = ask(made, made.people["Ana"], "Who pays?")
        max_ = user("Max")
        Staff.objects.create(session=made.session, user=max_, role="moderator")
        moderator = replace(made.facilitator, role="moderator", key=f"u:{max_.pk}", id=max_.pk)
        made.do(moderator, "qa.judge", a=made["qa"].pk, ids=[i], show=True)
        assert texts(made) == ["Who pays?"]
        client = Client()
        client.force_login(max_)
        page = client.get(reverse("qa:moderate", args=[made.session.public_id]))
        assert b"question-queue" in page.content
        assert reverse("live:panel", args=[made.session.public_id]).encode() not in page.content

    def test_a_moderator_is_sent_to_the_queue_from_everywhere_and_hears_nothing_else(self) -> None:
        made = floor(moderation=True)
        ask(made, made.people["Ana"], "Who pays?")
        max_ = user("Max")
        Staff.objects.create(session=made.session, user=max_, role="moderator")
        client = Client()
        client.force_login(max_)
        here = [made.session.public_id]
        for name in ("live:panel", "reports:session"):
            answer = client.get(reverse(name, args=here), follow=True)
            assert answer.redirect_chain[-1][0] == reverse("qa:moderate", args=here)
        for name in ("live:panel_people", "live:panel_invite", "live:panel_phone", "live:panel_result"):
            assert client.get(reverse(name, args=here)).status_code == 403
        (ticket,) = LiveDoor().admit([Handshake(made.session.public_id, "staff", {}, user_id=max_.pk)])
        assert isinstance(ticket, Ticket)
        catalogue = LiveDoor().catalogue(made.session.pk)
        heard = {name for audience in ticket.audiences for name in catalogue.get(audience, ())}
        number = made["qa"].pk
        assert heard == {f"asked:{number}", f"activity:{number}"}
        assert not LiveDoor().may_watch(ticket.actor, "people")
        assert seen(made, DESK) == seen(made, STAFF) != {}


class TestExport:
    def test_unanswered_first_by_votes_and_names_only_when_asked_for(self) -> None:
        made = floor("named")
        one, two, three = (ask(made, made.people["Ana"], f"{word}?") for word in ("One", "Two", "Three"))
        act(made, made.people["Ben"], "qa.vote", i=two)
        act(made, made.fay, "qa.change", i=three, answered=True)
        table = QA().export(made["qa"], names=False)[0]
        assert [row[0] for row in table.rows] == ["Two?", "One?", "Three?"]
        assert "Ana" not in str(list(table.rows))
        named = QA().export(made["qa"], names=True)[0]
        assert {row[-1] for row in named.rows} == {"Ana"}
        assert one != two

    def test_practice_learners_are_in_none(self) -> None:
        made = floor("named")
        made.fay("practice.add", count=5)
        simulated = list(Participant.objects.filter(session=made.session, simulated=True))
        kind, chance, asked = QA(), Random(3), 0
        for person in simulated * 6:
            actor = replace(made.people["Ana"].actor, key=person.key, id=person.pk, secret=b"", simulated=True)
            for op, fields in kind.practise(made.run("qa"), person, chance):
                made.do(actor, op, **fields)
                asked += op == "qa.ask"
        assert asked > 0
        assert list(kind.export(made["qa"], names=True)[0].rows) == []


def needs(page: Any) -> str:
    """The list *Needs you* of the panel, without the templates of its entries."""
    return str(page.content.decode().split('<div id="queue">')[1].split("<template")[0])


class TestWithoutScript:
    def test_ask_vote_search_and_take_back(self) -> None:
        made = floor("named", categories=["Budget"])
        ana, ben = Client(), Client()
        ana.cookies.load(made.people["Ana"].cookie)
        ben.cookies.load(made.people["Ben"].cookie)
        page = reverse("qa:page", args=[made.session.public_id, made["qa"].pk])
        do = reverse("qa:do", args=[made.session.public_id, made["qa"].pk])
        ana.post(do, {"act": "ask", "text": "Who pays <b>?", "category": "1", "story": "on"})
        i = Enquiry.objects.get().pk
        ben.post(do, {"act": "vote", "i": i, "on": "1"})
        shown = ben.get(page).content.decode()
        assert "Who pays &lt;b&gt;?" in shown
        assert "1 vote" in shown
        assert 'aria-pressed="true"' in shown
        assert "Who pays" not in ben.get(page, {"q": "nothing like it"}).content.decode()
        refused = ben.post(do, {"act": "withdraw", "i": i}, follow=True).content.decode()
        assert "somebody else" in refused
        ana.post(do, {"act": "withdraw", "i": i})
        assert "Who pays" not in ben.get(page).content.decode()

    def test_a_moderator_reads_approves_answers_and_hides(self) -> None:
        made = floor(moderation=True, categories=["Budget"])
        one, two, three = (
            ask(made, made.people["Ana"], text) for text in ("Who <b>pays</b>?", "Call 0171 2345678!", "Whose?")
        )
        Staff.objects.create(session=made.session, user=user("Max"), role="moderator")
        max_ = Client()
        max_.force_login(user("Max"))
        here = [made.session.public_id, made["qa"].pk]
        queue, do = reverse("qa:queue", args=here), reverse("qa:decide", args=here)

        def say(what: str, **fields: Any) -> str:
            return max_.post(do, {"act": what, **fields}, follow=True).content.decode()

        assert queue in max_.get(reverse("qa:moderate", args=here[:1])).content.decode()
        waiting = max_.get(queue).content.decode()
        assert "Who &lt;b&gt;pays&lt;/b&gt;?" in waiting
        assert "Please read it first" in waiting
        say("approve-all")
        assert texts(made) == ["Who <b>pays</b>?", "Whose?"]
        say("approve", i=two)
        say("hide", i=two, heap="open")
        say("merge", i=three, into=one)
        assert texts(made) == ["Who <b>pays</b>?"]
        say("sort", i=one, category=1, heap="open")
        say("pin", i=one, on=1)
        say("answer", i=one, answer="Everybody.")
        item = seen(made)[str(one)]
        assert [item[name] for name in ("answer", "done", "pin", "c")] == ["Everybody.", True, True, 1]
        say("answered", i=one, on=0)
        assert "done" not in seen(made)[str(one)]
        say("screen", i=one)
        assert made.run("qa").state_data["show"] == one
        say("screen", i=0)
        assert made.run("qa").state_data["show"] is None
        say("put-away", i=one, on=1)
        assert seen(made) == {}
        away = max_.get(queue, {"heap": "away", "q": "pays"}).content.decode()
        assert "Who &lt;b&gt;pays" in away
        assert "0171" not in away
        assert "not there any more" in say("approve", i=10**15)

    def test_what_waits_stands_under_needs_you_before_any_script_runs(self) -> None:
        made = floor(moderation=True)
        browser = Client()
        browser.force_login(made.session.owner)
        address = reverse("live:panel", args=[made.session.public_id])
        assert 'data-kind="held"' not in needs(browser.get(address))
        for text in ("Who pays?", "Since when?"):
            ask(made, made.people["Ana"], text)
        first = needs(browser.get(address))
        assert ">2 questions wait<" in first
        assert f'href="#act-{made["qa"].pk}"' in first
        assert ">Your questions<" in first
        assert "data-queue-count >1<" in first
        act(made, made.fay, "qa.judge", ids=None, show=True)
        assert 'data-kind="held"' not in needs(browser.get(address))

    def test_nobody_else_gets_at_the_queue(self) -> None:
        made = floor(moderation=True)
        i = ask(made, made.people["Ana"], "Who pays?")
        here = [made.session.public_id, made["qa"].pk]
        ana = Client()
        ana.cookies.load(made.people["Ana"].cookie)
        ana.post(reverse("qa:decide", args=here), {"act": "approve", "i": i})
        assert ana.get(reverse("qa:queue", args=here)).status_code == 302
        assert texts(made) == []


def test_a_plan_that_speaks_of_questions_gets_a_round_of_them() -> None:
    for text in ("Lecture with Q&A", "Fragerunde am Ende", "Collect questions from participants"):
        assert [each.spec.kind for each in QA().proposes(PlanLine("learner_activities", text, "Explain"))] == ["qa"]
    assert not list(QA().proposes(PlanLine("learner_activities", "Discuss in groups", "Explain")))


def test_the_editor_gives_back_what_was_stored() -> None:
    config: dict[str, Json] = {"moderation": False, "categories": ["Budget", "Contracts"], "longest": 100}
    shown = {name: value for name, value in QAEditor.initial_for(config).items() if value is not False}
    form = QAEditor({"words": "hold", **shown})
    assert form.is_valid(), form.errors
    assert form.config() == config


def test_what_nobody_answered_stands_in_the_report() -> None:
    made = floor()
    ask(made, made.people["Ana"], "Who pays for <idle> machines?")
    many = ask(made, made.people["Ana"], "When do we begin?")
    act(made, made.people["Ben"], "qa.vote", i=many)
    for text, change in (("Answered?", {"answered": True}), ("Put away?", {"archived": True})):
        act(made, made.fay, "qa.change", i=ask(made, made.people["Ben"], text), **change)
    act(made, made.fay, "qa.judge", ids=[ask(made, made.people["Mallory"], "Hidden?")], show=False)
    [(activity, lines)] = evidence_of(made.session).left_open
    assert activity.pk == made["qa"].pk
    assert [(line.text, line.about) for line in lines] == [
        ("When do we begin?", "1 vote"),
        ("Who pays for <idle> machines?", ""),
    ]
    page = export_file(made.session, "summary", names=False).content.decode()
    assert "Who pays for &lt;idle&gt; machines?" in page
    assert "Answered?" not in page
    assert "Hidden?" not in page
