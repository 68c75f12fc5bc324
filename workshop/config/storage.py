"""Static files with hashed names, also inside our own ES modules that import each other by relative path."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's compressed manifest storage that rewrites ``import`` paths too."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Leave scripts of other projects alone: a comment in one of them reads like an import."""
        ours = {path: place for path, place in paths.items() if not path.startswith("django_htmx/ext/")}
        return super().post_process(ours, dry_run, **options)
