"""``/healthz``: the process answers. ``/readyz``: it can do its work (database, and Redis where it is configured)."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from workshop.realtime import hub


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database (and Redis, if any) answer, else 503 with what does not; 503 too once SIGTERM has come."""
    del request
    running = hub.running()
    if running is not None and running.draining:
        return JsonResponse({"draining": True}, status=503)
    states = {"database": _database_answers()}
    if settings.REDIS_URL:
        states["redis"] = _redis_answers()
    # Redis only speeds signals up: without it Plenary is slower, not wrong.
    ready = states["database"]
    return JsonResponse(states, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        return bool(client.ping())
    except redis.RedisError:
        return False


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
