"""Settings of a server that runs the fake world, for tests with real processes."""

import os

import environ

from tests.realtime.addresses import settings_of

env = environ.Env()
SECRET_KEY = "only for tests " + "x" * 40
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "workshop.realtime",
]
DATABASES = {"default": settings_of(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
# What the server looks at before it starts.
PROCESSES, SQLITE, DEBUG, DEMO, TESTING, PUBLIC_URL, METRICS_TOKEN = 1, False, False, False, True, "", ""
DRAIN_SECONDS = 0.0
PLENARY_ORIGINS: list[str] = ["https://plenary.example"]
ROOT_URLCONF = "tests.realtime.urls"
USE_TZ = True
LANGUAGE_CODE = "en"
