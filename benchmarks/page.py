"""T7: what a learner's phone loads the first time, with a plan of three kinds, in a real Chromium.

Static files are collected and compressed first, as for a deployment. Bytes are those on the wire, headers included, as
the browser's own network log tells them; the socket's handshake is no request for a file.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import servers
import stage
from playwright.sync_api import sync_playwright
from servers import Made, Running
from stage import Row

from tests.programs import find_chromium

KINDS = ["poll", "form", "slides"]
PHONE = {"width": 390, "height": 844}


@dataclass
class Loaded:
    """Responses by the browser's number of the request."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    ready_ms: float = 0.0

    def watch(self, session: Any) -> None:
        """Listen to the browser's network log."""
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda e: self.addresses.update({e["requestId"]: e["response"]["url"]}))
        session.on("Network.loadingFinished", lambda e: self.sizes.update({e["requestId"]: e["encodedDataLength"]}))

    @property
    def wire(self) -> dict[str, float]:
        """Bytes by address."""
        return {address: self.sizes.get(number, 0.0) for number, address in self.addresses.items()}


def load(running: Running, made: Made) -> Loaded:
    """Open the page as somebody who has just joined, with an empty cache, until the socket stands."""
    base, found = f"http://127.0.0.1:{running.port}", Loaded()
    name, _, value = made.learner_cookies[0].partition("=")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport=PHONE)
        context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        found.watch(context.new_cdp_session(page))
        with page.expect_websocket():
            page.goto(f"{base}/s/{made.public_id}/", wait_until="networkidle")
        found.ready_ms = page.evaluate(
            "performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"
        )
        browser.close()
    return found


def collected(environ: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=servers.ROOT, env=environ, check=True, capture_output=True)


def rows(server: str, database: str, log: str) -> list[Row]:
    with servers.database(database) as url, tempfile.TemporaryDirectory(prefix="plenary-static-") as folder:
        environ = servers.environment(url, DATA_DIR=folder)
        collected(environ)
        (made,) = servers.make(url, 30, phases=[KINDS])
        with servers.server(server, environ, log=log) as running:
            got = load(running, made)
            home = f"127.0.0.1:{running.port}"
    wire = got.wire
    third = [address for address in wire if urlsplit(address).netloc not in ("", home) and "data:" not in address[:5]]
    dear = sorted(wire.items(), key=lambda pair: -pair[1])[:4]
    notes = f"kinds {', '.join(KINDS)}; ready after {got.ready_ms:.0f} ms; the largest: "
    notes += ", ".join(f"{urlsplit(a).path.rsplit('/', 1)[-1] or 'page'} {size / 1000:.1f} kB" for a, size in dear)
    details = {urlsplit(address).path: size for address, size in wire.items()}
    where = (server, database, 1)
    return [
        Row("learner page, bytes on the wire", *where, [sum(wire.values()) / 1000], "kB", "T7 bytes", notes=notes,
            details=details),
        Row("… requests", *where, [len(wire)], "requests", "T7 requests"),
        Row("… requests to third parties", *where, [len(third)], "requests", "T7 third"),
    ]  # fmt: skip


def main() -> None:
    args = stage.arguments(__doc__ or "", servers="uvicorn", databases="sqlite")
    found: list[Row] = []
    for database in args.databases:
        for server in args.servers:
            found += rows(server, database, args.log)
    stage.report("page", found, as_json=args.json)


if __name__ == "__main__":
    main()
