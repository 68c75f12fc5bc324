"""The services of docker-compose.yml as plain processes of this machine: `make stack`, and the tests of the deployment.

Read from docker-compose.yml, docs/deploy/nginx.conf and the Dockerfile, and run as they stand there: commands,
environments, health checks, order, number, signals and times of stopping. What a container would give is made here: a
folder instead of volumes, loopback ports instead of host names, a certificate of one day. Programs get their place by a
small script of their own name that stands first in PATH, so the commands themselves stay what they are.

    python -m tests.stack [--workers N] [--folder FOLDER]

SIGHUP restarts the web processes one after another; SIGINT or SIGTERM ends everything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.containers import LOOK_SECONDS, Container, health_command, read_compose, seconds  # noqa: E402
from tests.programs import ServiceMissing, find_postgres, find_redis  # noqa: E402
from tests.services import TEMPORARY, _as_user, _readable_by, _server_user, free_port  # noqa: E402

COMPOSE = ROOT / "docker-compose.yml"
NGINX = ROOT / "docs/deploy/nginx.conf"
#: What the image runs when the service says nothing.
IMAGE_COMMANDS = {"nginx": ["nginx", "-g", "daemon off;"]}
IMAGE_SIGNALS = {"nginx": "SIGQUIT"}
POSTGRES_SECONDS = 60.0


class Stack:
    """The whole set-up. Use as a context manager, or ``start()`` and ``stop()``."""

    def __init__(self, folder: Path, workers: int = 2, **variables: str) -> None:
        folder.chmod(0o755)
        self.folder = folder
        self.tls_port, self.plain_port = free_port(), free_port()
        self.host = f"localhost:{self.tls_port}"
        self.variables = {
            "SECRET_KEY": "of one stack alone, 0123456789 abcdefghijklmnop",
            "POSTGRES_PASSWORD": "postgres-of-the-stack",
            "REDIS_PASSWORD": "redis-of-the-stack",
            "METRICS_TOKEN": "metrics-of-the-stack",
            "PLENARY_HOST": self.host,
            "WEB_PROCESSES": str(workers),
            **variables,
        }
        self.services = read_compose(COMPOSE, self.variables)
        self._ports = {"db": free_port(), "redis": free_port()}
        self.db = self._make("db", self._ports["db"])
        self.redis = self._make("redis", self._ports["redis"])
        self.migrate = self._make("migrate", 0)
        count = int(self.services["web"]["deploy"]["replicas"])
        self.web = [self._make("web", free_port(), number) for number in range(1, count + 1)]
        self.proxy = self._make("proxy", self.tls_port)

    @property
    def url(self) -> str:
        """What people type."""
        return f"https://{self.host}"

    def trust(self) -> ssl.SSLContext:
        """A client's belief in this set-up's own certificate."""
        return ssl.create_default_context(cafile=str(self.proxy.folder / "tls/fullchain.pem"))

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start everything in the order of ``depends_on``; returns when the proxy is healthy."""
        self.start_databases()
        self.start_web()
        return self

    def start_databases(self) -> None:
        """PostgreSQL and Redis."""
        self._prepare_postgres()
        self._prepare_redis()
        self.db.start()
        self.redis.start()
        self.db.wait_healthy()
        self.redis.wait_healthy()

    def start_web(self) -> None:
        """Migrations, the web processes, and the proxy in front of them."""
        for container in (self.migrate, *self.web):
            self._prepare_app(container)
        self._prepare_proxy()
        self._collect()
        self._complete(self.migrate)
        for container in self.web:
            container.start()
        for container in self.web:
            container.wait_healthy()
        self.proxy.start().wait_healthy()

    def stop(self) -> None:
        """Stop everything, the proxy first."""
        for container in (self.proxy, *self.web, self.migrate, self.redis, self.db):
            container.stop()

    def roll(self) -> list[int | None]:
        """Restart the web processes one after another; their exit codes."""
        return [self._again(container) for container in self.web]

    def _again(self, container: Container) -> int | None:
        code = container.stop()
        container.start().wait_healthy()
        return code

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run ``manage.py`` as ``docker compose exec web`` would; its output."""
        web = self.web[0]
        ran = subprocess.run(
            ["python", "manage.py", *arguments], env=web._env(), cwd=ROOT, input=stdin, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
        return ran.stdout

    # ── what the compose file says ──────────────────────────────────────────────────────────────────────────────

    def _make(self, service: str, port: int, number: int = 1) -> Container:
        found = self.services[service]
        folder = self.folder / f"{service}-{number}"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        image = found["image"].partition(":")[0]
        check = found.get("healthcheck", {})
        limits = found.get("ulimits", {})
        return Container(
            name=folder.name,
            command=[self._placed(part, port) for part in found.get("command", IMAGE_COMMANDS.get(image, []))],
            environment={key: self._placed(str(value), port) for key, value in found.get("environment", {}).items()},
            folder=folder,
            port=port,
            health=[self._placed(part, port) for part in health_command(check.get("test", []))],
            patience=seconds(check.get("start_period", "0s"))
            + seconds(check.get("interval", "30s")) * check.get("retries", 3),
            stop_signal=signal.Signals[found.get("stop_signal", IMAGE_SIGNALS.get(image, "SIGTERM"))],
            grace=seconds(found.get("stop_grace_period", "10s")),
            files=limits.get("nofile", 0) if isinstance(limits, dict) else 0,
        )

    def _placed(self, text: str, port: int) -> str:
        """A text with addresses inside containers, with the addresses here."""
        for inside, here in (
            ("@db:5432/", f"@127.0.0.1:{self._ports['db']}/"),
            ("@redis:6379/", f"@127.0.0.1:{self._ports['redis']}/"),
            ("http://127.0.0.1:8000/", f"http://127.0.0.1:{port}/"),
            ("https://127.0.0.1/", f"https://127.0.0.1:{port}/"),
        ):
            text = text.replace(inside, here)
        return text

    # ── what images and volumes would bring ─────────────────────────────────────────────────────────────────────

    def _prepare_postgres(self) -> None:
        """The database folder, as the image's entry point makes it from the environment."""
        container, user = self.db, _server_user()
        programs, data = _readable_by(user, find_postgres(), container.folder), container.folder / "data"
        for program in ("postgres", "pg_isready"):
            place = ["-h", "127.0.0.1", "-p", str(container.port)]
            here = ["-D", str(data), "-k", str(container.folder), *place] if program == "postgres" else place
            container.shim(program, str(programs / program), "$@", *here)
        container.user = user
        if user is not None:
            shutil.chown(container.folder, user)
        if data.exists():
            return
        env = container.environment
        secret = container.folder / "secret"
        secret.write_text(env["POSTGRES_PASSWORD"])
        initdb = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            env["POSTGRES_USER"],
            f"--pwfile={secret}",
            "--no-sync",
        ]
        initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=container.folder, **_as_user(user))
        single = [str(programs / "postgres"), "--single", "-D", str(data), "postgres"]
        create = f"CREATE DATABASE {env['POSTGRES_DB']};\n".encode()
        subprocess.run(single, input=create, check=True, capture_output=True, cwd=container.folder, **_as_user(user))

    def _prepare_redis(self) -> None:
        server = find_redis()
        port = str(self.redis.port)
        self.redis.shim(
            "redis-server", server, "$@", "--port", port, "--bind", "127.0.0.1", "--dir", str(self.redis.folder)
        )
        self.redis.shim("redis-cli", str(Path(server).with_name("redis-cli")), "-p", port, "$@")

    def _prepare_app(self, container: Container) -> None:
        """The image of the Dockerfile: its environment, the virtual environment's programs, its folder for data."""
        container.shim("python", sys.executable, "$@")
        uvicorn = Path(sys.executable).with_name("uvicorn")
        container.shim("uvicorn", str(uvicorn), "$@", "--host", "127.0.0.1", "--port", str(container.port))
        container.environment |= {
            "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(self.folder / "image"),
            # Whatever somebody keeps beside manage.py is not in the image.
            "PLENARY_ENV_FILE": os.devnull,
        }

    def _collect(self) -> None:
        """Static files, as the Dockerfile collects them."""
        if not (self.folder / "image/static/staticfiles.json").exists():
            (self.folder / "image").mkdir(exist_ok=True)
            self.manage("collectstatic", "--noinput", "--verbosity", "0")

    @staticmethod
    def _complete(container: Container) -> None:
        """Run a service that ends by itself."""
        assert container.start().process is not None
        if container.process and container.process.wait(300):
            raise ServiceMissing(container.log[-3000:])

    def _prepare_proxy(self) -> None:
        """Certificate, and nginx.conf with the addresses and folders that are here."""
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
        if nginx is None:
            message = "nginx is missing: apt install nginx"
            raise ServiceMissing(message)
        folder = self.proxy.folder
        for name in ("tls", "cache", "temp"):
            (folder / name).mkdir(exist_ok=True)
        # As root nginx gives its workers another user.
        (folder / "cache").chmod(0o777)
        certificate(folder / "tls")
        (folder / "nginx.conf").write_text(self.nginx_conf())
        self.proxy.shim("nginx", nginx, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"), "$@")

    def nginx_conf(self) -> str:
        """docs/deploy/nginx.conf as it is served here."""
        folder = self.proxy.folder
        temp = "".join(
            f"    {name}_temp_path {folder}/temp/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        servers = "\n        ".join(f"server 127.0.0.1:{web.port} max_fails=0;" for web in self.web)
        text = f"pid {folder}/nginx.pid;\n" + NGINX.read_text()
        for inside, here in (
            ("http {\n", f"http {{\n{temp}"),
            ("server web:8000 max_fails=0;", servers),
            ("listen 80 default_server", f"listen 127.0.0.1:{self.plain_port} default_server"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.tls_port} ssl"),
            ("/var/cache/nginx/", f"{folder}/cache/"),
            ("/etc/nginx/tls/", f"{folder}/tls/"),
        ):
            if inside not in text:
                message = f"docs/deploy/nginx.conf says no longer {inside!r}"
                raise ValueError(message)
            text = text.replace(inside, here)
        return text


def certificate(folder: Path) -> None:
    """A certificate of our own for localhost, for a day."""
    if (folder / "fullchain.pem").exists():
        return
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--folder", type=Path, default=None, help="keep everything here; else it is gone at the end")
    chosen = parser.parse_args()
    made = tempfile.mkdtemp(prefix="plenary-stack-", dir=TEMPORARY) if chosen.folder is None else None
    folder = Path(made or chosen.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        signals.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    try:
        with Stack(folder, chosen.workers) as stack:
            say(stack)
            while signals[-1:] not in ([signal.SIGINT], [signal.SIGTERM]):
                if signals:
                    signals.clear()
                    print("restarted:", *(f"exit {code}" for code in stack.roll()), flush=True)
                time.sleep(LOOK_SECONDS)
    except ServiceMissing as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if made:
            shutil.rmtree(made, ignore_errors=True)
    return 0


def say(stack: Stack) -> None:
    """What runs where."""
    settings = stack.folder / "env"
    settings.write_text("".join(f"export {k}={shlex.quote(v)}\n" for k, v in stack.web[0].environment.items()))
    print(f"Plenary      {stack.url}   (a certificate of its own: the browser asks once)")
    print(
        "web          "
        + ", ".join(f"127.0.0.1:{web.port} (process {web.process and web.process.pid})" for web in stack.web)
    )
    print(f"PostgreSQL   127.0.0.1:{stack.db.port}    Redis 127.0.0.1:{stack.redis.port}")
    print(f"sign in      . {settings}; .venv/bin/python manage.py create_staff you@example.org --organiser")
    print(f"restart      kill -HUP {os.getpid()}        logs: {stack.folder}/*/log", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
