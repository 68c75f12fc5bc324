"""Two sessions full of words that can be searched for, everybody who may knock, and every address there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Learner, Part, Workshop, fay, olga, organisation, plan, running, user
from tests.unit.content import pdfs
from workshop.accounts.models import User
from workshop.accounts.operations import make_link
from workshop.content.slides.decks import store_pdf
from workshop.kinds import ActivitySpec, QuestionSpec, activity_kinds, question_kinds
from workshop.live import cookies
from workshop.live.models import Group, Membership, Staff
from workshop.live.start import start_session
from workshop.plans.models import Activity
from workshop.realtime.door import Handshake

STAFF_ROLES = ("facilitator", "cofacilitator", "moderator", "observer", "presenter")
VISITORS = (
    "nobody", "ana", "learner_elsewhere", "screen", *STAFF_ROLES, "organiser", "colleague", "outsider",
)  # fmt: skip
#: Those who have no part in the session.
STRANGERS = ("nobody", "learner_elsewhere", "colleague", "outsider")
#: What is said in the session, by what it is. Words that stand nowhere else.
CANARIES = {
    "title": "Kanarientitel",
    "phase": "Kanarienphase",
    "activity": "Kanarienwahl",
    "name": "Kanarienvogel",
    "held": "Kanarienantwort",
    "card": "Kanarienkarte",
    "note": "Kanariennotiz",
    "group": "Kanariengruppe",
    "notice": "Kanarienruf",
}


@dataclass
class World:
    """A running session with an activity of every kind and things said in it, and another session."""

    here: Workshop
    elsewhere: Workshop
    deck: str = ""
    #: Keys of the activities by kind.
    of_kind: dict[str, str] = field(default_factory=dict)

    @property
    def ana(self) -> Learner:
        return self.here.people[CANARIES["name"]]

    def activity(self, kind: str) -> int:
        return int(self.here[self.of_kind[kind]].pk)

    def run(self, kind: str) -> Any:
        return self.here.run(self.of_kind[kind])

    @property
    def group(self) -> Group:
        """Ana's group on the board."""
        return Membership.objects.get(participant=self.ana.row, until=None, group_set__key="teams").group


def make_world() -> World:
    """The two sessions. The activities of the phase that runs are open; Ana has answered, noted and laid a card."""
    specs: list[ActivitySpec] = []
    of_kind: dict[str, str] = {}
    for kind in activity_kinds:
        of_kind[kind.slug] = kind.slug
        specs.append(example(kind.slug))
    specs.append(
        ActivitySpec(
            kind="poll",
            key="open",
            title=CANARIES["activity"],
            questions=(_text("Was noch?"),),
            privacy="pseudonymous",
        )
    )
    made = plan(Part(CANARIES["phase"], tuple(specs)), Part("Explore"), title=CANARIES["title"])
    deck = _deck(made)
    here = _running(made, (CANARIES["name"], "Ben"))
    elsewhere = running(Part("Engage", (specs[0],)), people=("Mallory",), title="Elsewhere")
    world = World(here, elsewhere, deck, of_kind)
    for role in STAFF_ROLES[1:]:
        Staff.objects.create(session=here.session, user=user(role.capitalize()), role=role)
    _say_things(world)
    return world


def example(slug: str) -> ActivitySpec:
    """The first example of a kind, under the kind's own name as its key."""
    return replace(activity_kinds.get(slug).examples()[0], key=slug)


def _text(prompt: str) -> QuestionSpec:
    return QuestionSpec(kind="text", key="q1", prompt=prompt)


def _deck(made: Any) -> str:
    """Give the plan's slides a file of three pages."""
    deck = store_pdf(made, pdfs.drawn(3), "talk.pdf")
    for activity in made.current.activities.filter(kind="slides"):
        activity.config = {**activity.config, **deck.config()}
        activity.save(update_fields=["config"])
    return str(deck.key)


def _running(made: Any, people: tuple[str, ...]) -> Workshop:
    here = Workshop(start_session(made, fay()))
    here.fay("session.door", open=True)
    for name in people:
        here.join(name)
    here.fay("session.start")
    return here


def _say_things(world: World) -> None:
    here, ana = world.here, world.ana
    for key in (*world.of_kind.values(), "open"):
        if here.run(key).state == "ready":
            here.fay("activity.open", a=here[key].pk)
    here.fay("session.notice", text=CANARIES["notice"])
    # Ana and Ben in a group each.
    here.fay("groups.make", set="teams", mode="random", count=2)
    here.fay("groups.rename", g=world.group.pk, name=CANARIES["group"])
    ana("note", text=CANARIES["note"], n=1)
    ana("respond", a=here["open"].pk, q="q1", round=1, n=1, v=CANARIES["held"])
    ana("card.add", a=world.activity("board"), g=world.group.pk, text=CANARIES["card"])


# ── who knocks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def people() -> dict[str, User]:
    """Visitors who have an account."""
    return {
        "facilitator": fay(),
        "organiser": olga(),
        "colleague": user("Colleague"),
        "outsider": user("Outsider", organisation=organisation("Elsewhere"), is_organiser=True),
        **{role: user(role.capitalize()) for role in STAFF_ROLES[1:]},
    }


def browser(world: World, visitor: str) -> Client:
    """The browser of a visitor."""
    client = Client()
    accounts = people()
    if visitor in accounts:
        client.force_login(accounts[visitor])
    elif visitor == "ana":
        client.cookies.load(world.ana.cookie)
    elif visitor == "learner_elsewhere":
        client.cookies.load(world.elsewhere.people["Mallory"].cookie)
    elif visitor == "screen":
        assert client.get(reverse("live:screen_link", args=[world.here.session.screen_token])).status_code == 302
    return client


def handshake(world: World, visitor: str, right: str) -> Handshake:
    """What that browser brings to the session's socket."""
    jar = {name: morsel.value for name, morsel in browser(world, visitor).cookies.items()}
    return Handshake(world.here.session.public_id, right, jar)


# ── what there is ───────────────────────────────────────────────────────────────────────────────────────────────────


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of ours."""

    def walk(patterns: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, f"{prefix}{each.namespace}:" if each.namespace else prefix)
            else:
                assert each.name, f"{each.pattern} has no name"
                yield prefix + each.name, each

    yield from walk(get_resolver().url_patterns, "")


def fields(pattern: URLPattern) -> set[str]:
    """Names of the parts that vary in an address."""
    return set(pattern.pattern.converters or re.compile(str(pattern.pattern)).groupindex)


#: Kinds whose addresses carry the number of one of their activities.
_OF_KINDS = {"slides": "slides", "board": "board", "qa": "qa", "quiz": "quiz", "pulse": "pulse"}


def values(name: str, pattern: URLPattern, world: World) -> dict[str, Any]:
    """What stands in the parts of an address: the session, plan and activity of the world."""
    known = _values(name, world)
    return {part: known[part]() for part in fields(pattern)}


def _values(name: str, world: World) -> dict[str, Callable[[], Any]]:
    """Of every part there is; each is looked up only where it is used."""
    session = world.here.session
    if name == "reports:result":
        asked = world.here[world.of_kind["poll"]].questions.get()
        place = {"activity": asked.activity_id, "round_": 1, "question": asked.key, "form": "csv"}
        return {part: lambda value=value: value for part, value in {"public_id": session.public_id, **place}.items()}
    return {
        "public_id": lambda: session.public_id,
        "activity": lambda: _activity(name, world).pk,
        "plan": lambda: world.here.version.plan_id,
        "index": lambda: 0,
        "number": lambda: 1,
        "kind": lambda: activity_kinds.slugs()[0],
        "question": lambda: question_kinds.slugs()[0],
        "view": lambda: "phone",
        "specimen": lambda: question_kinds.get(question_kinds.slugs()[0]).specimens()[0].name,
        "state": lambda: "open",
        "exhibit": lambda: "usual",
        "key": lambda: _activity(name, world).key,
        "offer": lambda: "none",
        "deck": lambda: world.deck,
        "page": lambda: 1,
        "form": lambda: "json",
        "code": lambda: session.code,
        "language": lambda: "en",
        "token": {
            "live:qr": lambda: session.join_token,
            "live:screen_link": lambda: session.screen_token,
            "live:come_back": lambda: cookies.rejoin_token(world.ana.proof),
            "live:panel_in": lambda: cookies.phone_token(fay().pk, session.public_id),
            "accounts:link": lambda: make_link(user("Colleague")),
        }.get(name, lambda: "x"),
    }


def _activity(name: str, world: World) -> Activity:
    """The activity that an address names: of its own kind, or the first one."""
    kind = _OF_KINDS.get(name.partition(":")[0])
    return world.here[world.of_kind[kind]] if kind else world.here.version.activities.order_by("pk")[0]


def address(name: str, pattern: URLPattern, world: World) -> str:
    """The address filled in."""
    return reverse(name, kwargs=values(name, pattern, world))


def letter(response: Any) -> str:
    """What an answer means: let in, sent to sign in, refused, not found, wrong method. Never an error of the server."""
    status = response.status_code
    assert status < 500, f"{response.request['PATH_INFO']}: {status}"
    if status in (301, 302, 303):
        return "i" if response["Location"].startswith(reverse(settings.LOGIN_URL)) else "y"
    return {404: "n", 403: "f", 405: "m"}.get(status, "y")
