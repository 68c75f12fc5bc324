"""A live poll in two ways that tutorials teach: Channels' ``group_send``, and one POST for every vote.

One file, the same models for both. It stores one row per voter and question and tells everybody the counts, as Plenary
does; it checks nothing else: no membership, no deadline, no privacy, no repeats.
"""

from __future__ import annotations

import json
import os
from typing import Any

import django
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

_databases: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"]}
if os.environ["PEER_DATABASE"].startswith("postgres"):
    from urllib.parse import urlsplit

    _address = urlsplit(os.environ["PEER_DATABASE"])
    _databases = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address.path.strip("/"),
        "USER": _address.username,
        "PASSWORD": _address.password,
        "HOST": _address.hostname,
        "PORT": _address.port,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 30}},
    }
settings.configure(
    SECRET_KEY="only for the benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": _databases},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
        }
    },
)
django.setup()


class Vote(models.Model):
    question = models.IntegerField()
    voter = models.IntegerField()
    value = models.CharField(max_length=10)

    class Meta:
        app_label = "peers"
        constraints = (models.UniqueConstraint(fields=("question", "voter"), name="once"),)


with connection.schema_editor() as _editor:
    _editor.create_model(Vote)
connection.close()


def store(question: int, voter: int, value: str) -> None:
    """One row, in a transaction of its own."""
    Vote.objects.update_or_create(question=question, voter=voter, defaults={"value": value})


def counts(question: int) -> dict[str, int]:
    """Counted anew, as tutorials do."""
    rows = Vote.objects.filter(question=question).values_list("value").annotate(models.Count("pk"))
    return dict(rows.order_by())


class Poll(AsyncJsonWebsocketConsumer):
    """As documented: join the group, store what comes, tell the group."""

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        # Compact, as the load generator knows frames.
        return json.dumps(content, separators=(",", ":"))

    async def connect(self) -> None:
        await self.channel_layer.group_add("poll", self.channel_name)
        await self.accept("plenary.v1")
        await self.send_json({"t": "hello"})

    async def disconnect(self, code: int) -> None:
        del code
        await self.channel_layer.group_discard("poll", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        del kwargs
        if content["t"] == "do":
            await database_sync_to_async(store)(content["a"], content["voter"], content["v"])
            await self.send_json({"t": "ok", "id": content["id"], "d": {}})
            if content.get("tell"):
                told = await database_sync_to_async(counts)(content["a"])
                message = {"type": "poll.tell", "r": content["n"], "counts": told, "pad": content["pad"]}
                await self.channel_layer.group_send("poll", message)

    async def poll_tell(self, event: dict[str, Any]) -> None:
        # The order of the fields is that of Plenary's frame, for the same load generator.
        frame = {"t": "slot", "s": "tally:1", "e": 1, "r": event["r"], "d": event["counts"], "pad": event["pad"]}
        await self.send_json(frame)


@csrf_exempt
def vote(request: HttpRequest) -> JsonResponse:
    """One POST, one row."""
    said = json.loads(request.body)
    store(said["a"], said["voter"], said["v"])
    answer = JsonResponse({"ok": True})
    # Its middleware would set it, as would the tutorial's project.
    answer["Content-Length"] = len(answer.content)
    return answer


def alive(request: HttpRequest) -> JsonResponse:
    del request
    return JsonResponse({})


urlpatterns = [path("vote/", vote), path("healthz", alive)]
application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("ws/", Poll.as_asgi())])}
)
