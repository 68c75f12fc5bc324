"""P12 with real packets: a client in a network namespace, and a cable that is pulled. As root on Linux only."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Theatre
from tests.faults.play import finish, until
from tests.faults.proxy import Proxy
from tests.faults.test_networks import online

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Cable:
    """A namespace, and the cable from it to this machine."""

    name: str
    near: str = "10.213.77.1"
    far: str = "10.213.77.2"

    def lay(self) -> None:
        _ip("netns", "add", self.name)
        _ip("link", "add", f"{self.name}a", "type", "veth", "peer", "name", f"{self.name}b", "netns", self.name)
        _ip("addr", "add", f"{self.near}/30", "dev", f"{self.name}a")
        _ip("link", "set", f"{self.name}a", "up")
        _ip("-n", self.name, "addr", "add", f"{self.far}/30", "dev", f"{self.name}b")
        _ip("-n", self.name, "link", "set", f"{self.name}b", "up")

    def pull(self) -> None:
        """Packets vanish both ways, and nobody is told."""
        _ip("-n", self.name, "link", "set", f"{self.name}b", "down")

    def plug_in(self) -> None:
        _ip("-n", self.name, "link", "set", f"{self.name}b", "up")

    def remove(self) -> None:
        subprocess.run(["ip", "netns", "del", self.name], check=False)
        subprocess.run(["ip", "link", "del", f"{self.name}a"], check=False, stderr=subprocess.DEVNULL)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def cable() -> Iterator[Cable]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and `ip` (apt install iproute2)")
    made = Cable(f"pl{os.getpid() % 100_000}")
    try:
        made.lay()
    except subprocess.CalledProcessError as error:
        made.remove()
        pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
    yield made
    made.remove()


def test_p12_a_cable_that_is_pulled(theatre: Theatre, seed: int, cable: Cable) -> None:
    """Both ends notice by themselves, and the page comes back by itself when the cable is in again."""

    async def story() -> None:
        gate = Proxy(theatre.cluster.workers[0].port, host=cable.near)
        async with theatre.opened("cable", seed, 20) as stage, gate:
            entry = next(each for each in stage.scene.learners if each.view == "data")
            gone = next(person for person in stage.crowd.people if person.entry is entry)
            await gone.stop()
            stage.crowd.people.remove(gone)
            everybody = len(stage.scene.learners)
            command = ["ip", "netns", "exec", cable.name, sys.executable, "-m", "tests.faults.far_client"]
            far = await asyncio.create_subprocess_exec(
                *command, cable.near, str(gate.port), json.dumps(asdict(entry)),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
            )  # fmt: skip
            heard: list[dict[str, Any]] = []
            reading = asyncio.create_task(_read(far, heard))
            try:
                await until(lambda: any(each["what"] == "hello" for each in heard), 15)
                await until(lambda: online(stage) == everybody, 20)
                loop = asyncio.get_running_loop()
                began = loop.time()
                cable.pull()
                await until(lambda: any(each["what"] == "end" for each in heard), 25)
                page_noticed = loop.time() - began
                await until(lambda: online(stage) == everybody - 1, 45)
                server_noticed = loop.time() - began
                cable.plug_in()
                plugged = loop.time()
                await until(lambda: heard[-1]["what"] == "hello", 20)
                back = loop.time() - plugged
                print(f"cable: page {page_noticed:.1f} s, server {server_noticed:.1f} s, back {back:.1f} s", flush=True)
                assert page_noticed <= 21.5
                assert heard[-1]["slots"] >= 3
                (await finish(stage)).check(least=0)
            finally:
                if far.returncode is None:
                    far.kill()
                await far.wait()
                reading.cancel()

    theatre.run(story())


async def _read(far: asyncio.subprocess.Process, heard: list[dict[str, Any]]) -> None:
    assert far.stdout is not None
    while line := await far.stdout.readline():
        heard.append(json.loads(line))
