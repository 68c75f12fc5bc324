"""The tests' own kinds, switched on by one settings line, go the whole way and keep every contract."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SWITCH = {"EXTRA_APPS": "tests.kinds.weather,tests.kinds.barometer"}


def test_two_foreign_kinds_go_the_whole_way() -> None:
    if os.environ.get("EXTRA_APPS"):
        return  # this is that run
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/kinds"]
    command += ["tests/contract/test_question_kinds.py", "tests/contract/test_activity_kinds.py", "-k"]
    command += ["weather or barometer or whole_way"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **SWITCH}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    assert "skipped" not in done.stdout
