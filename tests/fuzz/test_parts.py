"""The parts that read what people send: addresses, names, plans, answers, names of slots."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.odd import variants
from tests.contract.test_business import check_everywhere
from tests.contract.world import World
from tests.fuzz.conftest import Faults, rolled_back
from tests.fuzz.depth import examples, in_words, trying
from tests.fuzz.json_values import TEXTS, VALUES, mutated
from workshop.kinds import QuestionKind, Refused, activity_kinds, question_kinds
from workshop.live import names
from workshop.live.codes import read_code
from workshop.live.cookies import read_rejoin, read_token
from workshop.plans.text import PlanUnreadable, activity_from_block, block_from_activity, read_plan, write_plan
from workshop.realtime import consumer, door, slots, wire
from workshop.realtime.slots import SlotRequest

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
KINDS = [pytest.param(kind, id=kind.slug) for kind in question_kinds]

# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = st.sampled_from(["stage", "tally:31", "board:3:7", "you", "", "x" * 300]) | TEXTS
CLAIMS = st.lists(st.tuples(NAMES, TEXTS, TEXTS).map(".".join) | TEXTS, max_size=8).map(",".join)


@examples(150, 50_000)
@given(CLAIMS | st.text(max_size=200))
def test_what_somebody_claims_to_have(text: str) -> None:
    with trying("`have` of an address"):
        found = wire.parse_have(text)
    assert all(0 <= number < 2**63 for place in found.values() for number in place)


@examples(150, 50_000)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="as=learner&view=html&have=%0123456789abcdef;+", max_size=80).map(str.encode)
)
def test_addresses_and_headers(query: bytes) -> None:
    scope = {
        "query_string": query,
        "headers": [(b"cookie", query), (b"authorization", b"Bearer " + query)],
        "client": None,
    }
    with trying("addresses and headers of handshakes"):
        try:
            visitor = consumer.visitor_of(scope, "x")
        except Refused as refusal:
            in_words(refusal)
        else:
            assert visitor.handshake.right in consumer.RIGHTS


@examples(150, 30_000)
@given(TEXTS | st.text(max_size=80))
def test_tokens_and_codes(text: str) -> None:
    with trying("tokens and codes"):
        assert read_token(text, "x") is None
        assert read_rejoin(text) is None
        assert read_code(text) == "" or read_code(text).isascii()


@examples(200, 50_000)
@given(TEXTS | st.text(max_size=200))
def test_names(raw: str) -> None:
    with trying("names"):
        try:
            name = names.clean_name(raw, reserved=("Fay",))
        except Refused as refusal:
            in_words(refusal)
            return
        name.encode()
        assert len(name) <= names.MAX_CHARACTERS
        assert names.clean_name(name, reserved=("Fay",)) == name
        assert not set(name) & set("\0\n\r\u202e\u2066")


# ── slots ───────────────────────────────────────────────────────────────────────────────────────────────────────────

PREFIXES = [reader.prefix for reader in slots.readers()]


@examples(120, 15_000)
@given(st.sampled_from(PREFIXES), st.lists(TEXTS | st.integers(-3, 60).map(str), max_size=3), st.integers(0, 3))
def test_slots_of_any_name(world: World, faults: Faults, prefix: str, rest: list[str], who: int) -> None:
    """What staff may watch is looked for, whatever it is called; nothing is an error."""
    name = ":".join([prefix, *rest])[: wire.SLOT_NAME_LENGTH]
    if not name or "\0" in name:
        return  # such a frame is refused before
    session, audience = world.here.session.pk, ("staff", "staff:people", "learner", "screen")[who]
    actor = world.here.facilitator if who < 2 else world.ana.actor
    faults.found.clear()
    with trying("names of slots"), rolled_back():
        reader = slots.reader_for(name)
        assert all(head.isprintable() or head for head in reader.heads(name))
        allowed = door.current().may_watch(actor, name)
        assert allowed in (True, False)
        state = reader.read(SlotRequest(session, name, audience, view=("html", "data")[len(rest) % 2], actor=actor))
        if state is not None:
            assert json.dumps([state.data, dict(state.items or {})], default=str)
    assert faults.found == []


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_answers(kind: QuestionKind) -> None:
    """A value or a refusal; what was taken can be counted, taken back, shown, exported and taken again."""
    goods = [(config, raw) for config, good, _bad in kind.examples() for raw in good]
    pairs = st.sampled_from(goods).flatmap(lambda pair: st.tuples(st.just(pair[0]), mutated(pair[1]) | VALUES))
    seeds = st.sampled_from([(config, odd) for config, raw in goods for odd in variants(raw)])

    @examples(60, 20_000)
    @given(pairs | seeds)
    def run(pair: tuple[Any, Any]) -> None:
        loaded = kind.load(pair[0])
        with trying("answers, of every kind of question"):
            for read in (kind.parse, kind.partial):
                try:
                    value = read(loaded, pair[1])
                except Refused as refusal:
                    in_words(refusal)
                    continue
                assert json.loads(json.dumps(value)) == value
                if read == kind.parse:
                    assert kind.parse(loaded, value) == value
                    check_everywhere(kind, loaded, value)

    run()


@pytest.mark.parametrize("kind", KINDS)
def test_configs(kind: QuestionKind) -> None:
    """A config is taken or refused by its model; what was taken can be asked."""
    configs = st.sampled_from([config for config, _good, _bad in kind.examples()]).flatmap(mutated)

    @examples(25, 5_000)
    @given(configs)
    def run(config: Any) -> None:
        with trying("configs, of every kind of question"):
            if not isinstance(config, dict):
                return
            try:
                loaded = kind.load(config)
            except ValueError:
                return
            for audience in ("learner", "screen", "staff"):
                assert json.dumps(kind.public(loaded, audience=audience))
            data = kind.tally(loaded).data()
            kind.result(loaded, data)
            kind.chart(loaded, data)
            assert list(kind.columns(loaded))
            kind.Editor.initial_for(config)

    run()


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────────────────

KIND_NAMES = st.sampled_from([kind.slug for kind in activity_kinds] + [kind.slug for kind in question_kinds]) | TEXTS
LINES = st.sampled_from(
    [
        "# Plan", "## Learning objectives", "## Engage (10 min)", "### Explore", "Duration: 30 minutes", "* Technology: poll",
        "- [ ] item", "| a | b |", "|---|---|", "1. one", "> quote", "---", "```", "````", "~~~", "```yaml", "kind: poll",
        "question: What?", "options:", "  - A", "- B", "type: multiple", "minutes: -5", "minutes: 99999999999", "key: x",
        "questions:", "  - kind: text", "    prompt: Why?", "a: &a [*a]", "!!python/object:os.system x", "<<: *a", "? ?",
        "\t", "Assessment:", "**Total: 3 h**", "{", "]", "'", '"', "- - - -", "\u202e", "[x](javascript:x)", "<script>",
    ]
) | TEXTS  # fmt: skip
BLOCKS = st.builds(
    lambda name, lines: ["```" + name.split("\n")[0], *lines, "```"], KIND_NAMES, st.lists(LINES, max_size=8)
)
PLANS = st.lists(st.lists(LINES, max_size=6) | BLOCKS, max_size=8).map(
    lambda parts: "\n".join("\n".join(each) for each in parts)
)


@examples(60, 20_000)
@given(PLANS | st.binary(max_size=300))
def test_plans(data: str | bytes) -> None:
    """A plan, which is the same when it is written and read again; or one reason why it is none."""
    with trying("plans: random Markdown and YAML"):
        try:
            reading = read_plan(data)
        except PlanUnreadable as error:
            in_words(error)
            return
        assert read_plan(write_plan(reading.document)).document == reading.document


@examples(60, 20_000)
@given(KIND_NAMES, st.lists(LINES, max_size=10).map("\n".join))
def test_blocks_of_plans(info: str, body: str) -> None:
    with trying("blocks of plans"):
        try:
            spec = activity_from_block(info, body, 1)
        except PlanUnreadable as error:
            in_words(error)
            return
        assert spec.kind in activity_kinds
        written = block_from_activity(spec)
        marks = written[: len(written) - len(written.lstrip("`"))]
        again, _, rest = written.removeprefix(marks).partition("\n")
        assert activity_from_block(again, rest.removesuffix(marks), 1) == spec
