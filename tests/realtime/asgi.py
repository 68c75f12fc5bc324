"""The application of config/asgi.py in the fake world."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.realtime.settings")

from tests.realtime import fake
from workshop.config.asgi import application

fake.open_world()

__all__ = ["application"]
