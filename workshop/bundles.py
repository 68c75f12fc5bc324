"""What browsers get in place of many small files: the bundles that ``make frontend`` made of our kinds' files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


def sent_as(paths: Iterable[str]) -> list[str]:
    """The files to load for these static paths: a bundle stands once, in the place of the first that it holds."""
    return list(dict.fromkeys(_homes().get(path, path) for path in paths))


@cache
def _homes() -> Mapping[str, str]:
    """The bundle of each static path that is in one."""
    if not settings.BUNDLED:
        return {}
    bundles: dict[str, list[str]] = json.loads((settings.FRONTEND / "bundles.json").read_text())["bundles"]
    # Files that were collected before the bundles were made do without them.
    collected = getattr(staticfiles_storage, "hashed_files", bundles)
    return {part: bundle for bundle, parts in bundles.items() if bundle in collected for part in parts}
