"""Static files with hashed names, also inside our own ES modules that import each other by relative path."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Remembered:
    """Addresses that were worked out once: each page has a dozen, and they stay while the program runs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 - Django's signature
        """See Django's storages; ``force`` works it out anew."""
        known = None if force or settings.DEBUG else self._addresses.get(name or "")
        if known is None:
            more = {"force": True} if force else {}
            known = self._addresses[name or ""] = str(super().url(name, **more))  # type: ignore[misc] # a storage stands behind
        return known

    def forget(self) -> None:
        """Files are collected anew."""
        self._addresses.clear()


class PlainStaticFilesStorage(Remembered, StaticFilesStorage):
    """Static files under their own names."""


class ModuleStaticFilesStorage(Remembered, CompressedManifestStaticFilesStorage):
    """WhiteNoise's compressed manifest storage that rewrites ``import`` paths too."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Leave scripts of other projects alone: a comment in one of them reads like an import."""
        self.forget()
        ours = {path: place for path, place in paths.items() if not path.startswith("django_htmx/ext/")}
        return super().post_process(ours, dry_run, **options)
