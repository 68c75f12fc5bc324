"""Editors as a browser sends them back unchanged."""

from __future__ import annotations

from typing import Any

from workshop.kinds import EditorForm


def posted(editor: type[EditorForm], initial: dict[str, Any]) -> dict[str, Any]:
    """The fields of a form that was opened with ``initial`` and sent as it stood."""
    form = editor(initial=initial)
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value is not None and value is not False}
