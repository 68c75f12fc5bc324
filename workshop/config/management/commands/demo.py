"""What ``make run`` calls: migrate, load the demonstration once, serve, print the links."""

import os
import socket
from typing import Any

import segno
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from workshop.accounts.models import Organisation, User
from workshop.accounts.operations import make_link
from workshop.config.collecting import collect
from workshop.config.demonstration import loading
from workshop.live.codes import spaced
from workshop.live.models import Session
from workshop.live.panel.addresses import lan_addresses

NAME = "facilitator"
MOST_PORTS = 65_536


class Command(BaseCommand):
    help = "Run Plenary on this machine with a demonstration workshop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--no-serve", action="store_true", help="prepare and print, do not serve")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        port = _port(options["port"])
        # The addresses that the pages show are made of it.
        os.environ["PORT"] = str(port)
        if not options["no_serve"]:
            _check_port(port)
        # WhiteNoise warns about a folder of collected files that is not there, even where they are served as they are.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if not settings.WHITENOISE_USE_FINDERS:
            collect()
        call_command("migrate", verbosity=0, interactive=False)
        owner, session = _prepare()
        lines = _lines(owner, session, port)
        if options["no_serve"]:
            self.stdout.write(lines)
            return
        _serve(port, lambda: self.stdout.write(lines))


def _prepare() -> tuple[User, Session | None]:
    """The facilitator of this machine; the demonstration is loaded when there was none, never again."""
    owner = User.objects.filter(username=NAME).first()
    if owner is not None:
        return owner, loading.loaded(owner)
    organisation = Organisation.objects.create(name="Plenary")
    owner = User(username=NAME, organisation=organisation, is_organiser=True)
    owner.set_unusable_password()
    owner.save()
    return owner, loading.load(owner)


def _lines(owner: User, session: Session | None, port: int) -> str:
    here = settings.PUBLIC_URL or f"http://localhost:{port}"
    addresses = lan_addresses()
    lan = settings.PUBLIC_URL or (f"http://{addresses[0].ip}:{port}" if addresses else here)
    you = f"  you     {here}{reverse('accounts:link', args=[make_link(owner)])}"
    if session is None:
        phones = f"  phones  {lan}/  (the code stands in the control panel)"
        picture = ""
    else:
        link = lan + reverse("live:qr", args=[session.join_token])
        phones = f"  phones  {link}  code {spaced(session.code)}"
        picture = _picture(link)
    return f"\n{you}\n{phones}\n{picture}  stop    Ctrl+C\n"


def _picture(link: str) -> str:
    """The QR code in half blocks, two rows of it in one line of text."""
    rows = [list(row) for row in segno.make(link, error="l", micro=False).matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    blocks = {(1, 1): " ", (1, 0): "▄", (0, 1): "▀", (0, 0): "█"}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "".join(
        "          " + "".join(blocks[int(up), int(down)] for up, down in zip(*pair, strict=True)) + "\n"
        for pair in pairs
    )


def _port(given: str) -> int:
    if not (given.isdecimal() and 0 < int(given) < MOST_PORTS):
        message = f"PORT must be a number from 1 to {MOST_PORTS - 1}, not {given!r}."
        raise CommandError(message)
    return int(given)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - phones must reach it
        except PermissionError:
            message = f"port {port} is for the administrator of this machine. Another one: make run PORT=8000"
            raise CommandError(message) from None
        except OSError:
            message = f"port {port} is taken. Another one: make run PORT={port + 1 if port + 1 < MOST_PORTS else 8000}"
            raise CommandError(message) from None


def _serve(port: int, ready: Any) -> None:
    """Daphne on all interfaces, until Ctrl+C."""
    # Installs Twisted's reactor on import: only when it is really about to serve.
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    from workshop.config.asgi import application

    Server(
        application=application,
        endpoints=build_endpoint_description_strings(host="0.0.0.0", port=port),  # noqa: S104 - the same
        ready_callable=ready,
        websocket_timeout=-1,
        server_name="Plenary",
        verbosity=0,
    ).run()
