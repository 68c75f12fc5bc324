"""The application of config/asgi.py in the fake world."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.realtime.settings")

# The fake world has models: the application must have set Django up before.
from workshop.config.asgi import application  # isort: skip
from tests.realtime import fake  # isort: skip

fake.open_world()

__all__ = ["application"]
