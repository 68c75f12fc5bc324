"""Browsers get a few files in place of many. They are committed, so that nobody needs Node: these see that they are true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from workshop.bundles import sent_as
from workshop.config.built import outdated
from workshop.config.management.commands import bundles as command

BUILT: Path = settings.FRONTEND / "built"
AGAIN = "changed since the files for browsers were made: run `make frontend`"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((settings.FRONTEND / "bundles.json").read_text())


def ours() -> list[dict[str, list[str]]]:
    """What our kinds load; the tests' own kinds are in no bundle."""
    files = command.files()
    return [
        kind for kind in command.kinds() if all("/tests/" not in files[path] for each in kind.values() for path in each)
    ]


def test_the_files_for_browsers_are_those_of_the_sources(manifest):
    assert outdated(settings.BASE_DIR) == [], AGAIN
    assert manifest["kinds"] == ours(), AGAIN
    there = {str(file.relative_to(settings.BASE_DIR)) for file in BUILT.rglob("*") if file.is_file()}
    assert there == set(manifest["built"])


def test_a_change_is_seen_before_the_files_are_made_anew(tmp_path):
    (tmp_path / "frontend").mkdir()
    (tmp_path / "one.js").write_text("1")
    known = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    (tmp_path / "frontend/bundles.json").write_text(
        json.dumps({"sources": {"one.js": known}, "built": {"two.js": known}})
    )
    assert outdated(tmp_path) == ["two.js"]

    (tmp_path / "two.js").write_text("1")
    assert outdated(tmp_path) == []
    (tmp_path / "one.js").write_text("2")
    assert outdated(tmp_path) == ["one.js"]


@pytest.mark.skipif(not settings.BUNDLED, reason=AGAIN)
def test_a_page_names_a_bundle_once_and_all_other_files_as_before(manifest):
    for bundle, parts in manifest["bundles"].items():
        assert sent_as(parts) == [bundle]
        assert sent_as(["mood/mood.js", parts[-1], parts[0], "mood/mood.js"]) == ["mood/mood.js", bundle]
        assert finders.find(bundle) == str(BUILT / bundle)


@pytest.mark.skipif(not settings.BUNDLED, reason=AGAIN)
def test_the_core_is_one_file_that_all_others_import_from_its_address():
    """Whatever imports the core, a kind of somebody else's included, gets the same one."""
    core = BUILT / "live/js/core.js"
    assert finders.find("live/js/core.js") == str(core)
    for file in BUILT.rglob("*.js"):
        text = file.read_text()
        assert ("/ws/session/" in text) == (file == core), file
        imported = {
            (file.parent / path).resolve() for path in re.findall(r"""\b(?:from|import\()\s*["']([./][^"']*)""", text)
        }
        assert all(path.is_relative_to(BUILT) and path.exists() for path in imported), file
        assert (core in imported) == (" as plenary" in text or "plenary as " in text) or file == core, file


def test_nothing_of_a_registry_stands_in_the_lock():
    lock = json.loads((settings.FRONTEND / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
