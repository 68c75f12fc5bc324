"""Sign in, one-time links, sign out, profile."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from workshop.accounts.forms import ProfileForm, SignInForm
from workshop.accounts.models import User
from workshop.accounts.operations import update_profile, use_link
from workshop.accounts.throttle import sign_in_throttle
from workshop.kinds import Refused

#: Argon2 takes 100 MB for each password that it looks at: many at once would end the server.
_looking = threading.BoundedSemaphore(2)
BACKEND = "django.contrib.auth.backends.ModelBackend"
security = logging.getLogger("plenary.security")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
async def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A throttled attempt waits on the event loop, where waiting costs nothing."""
    if request.method != "POST":
        return await sync_to_async(_sign_in_page)(request, SignInForm())
    address = str(request.META.get("REMOTE_ADDR", ""))
    await asyncio.sleep(sign_in_throttle.delay(address))
    return await sync_to_async(_try_sign_in)(request, address)


def _try_sign_in(request: HttpRequest, address: str) -> HttpResponse:
    form = SignInForm(request.POST)
    with _looking:
        user = authenticate(request, **form.cleaned_data) if form.is_valid() else None
    if user is None:
        sign_in_throttle.failed(address)
        security.warning("a sign-in was refused")
        form.add_error(None, _("This name and password do not belong together. Try again."))
        return _sign_in_page(request, form, status=422)
    return _signed_in(request, user)


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/sign_in.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time sign-in link. GET only shows a button (previews and virus scanners open links too); POST uses it."""
    if request.method != "POST":
        return render(request, "accounts/link.html", {"next": _next(request)})
    try:
        user = use_link(token)
    except Refused as refusal:
        return render(request, "accounts/link.html", {"refused": refusal.message}, status=410)
    return _signed_in(request, user)


def _signed_in(request: HttpRequest, user: Any) -> HttpResponse:
    login(request, user, backend=BACKEND)
    return _in_language(redirect(_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)), user)


def _in_language(response: HttpResponse, user: User) -> HttpResponse:
    """The language of the profile as the cookie that Django's LocaleMiddleware reads; none: as the browser says."""
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=31_536_000, samesite="Lax")
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: only an address of this site, from its root."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not wanted.startswith("/"):
        return ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and go to the join page."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("new_password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and password of the signed-in person."""
    assert isinstance(request.user, User)
    user = request.user
    stored = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        update_profile(user, **form.cleaned_data)
        update_session_auth_hash(request, user)
        return _in_language(redirect(f"{request.path}?saved=1"), user)
    context = {"form": form, "saved": "saved" in request.GET and not form.errors}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)
