"""Settings, all from the environment (documented in docs/configuration.md). The only place that lists apps and kinds."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from workshop.config.built import outdated
from workshop.config.database import pool_of
from workshop.config.environment import Environment, refuse
from workshop.realtime.apart import THREADS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Environment()
Environment.read_env(os.environ.get("PLENARY_ENV_FILE", str(BASE_DIR / ".env")))

#: Where the database of ``make run``, the secret key made there and other state live.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data")))
DEBUG = env.bool("DEBUG", default=False)
#: ``make run`` sets it: a laptop in a room, reached by whatever address it has today.
DEMO = env.bool("PLENARY_DEMO", default=False)
TESTING = "pytest" in sys.modules
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"


def _secret_key() -> str:
    """SECRET_KEY, or for ``make run`` one that is made once and kept in DATA_DIR with mode 600."""
    key = env.str("SECRET_KEY", default="")
    if key or not (DEMO or DEBUG or TESTING):
        return key
    if TESTING:
        return "tests-only-" + "x" * 50
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEMO or TESTING else ["localhost", "127.0.0.1", "[::1]"])
if _public.hostname and _public.hostname not in ALLOWED_HOSTS and "*" not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_public.hostname)
#: Origins (scheme://host[:port]) allowed on WebSocket handshakes beside the request's own.
PLENARY_ORIGINS = env.list("ORIGINS", default=[PUBLIC_URL] if PUBLIC_URL else [])
CSRF_TRUSTED_ORIGINS = [origin for origin in PLENARY_ORIGINS if origin]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = False

#: One process needs no Redis; several do.
REDIS_URL = env.redis("REDIS_URL")
PROCESSES = env.whole("PROCESSES", default=1, least=1)
#: Who brings it as a bearer token may read /metrics; without one only this machine itself may, when it is not public.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
#: After SIGTERM: /readyz says no for so many seconds before the sockets are told to go elsewhere.
DRAIN_SECONDS = env.seconds("DRAIN_SECONDS", default=0.0)

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "workshop.config",
    "workshop.realtime",
    "workshop.accounts",
    "workshop.plans",
    "workshop.live",
    "workshop.questions",
    "workshop.reports",
    # Kinds of questions, one line each.
    "workshop.questions.choice",
    "workshop.questions.scale",
    "workshop.questions.text",
    "workshop.questions.words",
    "workshop.questions.yesno",
    "workshop.questions.ranking",
    "workshop.questions.allocation",
    "workshop.questions.grid",
    "workshop.questions.matrix",
    "workshop.questions.rating",
    "workshop.questions.numeric",
    # Kinds of activities, one line each.
    "workshop.content.resource",
    "workshop.content.slides",
    "polls.poll",
    "polls.pulse",
    "polls.qa",
    "polls.quiz",
    "breakouts",
    "breakouts.board",
    "reflection.form",
    *env.list("EXTRA_APPS", default=[]),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "workshop.config.middleware.SmallPages",
    # Before whatever may refuse a request: static files and errors carry these headers too.
    "workshop.config.middleware.PrivatePages",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workshop.config.middleware.NoNulls",
    "workshop.config.middleware.FormsOnly",
]

ROOT_URLCONF = "workshop.config.urls"
ASGI_APPLICATION = "workshop.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"i18n": "workshop.config.sentences"},
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'plenary.sqlite3'}")
DATABASES = {"default": env.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_database = DATABASES["default"]
SQLITE = _database["ENGINE"].endswith("sqlite3")
_database["CONN_MAX_AGE"] = 0
if SQLITE:
    # A second writer waits; readers never do. FULL: an acknowledged answer survives a power cut.
    # Deleted rows are written over: anonymous answers lose their old order, erased people every word.
    _database["OPTIONS"] = {
        "timeout": 20,
        # Every transaction of ours writes: one that began by reading could not turn to writing beside another.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON; PRAGMA cache_size=-16000",
    }
    if not TESTING:
        Path(str(_database["NAME"])).parent.mkdir(parents=True, exist_ok=True)
else:
    # A pooler that gives a connection to somebody else after each transaction (PgBouncer's "transaction").
    _pooler = env.bool("DATABASE_POOLER", default=False)
    # Commands may take their time: migrations, exports, erasing.
    _patience = 0 if Path(sys.argv[0]).name == "manage.py" else env.whole("DATABASE_TIMEOUT", default=15) * 1000
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        # The core's own threads have theirs apart; the rest is for views.
        "pool": pool_of(env.whole("DATABASE_POOL", default=12, least=THREADS + 1) - THREADS),
        "connect_timeout": 5,
        # A server that vanished without a word is noticed before people give up.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    if not _pooler:
        # No statement and no forgotten transaction may hold a head for ever. A pooler does not pass these on: there
        # they belong to the role (docs/operations.md).
        _database["OPTIONS"]["options"] = (
            f"-c statement_timeout={_patience} -c idle_in_transaction_session_timeout={2 * _patience}"
        )
    _database["DISABLE_SERVER_SIDE_CURSORS"] = _pooler
    # A connection that died with the database is never handed to a page.
    _database["CONN_HEALTH_CHECKS"] = True
_database["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default="") or None}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "plans:library"
LOGOUT_REDIRECT_URL = "live:join"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
#: "Until 10:30" is said in the time of the room, which is that of the laptop on which ``make run`` runs.
TIME_ZONE = env.zone("TIME_ZONE") if not TESTING else "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# What `make frontend` made lies over the modules and style sheets it was made of. Where one of these has changed since,
# they are served themselves, many and one by one: a change is always seen.
FRONTEND = BASE_DIR / "frontend"
BUNDLED = not outdated(BASE_DIR)
STATICFILES_DIRS = [FRONTEND / "built"] if BUNDLED else []
# Modules import each other by relative path; the names are rewritten when static files are collected (`demo` does it).
# Collected files carry their hash in their name and are kept for ever; others are asked for again after a minute.
_collected = ((STATIC_ROOT / "staticfiles.json").exists() or "demo" in sys.argv[1:2]) and not DEBUG and not TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "workshop.config.storage.ModuleStaticFilesStorage"
        if _collected or "collectstatic" in sys.argv
        else "workshop.config.storage.PlainStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-staff"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=False)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # Older Safari does not let 'self' cover web sockets.
        "connect-src": [SELF, *([PUBLIC_URL.replace("http", "ws", 1)] if PUBLIC_URL else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_242_880
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

#: Days until the rows of a session are erased by ``manage.py tidy``; 0 keeps them.
RETENTION_DAYS = env.whole("RETENTION_DAYS", default=30)
#: What TLS brings comes with an https address above; the library ``i18n`` is meant to be another than Django's.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "templates.W003"]
#: Configured by workshop.config.logs.
LOGGING_CONFIG = None
LOG_LEVEL = env.level("LOG_LEVEL", default="WARNING" if DEMO or TESTING else "INFO")
LOG_JSON = env.bool("LOG_JSON", default=not (DEMO or DEBUG or TESTING))

if not SECRET_KEY:
    refuse("SECRET_KEY is not set. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'")
