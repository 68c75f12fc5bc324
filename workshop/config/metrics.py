"""``/metrics``: the numbers of this one process for Prometheus. To the world it does not exist."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from workshop.realtime import metrics

#: Whoever comes through a proxy brings one of these.
OF_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_VIA")


def asked_by_address(scope: dict[str, Any]) -> dict[str, Any]:
    """A request of a Prometheus that found this process by its address, under a name that this server answers for.

    The token alone decides then, and nothing in the answer depends on the name.
    """
    if scope["path"] != "/metrics" or not settings.METRICS_TOKEN or not settings.ALLOWED_HOSTS:
        return scope
    name = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    rest = [(key, value) for key, value in scope["headers"] if key != b"host"]
    return {**scope, "headers": [*rest, (b"host", name.encode())]}


@require_safe
async def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers. A coroutine, so that it runs on the event loop, where the hub lives."""
    if not _may_read(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """Whoever has METRICS_TOKEN; where there is none, this machine itself, asking this machine by name."""
    if settings.METRICS_TOKEN:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    # Behind a proxy or a tunnel everybody's address may be this machine's.
    public = settings.PUBLIC_URL or settings.BEHIND_PROXY or any(header in request.META for header in OF_PROXIES)
    host, _ = split_domain_port(request.get_host())
    return (
        not public and _is_loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _is_loopback(host))
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


urlpatterns = [path("metrics", numbers, name="metrics")]
