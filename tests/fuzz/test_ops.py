"""Every registered op with payloads made from its own model and then spoilt, from everybody who is in the session."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.rows import rows
from tests.contract.world import World
from tests.fuzz.conftest import Faults, rolled_back
from tests.fuzz.depth import examples, in_words, trying
from tests.fuzz.shapes import Things, payloads
from workshop.kinds import Refused, activity_kinds, question_kinds
from workshop.live.access import ROLES, Actor
from workshop.live.models import Group, PhaseRun
from workshop.questions.models import Response
from workshop.realtime import ops, wire
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
OPS = [spec.name for spec in ops.all_ops()]


@pytest.fixture(scope="module")
def things(world: World) -> Things:
    here, session = world.here, world.here.session
    numbers = [
        *here.version.activities.values_list("pk", flat=True),
        *PhaseRun.objects.filter(session=session).values_list("pk", flat=True),
        *Group.objects.filter(group_set__session=session).values_list("pk", flat=True),
        *Response.objects.values_list("pk", flat=True),
        *(each.row.pk for each in here.people.values()),
        world.elsewhere.people["Mallory"].row.pk,
    ]
    words = ["q1", "teams", "lobby", "auto", "phones", "screen", "random", "en", "de", "Ana", session.code]
    specs: list[dict[str, Any]] = [
        {"kind": kind.slug, "title": "More", "config": dict(spec.config),
         "questions": [{"kind": q.kind, "prompt": q.prompt, "config": dict(q.config)} for q in spec.questions]}
        for kind in activity_kinds for spec in kind.examples()
    ]  # fmt: skip
    specs += [dict(config) for kind in question_kinds for config, _good, _bad in kind.examples()]
    return Things([int(number) for number in numbers], words, specs)


@pytest.fixture(scope="module")
def actors(world: World) -> list[Actor]:
    session = world.here.session.pk
    ben = world.here.people["Ben"].actor
    known = [world.here.facilitator, world.ana.actor, ben, Actor(session, "screen", "screen")]
    return [*known, *(Actor(session, role, "x:0") for role in sorted(ROLES) if role != "system")]


@pytest.fixture(scope="module")
def still(world: World) -> dict[str, list[Any]]:
    """Every row before anything was tried."""
    return rows()


class Writes:
    """Whether a statement changed something."""

    def __init__(self) -> None:
        self.found = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.found = self.found or sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        return execute(sql, params, many, context)


@pytest.mark.parametrize("op", OPS)
def test_an_op_is_done_or_refused_and_then_nothing_has_changed(
    world: World, things: Things, actors: list[Actor], still: dict[str, list[Any]], faults: Faults, op: str
) -> None:
    spec = ops.get(op)

    @examples(2, 250)
    @given(payloads(spec, things), st.integers(0, len(actors) - 1), st.booleans())
    def run(payload: dict[str, Any], place: int, favour: bool) -> None:
        # Half of the time somebody who is there.
        actor = actors[place % 4 if favour else place]
        faults.found.clear()
        with trying("payloads of ops"), rolled_back():
            writes = Writes()
            with connection.execute_wrapper(writes):
                code = outcome(world, op, payload, actor)
            assert code == "ok" or not writes.found or rows() == still, f"{code} left something behind"
        assert faults.found == []

    run()


def outcome(world: World, op: str, payload: dict[str, Any], actor: Actor) -> str:
    """``ok`` or the code of the refusal; both as frames that a client can read."""
    op_id = uuid4()
    frame = {**payload, "t": "do", "id": str(op_id), "op": op}
    try:
        text = json.dumps(frame)
        found = wire.parse(text)
        spec, read = wire.payload(found) if ops.get(op).public else (ops.get(op), ops.get(op).payload(**payload))
        result = submit(Call(world.here.session.pk, actor, spec.name, op_id, read))
    except Refused as refusal:
        return json.loads(wire.no(str(op_id), refusal, "de"))["code"] and in_words(refusal)
    except ValueError:
        # The server's own ops are made by our own code: a model that takes no nonsense is enough.
        if ops.get(op).public:
            raise
        return "no payload"
    assert json.loads(wire.ok(str(op_id), result))["t"] == "ok"
    return "ok"
