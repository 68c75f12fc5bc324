"""The application of config/asgi.py in the fake world."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.realtime.settings")

from workshop.config.asgi import application as application

from tests.realtime import fake

fake.open_world()
