"""From a posted form to an op: what the panel does without script, and what a page posts in several steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from workshop.kinds import Json, Refused
from workshop.live.access import Actor
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call, Payload

#: Inputs of a form that are no fields of an op.
FORM_ONLY = {"op", "next", "csrfmiddlewaretoken"}
#: Digits of a number that no list of them needs.
LONGEST_NUMBER = 10
#: HTTP answers to refusals; all others are 409, a conflict with what is the case now.
STATUS = {"not_allowed": 403, "unknown_op": 404, "bad_shape": 422, "busy": 503}


def act(actor: Actor, name: str, fields: Mapping[str, Any]) -> dict[str, Json]:
    """Do one op. ``fields`` are values of Python or the texts of a form.

    Raises:
        Refused: ``unknown_op``, ``bad_shape``, ``not_allowed``, or as the op says.
    """
    spec = ops.get(name)
    if not spec.public:
        raise Refused("unknown_op", _("This page is newer or older than the server. Please reload."))
    payload = payload_of(spec.payload, fields)
    return submit(Call(actor.session, actor, name, uuid4(), payload))


def fields_of(post: QueryDict) -> dict[str, Any]:
    """The fields of an op in a posted form; those whose name ends with ``[]`` are lists of whole numbers.

    An empty one is 0.
    """
    fields: dict[str, Any] = {}
    for name, values in post.lists():
        if name.endswith("[]"):
            fields[name.removesuffix("[]")] = [_number(value) for value in values]
        elif name not in FORM_ONLY:
            fields[name] = values[-1] if values else ""
    return fields


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else 0


def payload_of(shape: type[Payload], fields: Mapping[str, Any]) -> Payload:
    """The payload that these fields stand for. A text that is no text of the op is read as JSON.

    Raises:
        Refused: ``bad_shape``.
    """
    wanted = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
    try:
        values = {name: _value(wanted.get(name, str), value) for name, value in fields.items()}
        return shape.model_validate(values)
    except (ValidationError, ValueError, RecursionError) as error:
        raise Refused("bad_shape", _("This cannot be done like that. Please reload the page.")) from error


def _value(annotation: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        TypeAdapter(annotation).validate_python(value, strict=True)
    except ValidationError:
        return json.loads(value)
    return value


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, not a page load."""
    return bool(getattr(request, "htmx", False)) or "application/json" in request.headers.get("Accept", "")


def answer(request: HttpRequest, to: str, result: dict[str, Json] | Refused) -> HttpResponse:
    """The answer to an act: JSON for scripts, else back to the page ``to``, with the refusal as a message."""
    if isinstance(result, Refused):
        if wants_json(request):
            body = {"code": result.code, "message": str(result.message)}
            return JsonResponse(body, status=STATUS.get(result.code, 409))
        if result.code == "not_allowed":
            return HttpResponse(str(result.message), status=403, content_type="text/plain; charset=utf-8")
        messages.error(request, str(result.message))
    elif wants_json(request):
        return JsonResponse({"d": result})
    return redirect(to)
