"""Sign in, one-time links, profile."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import AsyncClient, Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from workshop.accounts import views
from workshop.accounts.models import SignInLink, User
from workshop.accounts.operations import create_staff, make_link, use_link
from workshop.accounts.throttle import DELAY, FAILURES, WINDOW, Throttle, network_of, sign_in_throttle
from workshop.kinds import Refused

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    sign_in_throttle.clear()


@pytest.fixture
def fay() -> User:
    return create_staff("fay", organisation="Acme", password=PASSWORD, full_name="Fay Facilitator")


def test_passwords_are_looked_at_two_at_a_time(fay: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 100 MB: fifty guesses at once must not end the server."""
    there: list[int] = []
    now = 0

    def look(*_arguments: object, **_named: object) -> None:
        nonlocal now
        now += 1
        there.append(now)
        threading.Event().wait(0.02)
        now -= 1

    monkeypatch.setattr(views, "authenticate", look)
    request = RequestFactory().post(reverse("accounts:sign_in"), {"username": "fay", "password": "wrong"})
    request.user = AnonymousUser()
    guesses = [threading.Thread(target=views._try_sign_in, args=(request, "")) for _guess in range(8)]
    for guess in guesses:
        guess.start()
    for guess in guesses:
        guess.join()
    assert len(there) == 8
    assert max(there) <= 2


def sign_in(client: Client, **fields: str) -> int:
    return client.post(reverse("accounts:sign_in"), fields).status_code


def test_sign_in_with_the_right_password_opens_the_library(client: Client, fay: User) -> None:
    answer = client.post(reverse("accounts:sign_in"), {"username": "fay", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("plans:library"))
    assert client.session["_auth_user_id"] == str(fay.pk)


def test_sign_in_makes_a_new_session_id(client: Client, fay: User) -> None:
    client.get(reverse("accounts:sign_in"))
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client, username="fay", password=PASSWORD)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("username", "password"),
    [("fay", "wrong"), ("nobody", PASSWORD), ("fay", "x" * 4096), ("fay\0", PASSWORD), ("", ""), ("fay", "")],
)
def test_sign_in_is_refused_with_a_sentence(client: Client, fay: User, username: str, password: str) -> None:
    answer = client.post(reverse("accounts:sign_in"), {"username": username, "password": password})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_next_leads_only_to_this_site(client: Client, fay: User) -> None:
    answer = client.post(
        reverse("accounts:sign_in"), {"username": "fay", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert answer["Location"] == reverse("plans:library")


def test_passwords_are_kept_as_argon2(fay: User) -> None:
    assert fay.password.startswith("argon2$argon2id$")


def test_a_link_signs_in_once(client: Client, fay: User) -> None:
    address = reverse("accounts:link", args=[make_link(fay)])
    assert client.post(address)["Location"] == reverse("plans:library")
    assert client.session["_auth_user_id"] == str(fay.pk)
    again = Client().post(address)
    assert again.status_code == 410
    assert "used already" in again.content.decode()


def test_opening_a_link_writes_nothing(client: Client, fay: User) -> None:
    address = reverse("accounts:link", args=[make_link(fay)])
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert list(SignInLink.objects.values_list("used_at", flat=True)) == [None]
    assert "_auth_user_id" not in client.session


def test_a_link_runs_out(fay: User) -> None:
    token = make_link(fay)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="bad_link"):
        use_link(token)


def test_a_link_of_a_closed_account_does_not_work(fay: User) -> None:
    token = make_link(fay)
    User.objects.update(is_active=False)
    with pytest.raises(Refused, match="bad_link"):
        use_link(token)


def test_the_token_of_a_link_is_not_stored(fay: User) -> None:
    token = make_link(fay)
    assert token not in str(list(SignInLink.objects.values()))


def test_sign_out_needs_a_post(client: Client, fay: User) -> None:
    client.force_login(fay)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    client.post(reverse("accounts:sign_out"))
    assert "_auth_user_id" not in client.session


def test_the_profile_sets_language_and_password(client: Client, fay: User) -> None:
    client.force_login(fay)
    fields = {"first_name": "Fay", "last_name": "", "language": "de", "new_password": "another long one"}
    answer = client.post(reverse("accounts:profile"), fields)
    fay.refresh_from_db()
    assert (answer.status_code, fay.language, fay.check_password("another long one")) == (302, "de", True)
    assert answer.cookies["django_language"].value == "de"
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_the_profile_refuses_a_weak_password(client: Client, fay: User) -> None:
    client.force_login(fay)
    answer = client.post(reverse("accounts:profile"), {"language": "", "new_password": "password"})
    fay.refresh_from_db()
    assert (answer.status_code, fay.check_password(PASSWORD)) == (422, True)


def test_the_profile_is_for_signed_in_people(client: Client) -> None:
    assert client.get(reverse("accounts:profile"))["Location"].startswith(reverse("accounts:sign_in"))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_failures_slow_down_their_address_alone_and_not_for_ever() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _attempt in range(FAILURES):
        assert throttle.delay("10.0.0.1") == 0
        throttle.failed("10.0.0.1")
    assert (throttle.delay("10.0.0.1"), throttle.delay("10.0.0.2")) == (DELAY, 0)
    clock.now = WINDOW
    assert throttle.delay("10.0.0.1") == 0


def test_addresses_of_one_household_count_as_one() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1")
    assert network_of("junk") == ""


async def test_after_twenty_failures_the_right_password_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("workshop.accounts.views.asyncio.sleep", note)
    for _attempt in range(FAILURES):
        sign_in_throttle.failed("127.0.0.1")
    answer = await AsyncClient().post(reverse("accounts:sign_in"), {"username": "no", "password": "no"})
    assert (answer.status_code, waited) == (422, [DELAY])


def test_create_staff_with_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_staff", "olga", "--organisation", "Acme", "--name", "Olga Organiser", "--organiser", "--link")
    olga = User.objects.get(username="olga")
    assert (olga.organisation.name, olga.is_organiser, olga.has_usable_password()) == ("Acme", True, False)
    token = capsys.readouterr().out.strip().rsplit("/", 2)[1]
    assert use_link(token) == olga


def test_create_staff_refuses_a_taken_name(fay: User) -> None:
    with pytest.raises(CommandError, match="already an account"):
        call_command("create_staff", "fay", "--link")
