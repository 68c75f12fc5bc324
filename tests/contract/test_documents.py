"""What the documents and lists say of the product is true of it: settings, commands, links, versions."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from workshop.realtime import metrics

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Read for the tests' own database alone.
OF_TESTS = {"TEST_DATABASE_NAME"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def names_read(path: Path) -> Iterator[str]:
    """Names that a module asks the environment for: ``env.x("NAME")``, ``os.environ.get("NAME")``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        asked, first = ast.unparse(node.func), node.args[0]
        reads = asked.startswith(("env.", "os.environ.get", "os.getenv")) and isinstance(first, ast.Constant)
        if reads and re.fullmatch(r"[A-Z_]+", str(first.value)):
            yield str(first.value)


def test_every_setting_from_the_environment_is_documented() -> None:
    text = (ROOT / "docs/configuration.md").read_text()
    packages = [ROOT / name for name in ("workshop", "polls", "breakouts", "reflection")]
    read = {name for package in packages for path in package.rglob("*.py") for name in names_read(path)} - OF_TESTS

    assert {"SECRET_KEY", "DATABASE_URL", "PORT"} <= read
    assert {name for name in read if f"`{name}`" not in text} == set()


def test_every_documented_setting_is_read() -> None:
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    read = {name for path in (ROOT / "workshop").rglob("*.py") for name in names_read(path)}

    assert told
    assert told - read == set()


def test_every_command_is_documented() -> None:
    commands = {path.stem for path in ROOT.glob("*/*/management/commands/*.py") if path.stem != "__init__"}
    text = "\n".join(path.read_text() for path in DOCUMENTS)

    assert "demo" in commands
    assert {name for name in commands if not re.search(rf"manage\.py {name}\b", text)} == set()


def test_every_metric_in_the_documents_is_told() -> None:
    written = set(re.findall(r"\b(plenary_[a-z_]+)\b", "\n".join(path.read_text() for path in DOCUMENTS)))
    source = (ROOT / "workshop/realtime/metrics.py").read_text()
    told = set(re.findall(r'"(plenary_[a-z_]+)"', source)) | {"plenary_refusals", "plenary_closes"}
    told |= {f"plenary_{name}" for name, _attribute, _told in (*metrics.TOTALS, *metrics.SPREADS)}
    told |= {f"plenary_database_{key}" for key, _told in metrics.POOL}

    assert "plenary_ack_seconds" in written
    assert {name for name in written if name.removesuffix("_total") not in told} == set()


def test_every_target_of_make_that_is_documented_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    targets |= {name for line in re.findall(r"^([a-z -]+): dev", (ROOT / "Makefile").read_text(), re.MULTILINE)
                for name in line.split()}  # fmt: skip
    told = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", path.read_text())}

    assert told - targets == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(path.read_text()):
        place = target.partition("#")[0]
        if place and "://" not in place and not place.startswith("mailto:") and not (path.parent / place).exists():
            broken.append(target)

    assert broken == []


def test_what_the_readme_promises_is_there() -> None:
    readme = (ROOT / "README.md").read_text()

    assert (ROOT / "LICENSE").read_text().lstrip().startswith("Apache License")
    assert "make run" in readme
    assert "make test" in readme
    assert len(re.findall(r"docs/images/[\w-]+\.png", readme)) >= 3
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {"LICENSE", "README.md", "CHANGELOG.md"} <= set(tracked)


def test_no_package_is_below_its_floor() -> None:
    floors = tomllib.loads((ROOT / "requirements/floors.toml").read_text())["floors"]
    below, asked = [], 0
    for name, floor in floors.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        asked += 1
        if numbers(found) < numbers(floor):
            below.append(f"{name} {found} < {floor}")

    assert below == []
    assert asked >= 6


def numbers(text: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version."""
    return tuple(int(part) for part in re.match(r"[\d.]*\d", text)[0].split("."))
