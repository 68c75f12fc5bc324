"""Autobahn's cases against a server: ``python -m tests.wire.autobahn ADDRESS CASES…`` prints those that fail, as JSON.

A process of its own, because kosoku brings an ``autobahn`` of its own, and Daphne's may be imported already.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import kosoku

AT_ONCE = 8


async def failed(address: str, left_out: list[str]) -> dict[str, str]:
    """``{case: verdict}`` of those that fail."""
    try:
        await kosoku.run_fuzzingclient(address, exclude_cases=left_out, concurrency=AT_ONCE)
    except kosoku.FailureError as error:
        return {
            case.case_id: f"{case.behavior.value}, {case.behavior_close.value}"
            for case in error.results
            if not case.passed
        }
    return {}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(failed(sys.argv[1], sys.argv[2:]))), flush=True)
    # Without the interpreter's own end, in which threads of the runner's library may abort.
    os._exit(0)
