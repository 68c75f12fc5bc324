"""What ``make frontend`` asks: which modules and style sheets there are, and which of them kinds load."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.management.base import BaseCommand

from workshop.kinds import activity_kinds, question_kinds


class Command(BaseCommand):
    help = "Print what frontend/build.mjs makes the files for browsers of."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        self.stdout.write(json.dumps({"files": files(), "kinds": kinds()}))


def files() -> dict[str, str]:
    """The file of each static path of ours, as it was written."""
    listed = AppDirectoriesFinder().list(ignore_patterns=None)
    paths = {name: str(storage.path(name)) for name, storage in listed if name.endswith((".js", ".css"))}
    return {name: path for name, path in paths.items() if "site-packages" not in path}


def kinds() -> list[dict[str, list[str]]]:
    """What each kind loads, in the order of a page that has them all."""
    every = [*activity_kinds, *question_kinds]
    return [
        {"modules": list(kind.modules), "styles": list(kind.styles)} for kind in every if kind.modules or kind.styles
    ]
