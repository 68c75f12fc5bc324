"""Questions from learners: who is told who asked, and what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from polls.qa.kind import QA
from polls.qa.models import Enquiry, Upvote
from tests.questions.floor import STAFF, act, ask, floor, own, refused, seen, texts
from workshop.live.takeaway import keepsake
from workshop.realtime.models import Op

pytestmark = pytest.mark.django_db


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
