"""When a page fails: what broke is noted; a database that is away for a moment is no fault of ours, and said as such."""

from __future__ import annotations

import random
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

#: Seconds after which somebody who was told to wait tries again, spread so that not all come at once.
AGAIN = (2, 6)


def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: 413 with what to do about it for a form with too much text, else the usual page."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    return HttpResponse(loader.get_template("413.html").render({}, request), status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """``handler500``: 503 with the time to come again while the database is away, else the usual page."""
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return defaults.server_error(request)
    again = random.randint(*AGAIN)  # noqa: S311 - jitter
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", ""):
        message = _("The server is busy. Please wait a moment.")
        response = JsonResponse({"code": "busy", "message": message}, status=503)
    else:
        # Only a page that was asked for can be asked for again by itself: a form would not be sent with it.
        page = {"again": again if request.method == "GET" else None}
        response = HttpResponse(loader.get_template("503.html").render(page), status=503)
        if request.method == "GET":
            # Not by a tag in the page: a reader would be moved before the sentence was read out.
            response.headers["Refresh"] = str(again)
    response.headers["Retry-After"] = str(again)
    return response
