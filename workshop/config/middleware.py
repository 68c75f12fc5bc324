"""What every page of ours needs: headers, and an address that a database can look up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template import loader

NOT_ALLOWED = 405


class Around:
    """A middleware that has something to say before or after the page is made; Django runs it on the page's thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response


class PrivatePages(Around):
    """No page is kept by a cache: nearly all of them show one person or one session."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class SmallPages(GZipMiddleware):
    """Pages go out compressed: a learner's page is a quarter of its size, on a phone in a crowded hall.

    Pages alone: static files are compressed already, downloads mostly too. Its size tells no secret: Django adds random
    bytes, and another site cannot have our pages asked for with our cookies (SameSite), again and again, to compare.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page for whoever says that it may be."""
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class NoNulls(Around):
    """An address with a NUL character is no page: PostgreSQL would end the request with an error."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)


class FormsOnly(Around):
    """Who opens the address of a form (a reload, a link that was copied) is told so, and not shown an empty page."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = request.method == "GET" and request.accepts("text/html")
        if response.status_code == NOT_ALLOWED and is_page and not response.content:
            response.content = loader.get_template("405.html").render({}, request)
        return response
