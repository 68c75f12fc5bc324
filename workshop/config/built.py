"""Whether the files for browsers are those of the modules and style sheets that stand here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def outdated(root: Path) -> list[str]:
    """The sources that ``make frontend`` has not seen as they are, and the built files that it did not write so."""
    manifest: dict[str, dict[str, str]] = json.loads((root / "frontend/bundles.json").read_text())
    return [name for name, known in {**manifest["sources"], **manifest["built"]}.items() if _hash(root / name) != known]


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
