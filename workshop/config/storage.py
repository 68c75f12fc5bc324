"""Static files with hashed names, also inside ES modules that import each other by relative path."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's compressed manifest storage that rewrites ``import`` paths too."""

    support_js_module_import_aggregation = True
