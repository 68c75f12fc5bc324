"""Questions from learners: who sees what when, votes, merging, answers, privacy, and what is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from polls.qa.editor import QAEditor
from polls.qa.kind import QA
from polls.qa.models import Enquiry, Upvote
from tests.cast import Learner, Part, Workshop, running, user
from workshop.kinds import ActivitySpec, Json, PlanLine, Refused
from workshop.live.door import LiveDoor
from workshop.live.models import Participant, Staff
from workshop.live.takeaway import keepsake
from workshop.questions.activity import DESK
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.models import Op
from workshop.realtime.slots import SlotRequest, reader_for
from workshop.reports.evidence import evidence_of
from workshop.reports.files import export_file

pytestmark = pytest.mark.django_db

ALL, STAFF = "learner", "staff:people"


def floor(privacy: str = "named", **config: Json) -> Workshop:
    """Ana, Ben and Mallory may ask; nobody has to approve unless the config says so."""
    spec = ActivitySpec("qa", "Your questions", key="qa", config={"moderation": False, **config}, privacy=privacy)
    made = running(Part("Explain", (spec,)), people=["Ana", "Ben", "Mallory"])
    made.fay("activity.open", a=made["qa"].pk)
    return made


def act(made: Workshop, who: Any, op: str, **fields: Json) -> dict[str, Json]:
    result: dict[str, Json] = who(op, a=made["qa"].pk, **fields)
    return result


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def ask(made: Workshop, who: Learner, text: str, **fields: Json) -> int:
    return int(act(made, who, "qa.ask", text=text, **fields)["i"])


def seen(made: Workshop, audience: str = ALL, since: int | None = None) -> dict[str, Json]:
    request = SlotRequest(made.session.pk, f"asked:{made['qa'].pk}", audience, since=since)
    state = reader_for("asked").read(request)
    assert state is not None
    assert state.items is not None
    return dict(state.items)


def texts(made: Workshop, audience: str = ALL) -> list[str]:
    return [item["t"] for item in seen(made, audience).values() if item]


def own(made: Workshop, who: Learner) -> dict[str, Json]:
    from polls.qa.personal import own_enquiries

    found = own_enquiries(made.session.pk, [Participant.objects.get(pk=who.row.pk)], [who.actor])[0]
    return dict(found["qa"][str(made["qa"].pk)])


class TestAsking:
    def test_everybody_sees_a_question_at_once_where_nobody_approves(self) -> None:
        made = floor()
        ask(made, made.people["Ana"], "Who pays for idle machines?")
        assert texts(made) == texts(made, "screen") == ["Who pays for idle machines?"]

    def test_it_waits_for_approval_and_only_its_author_and_staff_know(self) -> None:
        made = floor(moderation=True)
        ana, ben = made.people["Ana"], made.people["Ben"]
        i = ask(made, ana, "Who pays?")
        assert texts(made) == []
        assert texts(made, STAFF) == ["Who pays?"]
        assert own(made, ana)["mine"] == {str(i): ["Who pays?", "waiting"]}
        assert own(made, ben)["mine"] == {}
        act(made, made.fay, "qa.judge", ids=None, show=True)
        assert texts(made) == ["Who pays?"]
        assert own(made, ana)["mine"][str(i)][1] == "shown"

    @pytest.mark.parametrize(("words", "first"), [("hold", "waiting"), ("hide", "hidden"), ("show", "shown")])
    def test_a_rude_word_is_held_hidden_or_shown(self, words: str, first: str) -> None:
        made = floor(words=words)
        ask(made, made.people["Mallory"], "What the f u c k is this bill?")
        assert Enquiry.objects.get().status == first

    def test_a_hidden_one_is_told_to_its_author_as_waiting(self) -> None:
        made = floor(words="hide")
        mallory = made.people["Mallory"]
        said = act(made, mallory, "qa.ask", text="Scheiße")
        assert said["status"] == "waiting"
        assert own(made, mallory)["mine"][str(said["i"])][1] == "waiting"

    def test_approving_all_leaves_those_with_a_warning(self) -> None:
        made = floor(moderation=True)
        ask(made, made.people["Mallory"], "Call me: +49 151 23456789")
        ask(made, made.people["Ana"], "Who pays?")
        assert act(made, made.fay, "qa.judge", ids=None, show=True) == {"changed": 1}
        assert texts(made) == ["Who pays?"]

    def test_a_repeat_asks_once_and_so_do_the_same_words(self) -> None:
        made = floor()
        ana, op = made.people["Ana"], uuid4()
        first = ana("qa.ask", op, a=made["qa"].pk, text="Who pays?")
        assert ana("qa.ask", op, a=made["qa"].pk, text="Who pays?") == first
        assert ask(made, ana, "  who   PAYS?") == first["i"]
        assert Enquiry.objects.count() == 1

    @pytest.mark.parametrize(
        ("text", "code"), [("", "empty"), (" \u200b ", "empty"), ("x" * 281, "too_long"), ("a\0b", "bad_text")]
    )
    def test_what_cannot_be_asked(self, text: str, code: str) -> None:
        made = floor()
        with refused(code):
            ask(made, made.people["Ana"], text)

    def test_nobody_floods_the_list(self) -> None:
        made = floor()
        for number in range(20):
            ask(made, made.people["Mallory"], f"Question {number}?")
        with refused("too_many"):
            ask(made, made.people["Mallory"], "And one more?")
        ask(made, made.people["Ana"], "Mine?")

    def test_after_the_close_nothing_is_asked_voted_or_withdrawn(self) -> None:
        made = floor()
        i = ask(made, made.people["Ana"], "Who pays?")
        made.fay("activity.close", a=made["qa"].pk)
        for who, op, fields in (
            ("Ana", "qa.ask", {"text": "Late?"}),
            ("Ben", "qa.vote", {"i": i}),
            ("Ana", "qa.withdraw", {"i": i}),
        ):
            with refused("closed"):
                act(made, made.people[who], op, **fields)

    def test_taking_it_back(self) -> None:
        made = floor()
        i = ask(made, made.people["Ana"], "Who pays?")
        with refused("not_yours"):
            act(made, made.people["Mallory"], "qa.withdraw", i=i)
        act(made, made.people["Ana"], "qa.withdraw", i=i)
        assert texts(made) == texts(made, STAFF) == []
        assert seen(made, since=1) == {str(i): None}

    def test_a_category_and_a_story(self) -> None:
        made = floor(categories=["Budget", "Contracts"])
        i = ask(made, made.people["Ana"], "Who pays?", category=2, story=True)
        other = ask(made, made.people["Ana"], "Who else?", category=9)
        assert (seen(made)[str(i)]["c"], seen(made)[str(i)]["story"]) == (2, True)
        assert "c" not in seen(made)[str(other)]


class TestVoting:
    def test_one_vote_each_and_it_can_be_taken_back(self) -> None:
        made = floor()
        i = ask(made, made.people["Ana"], "Who pays?")
        for who in ("Ben", "Ben", "Mallory"):
            act(made, made.people[who], "qa.vote", i=i)
        assert seen(made)[str(i)]["v"] == 2
        assert own(made, made.people["Ben"])["votes"] == [i]
        act(made, made.people["Ben"], "qa.vote", i=i, on=False)
        assert seen(made)[str(i)]["v"] == 1

    def test_not_for_ones_own_nor_for_one_that_waits(self) -> None:
        made = floor(moderation=True)
        i = ask(made, made.people["Ana"], "Who pays?")
        with refused("no_enquiry"):
            act(made, made.people["Ben"], "qa.vote", i=i)
        act(made, made.fay, "qa.judge", ids=[i], show=True)
        with refused("own_enquiry"):
            act(made, made.people["Ana"], "qa.vote", i=i)

    def test_merging_counts_askers_and_voters_once_and_can_be_undone(self) -> None:
        made = floor()
        ana, ben, mallory = (made.people[name] for name in ("Ana", "Ben", "Mallory"))
        one, two = ask(made, ana, "Who pays?"), ask(made, ben, "Who is paying?")
        act(made, mallory, "qa.vote", i=one)
        act(made, mallory, "qa.vote", i=two)
        assert act(made, made.fay, "qa.merge", i=two, into=one)["votes"] == 2  # Mallory once, and Ben who asked
        assert list(seen(made)) == [str(one)]
        assert own(made, ben)["mine"][str(two)][1] == "shown"
        act(made, made.fay, "qa.judge", ids=[two], show=True)
        assert {i: item["v"] for i, item in seen(made).items()} == {str(one): 1, str(two): 1}

    def test_each_person_counts_once_whatever_they_asked_and_voted_for(self) -> None:
        made = floor()
        ana, ben = made.people["Ana"], made.people["Ben"]
        one, again, two = ask(made, ana, "Who pays?"), ask(made, ana, "Who pays it?"), ask(made, ben, "Whose money?")
        act(made, made.fay, "qa.merge", i=again, into=one)
        assert seen(made)[str(one)]["v"] == 0  # Ana asks for it anyway
        act(made, ben, "qa.vote", i=one)
        assert act(made, made.fay, "qa.merge", i=two, into=one)["votes"] == 1  # Ben voted and asked the same

    def test_what_is_taken_out_of_a_merge_counts_its_own_votes_alone(self) -> None:
        made = floor()
        one, two, three = (ask(made, made.people[name], f"{name}?") for name in ("Ana", "Ben", "Mallory"))
        act(made, made.fay, "qa.merge", i=one, into=two)
        act(made, made.fay, "qa.merge", i=two, into=three)
        act(made, made.fay, "qa.judge", ids=[two], show=True)
        assert {i: item["v"] for i, item in seen(made).items()} == {str(two): 0, str(three): 1}

    def test_a_chain_of_merges_ends_at_one(self) -> None:
        made = floor()
        ids = [ask(made, made.people[name], f"{name}?") for name in ("Ana", "Ben", "Mallory")]
        act(made, made.fay, "qa.merge", i=ids[0], into=ids[1])
        act(made, made.fay, "qa.merge", i=ids[1], into=ids[2])
        assert {key: item["v"] for key, item in seen(made).items()} == {str(ids[2]): 2}
        with refused("no_enquiry"):
            act(made, made.fay, "qa.merge", i=ids[2], into=ids[0])


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


class TestPrivacy:
    def test_staff_see_names_of_named_questions_alone(self) -> None:
        made = floor("named")
        i = ask(made, made.people["Ana"], "Who pays?")
        j = ask(made, made.people["Ana"], "Whose fault is it?", nameless=True)
        items = seen(made, STAFF)
        assert items[str(i)]["by"] == "Ana"
        assert "by" not in items[str(j)]
        assert all("by" not in item for item in seen(made).values())
        assert set(own(made, made.people["Ana"])["mine"]) == {str(i), str(j)}
        assert seen(floor("pseudonymous"), STAFF) == {}

    def test_nothing_in_the_database_links_a_nameless_question_to_its_author(self) -> None:
        made = floor("anonymous")
        ana, op = made.people["Ana"], uuid4()
        i = ana("qa.ask", op, a=made["qa"].pk, text="Whose fault is it?")["i"]
        other = ask(made, made.people["Ben"], "Who pays?")
        act(made, ana, "qa.vote", i=other)
        row, vote = Enquiry.objects.get(pk=i), Upvote.objects.get()
        assert row.author.startswith("x:")
        assert vote.author.startswith("x:")
        assert vote.author != row.author
        assert row.asked_at == made.run("qa").opened_at
        assert not Op.objects.filter(author=ana.row.key, id=op).exists()
        QA().settled(None, made.run("qa"))
        row.refresh_from_db()
        assert (row.author, row.op == op) == ("x:", False)

    def test_without_a_secret_nothing_is_asked_under_a_name(self) -> None:
        made = floor("anonymous")
        bare = replace(made.people["Ana"].actor, secret=b"")
        with refused("no_secret"):
            made.do(bare, "qa.ask", a=made["qa"].pk, text="Who pays?")
        assert not Enquiry.objects.exists()

    def test_erasing_forgets_who_and_keeps_what(self) -> None:
        made = floor("named")
        ana, ben = made.people["Ana"], made.people["Ben"]
        i = ask(made, ana, "Who pays?")
        other = ask(made, ben, "Why?")
        act(made, ana, "qa.vote", i=other)
        ana("leave", erase=True)
        assert Enquiry.objects.get(pk=i).author == ""
        assert ana.row.key not in Upvote.objects.values_list("author", flat=True)
        assert seen(made)[str(other)]["v"] == 1

    def test_what_a_removed_person_asked_is_hidden(self) -> None:
        made = floor("named")
        ask(made, made.people["Mallory"], "Buy my shoes")
        made.fay("person.remove", p=made.people["Mallory"].row.pk)
        assert texts(made) == []

    def test_the_take_away_has_ones_own_questions_and_their_answers(self) -> None:
        made = floor("anonymous")
        ana = made.people["Ana"]
        i = ask(made, ana, "Who pays?")
        ask(made, made.people["Ben"], "Why?")
        act(made, made.fay, "qa.change", i=i, answer="You.")
        kept = [line for keep in keepsake(made.fresh, ana.row, ana.actor) for line in keep.lines]
        assert [(line.prompt, line.answer) for line in kept] == [("Who pays?", "You.")]


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
