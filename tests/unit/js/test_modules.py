"""The modules without DOM, run by Node's own test runner."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


def _flags() -> list[str]:
    """Before version 22 Node takes a file for CommonJS until told otherwise."""
    version = subprocess.run([str(NODE), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"v(\d+)\.", version)
    return ["--experimental-default-type=module"] if found and int(found[1]) < 22 else []


@pytest.mark.skipif(NODE is None, reason="needs Node 20 or newer: apt install nodejs")
@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name)
def test_modules_without_dom_pass_their_own_tests(file: Path) -> None:
    ran = subprocess.run(
        [str(NODE), *_flags(), "--test", "--no-warnings", str(file)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.skipif(NODE is None, reason="needs Node 20 or newer: apt install nodejs")
def test_every_module_can_be_parsed(tmp_path: Path) -> None:
    root = HERE.parents[2]
    files = [
        file
        for package in ("workshop", "polls", "breakouts", "reflection")
        for file in (root / package).rglob("static/**/*.js")
        if "vendor" not in file.parts
    ]
    assert len(files) > 30
    script = tmp_path / "parse.mjs"
    script.write_text(
        "import { readFileSync } from 'node:fs';\nimport { SourceTextModule } from 'node:vm';\n"
        "for (const file of process.argv.slice(2))\n"
        "  try { new SourceTextModule(readFileSync(file, 'utf8'), { identifier: file }); }\n"
        "  catch (error) { console.log(`${file}: ${error.message}`); }\n"
    )
    command = [str(NODE), "--experimental-vm-modules", "--no-warnings", str(script), *map(str, files)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""
