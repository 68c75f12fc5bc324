"""``manage.py create_staff NAME``: a staff account, with a password asked for or a one-time link."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from workshop.accounts.operations import create_staff, make_link
from workshop.kinds import Refused


class Command(BaseCommand):
    help = "Create a staff account (facilitator, or organiser with --organiser)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--organisation", default="Plenary", help="name; made when there is none (default: Plenary)"
        )
        parser.add_argument("--name", default="", help="full name, as colleagues see it")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--organiser", action="store_true", help="may read and export all sessions of the organisation"
        )
        parser.add_argument("--link", action="store_true", help="print a one-time sign-in link, ask for no password")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        password = None if options["link"] else self._ask()
        try:
            user = create_staff(
                options["username"],
                organisation=options["organisation"],
                password=password,
                full_name=options["name"],
                email=options["email"],
                organiser=options["organiser"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(f"{user.username} may sign in.")
        if options["link"]:
            path = reverse("accounts:link", args=[make_link(user)])
            self.stdout.write(f"{settings.PUBLIC_URL or 'http://localhost:8000'}{path}")

    def _ask(self) -> str:
        """The password, typed twice, and good enough."""
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("The two passwords differ.")
        try:
            password_validation.validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
