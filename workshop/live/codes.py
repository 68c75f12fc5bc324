"""Join codes: how they are made, read, looked up, and what happens when somebody guesses.

Whoever knows the code of a live session may join it as a learner, so a code must be hard to hit by accident or by
guessing, and a class behind one address must never be locked out:

* Live codes differ in at least two digits and none is another with two digits swapped, so that a slip of the finger
  never lands in somebody else's session. Six digits, eight while more than 20 sessions are live.
* Every wrong guess is counted, for the whole server and by day. A guess hits with probability *sum over live codes of
  10^-digits*; when so many were wrong that one in a thousand days would see a hit, a typed code needs the word on the
  projector too, until midnight. The same holds for one address after 30 wrong codes in ten minutes.
* A wrong code, an ended session and one that has not opened its door get the same answer.
* The QR code carries 128 random bits instead and is never limited.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.live.access import system
from workshop.live.models import CodeUse, GuessDay, Session
from workshop.live.words import WORDS
from workshop.realtime.inbox import submit
from workshop.realtime.models import Head
from workshop.realtime.ops import Call, Nothing

SHORT, LONG = 6, 8
#: More live sessions than this get the long codes.
MANY_LIVE = 20
REUSE_DAYS = 30
#: One server in a thousand days may see a guessed code.
DAILY_RISK = 0.001
ADDRESS_WRONG = 30
ADDRESS_SECONDS = 600
_ADDRESSES_KEPT = 10_000


def give_code() -> str:
    """A new code, noted as given. Call inside the transaction that stores it: a lock keeps codes apart."""
    _one_at_a_time()
    live = list(Session.objects.exclude(code="").values_list("code", flat=True))
    since = timezone.now() - timedelta(days=REUSE_DAYS)
    used = set(CodeUse.objects.filter(given_at__gt=since).values_list("code", flat=True))
    code = new_code(live, used)
    CodeUse.objects.create(code=code)
    return code


def new_code(live: Iterable[str], used: Iterable[str] = ()) -> str:
    """A random code that cannot be mistaken for a live one and was not ``used`` lately."""
    live, used = list(live), set(used)
    digits = LONG if len(live) > MANY_LIVE else SHORT
    while True:
        # Never a leading zero: it is lost when a code is pasted from a table.
        code = str(secrets.choice("123456789")) + "".join(secrets.choice("0123456789") for _digit in range(digits - 1))
        if code not in used and not any(too_close(code, other) for other in live):
            return code


def too_close(one: str, other: str) -> bool:
    """Whether a slip turns one code into the other: one digit wrong, two swapped, one left out or typed twice."""
    if len(one) != len(other):
        return _one_left_out(min(one, other, key=len), max(one, other, key=len))
    match [index for index in range(len(one)) if one[index] != other[index]]:
        case [] | [_]:
            return True
        case [first, second]:
            return one[first] == other[second] and one[second] == other[first]
        case _:
            return False


def read_code(typed: str) -> str:
    """The digits in what somebody typed, of any script, without spaces and dashes; '' when it cannot be a code."""
    digits: list[str] = []
    for character in typed[:64]:
        value = unicodedata.decimal(character, None)
        if value is not None:
            digits.append(str(value))
        elif not (character.isspace() or unicodedata.category(character) in {"Pd", "Cf"} or character in "−._"):
            return ""
    return "".join(digits) if len(digits) in (SHORT, LONG) else ""


def spaced(code: str) -> str:
    """A code as people read it aloud: ``418 205``, ``4182 0571``."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}".strip()


def find(typed: str, *, word: str = "", address: str = "") -> Session:
    """The open session of a typed code.

    ``word`` is the word on the projector, when it was asked for; of ``address`` only failures are counted.

    Raises:
        Refused: ``word_needed`` (ask for the word and try again, whatever the code) or ``no_code``.
    """
    code = read_code(typed)
    session = Session.objects.filter(code=code, door_open=True, erased_at=None).first() if code else None
    if word_needed(address):
        if session is not None and word.strip().casefold() == word_of(session.public_id):
            return session
        # On all screens: whether one session is written to would tell by the time it takes that a code is right.
        _show_words()
        if code and word:
            _count_wrong(address)
        raise Refused("word_needed", _("Please also type the word that stands below the code on the screen."))
    if session is None:
        if code:
            _count_wrong(address)
        raise Refused("no_code", _("No open session has this code. Check the digits, or ask whether it has begun."))
    return session


def word_needed(address: str = "") -> bool:
    """Whether a typed code needs the word too, for everybody today or for this address just now."""
    if failures.many(address):
        return True
    wrong = _today_wrong()
    # Most days nobody guesses: then the live codes need not be read.
    return wrong > 0 and wrong >= daily_budget(_live_codes())


def word_shown(session: Session) -> bool:
    """Whether the screen of this session shows its word."""
    return bool(session.code) and (session.screen.get("word") == _today().isoformat() or word_needed())


def word_of(public_id: str) -> str:
    """The word of a session today: one of 256, known to those who see the projector."""
    message = f"{public_id}:{_today().isoformat()}".encode()
    return WORDS[hmac.digest(settings.SECRET_KEY.encode(), b"plenary.word:" + message, hashlib.sha256)[0]]


def daily_budget(live: Iterable[str]) -> float:
    """How many wrong guesses a day keep the risk of a hit at one in a thousand."""
    hit = sum(10.0 ** -len(code) for code in live)
    # Rounded, because a thousand guesses must not become a thousand and a trifle.
    return round(DAILY_RISK / hit, 6) if hit else float("inf")


class Failures:
    """Wrong codes by address in the last ten minutes; only in memory, forgotten with the process."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, address: str) -> None:
        """Count a failure."""
        times = self._times.setdefault(_network(address), deque(maxlen=ADDRESS_WRONG))
        times.append(time.monotonic())
        self._times.move_to_end(_network(address))
        if len(self._times) > _ADDRESSES_KEPT:
            self._times.popitem(last=False)

    def many(self, address: str) -> bool:
        """Whether the address has failed too often."""
        times = self._times.get(_network(address)) if address else None
        return times is not None and len(times) == ADDRESS_WRONG and times[0] > time.monotonic() - ADDRESS_SECONDS

    def clear(self) -> None:
        """Forget everything."""
        self._times.clear()


failures = Failures()


def _network(address: str) -> str:
    """The address, or the /64 of an IPv6 address: one home has a whole one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - IPv4
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _one_left_out(short: str, long: str) -> bool:
    if len(long) - len(short) != 1:
        return False
    return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))


def _one_at_a_time() -> None:
    # An UPDATE first: it holds the row until the end of the transaction, on SQLite the whole database.
    if not Head.objects.filter(session=0, name="codes").update(revision=F("revision") + 1):
        Head.objects.get_or_create(session=0, name="codes", defaults={"level": 0})
        Head.objects.filter(session=0, name="codes").update(revision=F("revision") + 1)


def _live_codes() -> list[str]:
    return list(Session.objects.exclude(code="").values_list("code", flat=True))


def _today() -> date:
    return timezone.localdate()


def _today_wrong() -> int:
    return GuessDay.objects.filter(day=_today()).values_list("wrong", flat=True).first() or 0


def _count_wrong(address: str) -> None:
    if address:
        failures.add(address)
    before = _today_wrong()
    with connection.cursor() as cursor:
        # One statement on both databases: two wrong guesses at once are two.
        cursor.execute(
            "INSERT INTO live_guessday (day, wrong) VALUES (%s, 1)"
            " ON CONFLICT (day) DO UPDATE SET wrong = live_guessday.wrong + 1",
            [_today().isoformat() if connection.vendor == "sqlite" else _today()],
        )
    budget = daily_budget(_live_codes())
    if before < budget <= before + 1:
        _show_words()


def _show_words() -> None:
    """Let every session that can be joined show its word; costs one query once they do."""
    for session in Session.objects.exclude(code="").only("screen"):
        if session.screen.get("word") != _today().isoformat():
            submit(Call(session.pk, system(session.pk), "session.word", uuid4(), Nothing()))
