"""Questions from learners: who asks, who sees what when, votes, merging."""

from __future__ import annotations

from uuid import uuid4

import pytest

from polls.qa.models import Enquiry
from tests.questions.floor import STAFF, act, ask, floor, own, refused, seen, texts

pytestmark = pytest.mark.django_db


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

    def test_what_comes_late_or_twice_undoes_no_newer_word(self) -> None:
        made = floor()
        ben, vote = made.people["Ben"], uuid4()
        i = ask(made, made.people["Ana"], "Who pays?")
        ben("qa.vote", vote, a=made["qa"].pk, i=i, n=1)
        assert seen(made)[str(i)]["v"] == 1
        act(made, ben, "qa.vote", i=i, on=False, n=2)
        ben("qa.vote", vote, a=made["qa"].pk, i=i, n=1)  # the very same message once more
        assert seen(made)[str(i)]["v"] == 0
        assert own(made, ben) == {"mine": {}, "votes": [], "n": {str(i): 2}}
        act(made, ben, "qa.vote", i=i, n=5)
        act(made, ben, "qa.vote", i=i, on=False, n=4)  # was on its way for long
        assert seen(made)[str(i)]["v"] == 1
        assert own(made, ben)["votes"] == [i]

    def test_a_page_that_counts_nothing_says_the_newest(self) -> None:
        made = floor()
        ben = made.people["Ben"]
        i = ask(made, made.people["Ana"], "Who pays?")
        for on, votes in ((True, 1), (False, 0), (True, 1)):
            act(made, ben, "qa.vote", i=i, on=on)
            assert seen(made)[str(i)]["v"] == votes
        assert own(made, ben)["n"] == {str(i): 3}

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
