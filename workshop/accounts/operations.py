"""What changes accounts: staff, their one-time links, their profile."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop.accounts.models import Organisation, SignInLink, User
from workshop.kinds import Refused

#: A printed link of ``make run`` must outlive reading the terminal, not the day.
LINK_LIFE = timedelta(hours=12)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(user: User, life: timedelta = LINK_LIFE) -> str:
    """Make a one-time sign-in link for ``user`` and return its token (192 bits), which is stored nowhere."""
    token = secrets.token_urlsafe(24)
    SignInLink.objects.create(user=user, digest=digest_of(token), expires_at=timezone.now() + life)
    return token


def use_link(token: str) -> User:
    """Use up a one-time link and return whom it signs in.

    Raises:
        Refused: ``bad_link`` for an unknown, used or expired link, all with the same sentence.
    """
    now = timezone.now()
    with transaction.atomic():
        # Compare-and-set: of two that come at once one finds the row unused.
        fresh = SignInLink.objects.filter(digest=digest_of(token), used_at=None, expires_at__gt=now)
        used = fresh.filter(user__is_active=True).update(used_at=now)
        if not used:
            raise Refused("bad_link", _("This link was used already or has run out. Ask for a new one."))
        return User.objects.select_related("organisation").get(sign_in_links__digest=digest_of(token))


def spent(token: str) -> bool:
    """Whether ``spend`` was called with this token before."""
    return SignInLink.objects.filter(digest=digest_of(token)).exists()


def spend(token: str, user: User) -> None:
    """Note that a signed link, valid for a while, has signed ``user`` in: it does so once.

    Raises:
        Refused: ``bad_link`` when it has done so before.
    """
    now = timezone.now()
    fresh = {"user": user, "expires_at": now, "used_at": now}
    _link, made = SignInLink.objects.get_or_create(digest=digest_of(token), defaults=fresh)
    if not made:
        raise Refused("bad_link", _("This link was used already or has run out. Ask for a new one."))


@transaction.atomic
def create_staff(
    username: str,
    *,
    organisation: str,
    password: str | None = None,
    full_name: str = "",
    email: str = "",
    organiser: bool = False,
) -> User:
    """Make a staff account, and its organisation where there is none of that name.

    Without a password only one-time links sign the account in.

    Raises:
        Refused: ``taken`` when the username is in use.
    """
    if User.objects.filter(username=username).exists():
        raise Refused("taken", _("There is already an account called “%(name)s”.") % {"name": username})
    home = Organisation.objects.filter(name=organisation).first() or Organisation.objects.create(name=organisation)
    first, _space, last = full_name.partition(" ")
    user = User(
        username=username, organisation=home, first_name=first, last_name=last, email=email, is_organiser=organiser
    )
    user.set_password(password)
    user.save()
    return user


def update_profile(user: User, *, first_name: str, last_name: str, language: str, new_password: str) -> None:
    """Store name and language, and the password where a new one was given."""
    user.first_name, user.last_name, user.language = first_name, last_name, language
    if new_password:
        user.set_password(new_password)
    user.save()
