"""The way without a socket: ``GET /live/<id>/slots/`` and ``POST /live/<id>/do/``, answered before Django.

A page that polls is followed like a socket for 60 s after its last request; most of its requests are answered with
204 from the hub's frames, without a thread and without the database.
"""

from __future__ import annotations

import hashlib
import random
import re
import time
from typing import Any

from workshop.kinds import Refused
from workshop.realtime import hub as hubs
from workshop.realtime import inbox, limits, origin, wire
from workshop.realtime.connection import Connection
from workshop.realtime.consumer import Receive, Send, visitor_of
from workshop.realtime.counts import counts
from workshop.realtime.feeds import Feed
from workshop.realtime.followed import Followed
from workshop.realtime.hub import Hub
from workshop.realtime.ops import Call
from workshop.realtime.origin import Scope

ADDRESS = re.compile(r"/live/(?P<public_id>[-\w]{1,64})/(?P<what>slots|do)/", re.ASCII)
#: Seconds after which a page shall ask again: by the number of pages that poll.
SOONEST, LATEST = 3.0, 15.0
POLLERS_A_SECOND = 100
STATUS_OF = {
    "not_joined": 401,
    "removed": 403,
    "not_allowed": 403,
    "no_session": 404,
    "too_big": 413,
    "slow_down": 429,
    "busy": 503,
}
MALFORMED_STATUS = 400
#: What Django's middleware puts on pages, for data that is never a page.
HEADERS = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
REFUSED_STATUS = 409


def matches(scope: Scope) -> bool:
    """Whether this request is answered here."""
    return ADDRESS.fullmatch(scope["path"]) is not None


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    found = ADDRESS.fullmatch(scope["path"])
    assert found is not None
    try:
        if found["what"] == "slots":
            _demand_method(scope, "GET")
            status, body = await _slots(scope, found["public_id"])
        else:
            _demand_method(scope, "POST")
            status, body = await _do(scope, receive, found["public_id"])
    except Refused as refusal:
        counts.refused(refusal.code)
        status, body = _status(refusal), wire.no(None, refusal).encode()
    await _respond(send, status, body)


def _demand_method(scope: Scope, method: str) -> None:
    if scope["method"] != method:
        raise Refused("bad_method", "This address is used another way.")


def _status(refusal: Refused) -> int:
    if isinstance(refusal, wire.Malformed) or refusal.code in ("bad_shape", "extra_field", "bad_value", "unknown_op"):
        return MALFORMED_STATUS
    return 405 if refusal.code == "bad_method" else STATUS_OF.get(refusal.code, REFUSED_STATUS)


async def _respond(send: Send, status: int, body: bytes) -> None:
    headers = [*HEADERS, (b"content-length", str(len(body)).encode())]
    if status in (429, 503):
        headers.append((b"retry-after", str(random.randint(1, 5)).encode()))  # noqa: S311 - jitter
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _poller(hub: Hub, scope: Scope, public_id: str) -> Connection:
    """The connection that stands for a page that polls, let in now or within the last minute."""
    visitor = visitor_of(scope, public_id)
    handshake = visitor.handshake
    claim = (public_id, handshake.right, visitor.view, sorted(handshake.cookies.items()), handshake.bearer)
    place = hashlib.sha256(repr((*claim, handshake.languages)).encode()).digest()
    known = hub.pollers.get(place)
    if known is None or known.closed:
        known = await hub.admission.enter(visitor)
        hub.pollers[place] = known
    known.heard_at = time.monotonic()
    known.have = visitor.have
    return known


async def _slots(scope: Scope, public_id: str) -> tuple[int, bytes]:
    hub = hubs.current()
    poller = await _poller(hub, scope, public_id)
    # Taken before anything waits: another request of the same page may come meanwhile.
    have, poller.have = poller.have, {}
    texts = await _newer(poller, have)
    again = min(LATEST, SOONEST + len(hub.pollers) / POLLERS_A_SECOND) * random.uniform(0.9, 1.2)  # noqa: S311 - jitter
    if not texts:
        return 204, b""
    return 200, f'{{"slots":[{",".join(texts)}],"again":{again:.1f}}}'.encode()


async def _newer(poller: Connection, have: dict[str, tuple[int, int]]) -> list[str]:
    texts, band = [], poller.band
    if band is None or poller.home is None:
        return []
    for name, feed in list(band.feeds.items()):
        swapped = feed.known and name in poller.swapped
        if not feed.known or (have.get(name) == (feed.epoch, feed.revision) and not swapped):
            continue
        poller.swapped.discard(name)
        if feed.content is None:
            if name in have:
                texts.append(wire.gone_frame(name))
        elif feed.is_collection:
            texts.append(await _items(poller, feed, None if swapped else have.get(name)))
        elif feed.message is not None:
            texts.append(wire.anew(feed.message["text"]) if swapped else feed.message["text"])
    texts += [o.text for name, o in poller.own.items() if have.get(name) != (o.epoch, o.revision)]
    known = band.feeds.keys() | poller.own.keys()
    texts += [wire.gone_frame(name) for name in have if name not in known and len(name) <= wire.SLOT_NAME_LENGTH]
    return [text for text in texts if text]


async def _items(poller: Connection, feed: Feed, had: tuple[int, int] | None) -> str:
    """What changed in a collection since the page's revision, or all of it."""
    since = had[1] if had is not None and had[0] == feed.epoch and 0 < had[1] < feed.revision else None
    if since is not None and since in feed.deltas:
        return str(feed.deltas[since]["text"])
    if since is None and feed.message is not None and feed.complete_at >= feed.revision:
        return str(feed.message["text"])
    assert isinstance(poller.home, Followed)
    found, _ = await poller.home.read([feed.request(since)])
    got = found[0]
    if got.failed or got.content is None:
        return ""
    if got.since:
        return str(feed.keep_delta(got.since, got)["text"])
    feed.keep_whole(got)
    assert feed.message is not None
    return str(feed.message["text"])


async def _do(scope: Scope, receive: Receive, public_id: str) -> tuple[int, bytes]:
    if not _is_ours(scope):
        raise Refused("not_allowed", "This page may not send that.")
    text = await _body(receive)
    frame = wire.parse(text)
    if frame["t"] != "do":
        raise wire.Malformed("unknown_type", "Only ops can be posted.")
    op_id = wire.op_id(frame)
    hub, language = hubs.current(), ""
    try:
        poller = await _poller(hub, scope, public_id)
        ticket = poller.ticket
        language = ticket.language
        spec, payload = wire.payload(frame)
        hub.limiter.take(ticket.session, poller.key, spec.rate)
        heard_at = time.monotonic()
        result = await inbox.asubmit(Call(ticket.session, ticket.actor, spec.name, op_id, payload, language))
        counts.acks.add(time.monotonic() - heard_at)
    except Refused as refusal:
        counts.refused(refusal.code)
        return _status(refusal), wire.no(str(op_id), refusal, language).encode()
    return 200, wire.ok(str(op_id), result).encode()


def _is_ours(scope: Scope) -> bool:
    """A page of ours (same origin, and a header that no foreign form can set), or a program with a bearer token."""
    if not origin.allowed(scope):
        return False
    if origin.headers_of(scope, b"origin"):
        return bool(origin.headers_of(scope, b"x-requested-with"))
    return True


async def _body(receive: Receive) -> str:
    parts, size = [], 0
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] != "http.request":
            raise wire.Malformed("empty", "The request ended early.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limits.TEXT_BYTES:
            raise Refused("too_big", "That is too much at once.")
        if not message.get("more_body", False):
            break
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError:
        raise wire.Malformed("bad_json", "This is not UTF-8.") from None
