"""The ribbon, the seats, the addresses, the tags: pure drawing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from workshop.live.panel import addresses
from workshop.live.panel.board import in_words
from workshop.live.panel.ribbon import Ribbon, draw
from workshop.live.panel.room import share
from workshop.live.templatetags.panel import seats_of
from workshop.live.timing import PhaseTime, timeline

NINE = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
TITLES = ["Engage", "Explore", "Explain"]


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def ribbon(now: datetime, *phases: PhaseTime, paused_at: datetime | None = None, over: bool = False) -> Ribbon:
    lines = timeline(phases, now, planned_start=NINE, paused_at=paused_at)
    return draw(lines, TITLES, now=now, paused=paused_at is not None, over=over)


def test_four_minutes_late_in_the_second_phase() -> None:
    drawn = ribbon(
        at(55),
        PhaseTime(30, started_at=at(2), ended_at=at(34)),
        PhaseTime(45, started_at=at(34)),
        PhaseTime(45),
    )
    assert (drawn.late, drawn.ends, drawn.planned_end) == (4, "11:04", "11:00")
    assert [bar.text for bar in drawn.done] == ["32"]
    assert drawn.current is not None
    assert (drawn.current.used, drawn.current.whole, drawn.current.inner) == ("21", "45", "46.67%")
    assert [bar.text for bar in drawn.to_come] == ["10:19"]
    assert [bar.text for bar in drawn.planned] == TITLES
    assert drawn.ticks[0].text == "9:00"


def test_ahead_of_the_plan() -> None:
    drawn = ribbon(
        at(20), PhaseTime(30, started_at=NINE, ended_at=at(20)), PhaseTime(45, started_at=at(20)), PhaseTime(45)
    )
    assert (drawn.late, drawn.early) == (-10, 10)


def test_a_phase_over_its_time_pushes_the_end() -> None:
    drawn = ribbon(at(40), PhaseTime(30, started_at=NINE), PhaseTime(45), PhaseTime(45))
    assert drawn.late == 10
    assert drawn.current is not None
    assert drawn.current.inner == "100%"
    assert drawn.to_come[0].text == "9:40"


def test_a_pause_holds_the_line() -> None:
    drawn = ribbon(at(20), PhaseTime(30, started_at=NINE), PhaseTime(45), PhaseTime(45), paused_at=at(10))
    assert (drawn.held, drawn.late) == (True, 10)


def test_before_the_start_nothing_is_late() -> None:
    drawn = ribbon(at(15), PhaseTime(30), PhaseTime(45), PhaseTime(45))
    assert (drawn.late, drawn.held, drawn.current, len(drawn.to_come)) == (0, True, None, 3)


def test_after_the_end_what_never_began_is_not_drawn() -> None:
    drawn = ribbon(at(40), PhaseTime(30, started_at=NINE, ended_at=at(40)), PhaseTime(45), PhaseTime(45), over=True)
    assert (len(drawn.done), drawn.to_come, drawn.ends) == (1, (), "9:40")


@pytest.mark.parametrize("minutes", [1, 5, 60, 180, 2000])
def test_positions_lie_within_the_drawing(minutes: int) -> None:
    drawn = ribbon(at(minutes / 2), PhaseTime(minutes, started_at=NINE), PhaseTime(minutes), PhaseTime(minutes))
    assert drawn.current is not None
    places = [float(bar.x.rstrip("%")) for bar in (*drawn.planned, *drawn.to_come, drawn.current)]
    places += [float(tick.x.rstrip("%")) for tick in drawn.ticks]
    assert all(0 <= place <= 100 for place in places)
    assert 1 <= len(drawn.ticks) <= 9


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (23 * 60_000 + 42_000, "23:42"),
        (999, "0:01"),
        (0, "0:00"),
        (-999, "0:00"),
        (-31_000, "+0:31"),
        (3_725_000, "1:02:05"),
    ],
)
def test_the_clock_reads_as_in_the_browser(ms: int, text: str) -> None:
    assert in_words(ms) == text


@pytest.mark.parametrize(("joined", "free"), [(0, 24), (1, 23), (3, 21), (24, 0), (60, 0), (500, 0)])
def test_a_few_people_sit_among_free_seats(joined: int, free: int) -> None:
    drawn = seats_of(joined, joined, 0)
    assert drawn.count('class="free"') == free
    assert drawn.count('class="in"') == min(joined, 200)


def test_seats_stand_for_several_people_in_a_full_hall() -> None:
    assert (share(250, 500, 200), share(0, 0, 24), share(39, 48, 48)) == (100, 0, 39)


def test_addresses_put_the_main_one_first_and_virtual_ones_last(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        ("lo", "127.0.0.1"),
        ("docker0", "172.17.0.1"),
        ("en0", "169.254.9.9"),
        ("wlan0", "192.168.1.20"),
        ("eth0", "10.0.0.5"),
    ]
    monkeypatch.setattr(addresses, "_interfaces", lambda: iter(found))
    monkeypatch.setattr(addresses, "_main_ip", lambda: "10.0.0.5")
    listed = addresses.lan_addresses()
    assert [address.ip for address in listed] == ["10.0.0.5", "192.168.1.20", "169.254.9.9", "172.17.0.1"]
    assert [address.virtual for address in listed] == [False, False, False, True]
    assert listed[0].main


def test_this_machine_has_addresses_that_are_not_loopback() -> None:
    assert all(not address.ip.startswith("127.") for address in addresses.lan_addresses())


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("0.0.0.0", True),
        ("192.168.1.2", False),
        ("plenary.example", False),
    ],
)
def test_local_names(host: str, local: bool) -> None:
    assert addresses.is_local(host) is local


class Inputs(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}
        self.json: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input":
            self.found[values["name"] or ""] = values["value"]
            if "data-json" in values:
                self.json.add(values["name"] or "")


def test_a_form_carries_its_values() -> None:
    template = '{% load panel %}{% act "x.y" a=5 on=True from=None text=t %}</form>'
    html = Template(template).render(Context({"t": '"><script>', "act_url": "/act/", "csrf_token": "abc"}))
    inputs = Inputs(html)
    assert inputs.found == {
        "csrfmiddlewaretoken": "abc", "op": "x.y", "a": "5", "on": "true", "from": "null", "text": '"><script>',
    }  # fmt: skip
    assert inputs.json == {"a", "on", "from"}


def test_a_shared_frame_has_no_token() -> None:
    html = Template('{% load panel %}{% act "x.y" %}</form>').render(Context({"act_url": "/act/"}))
    assert "csrfmiddlewaretoken" not in html
