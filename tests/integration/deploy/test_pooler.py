"""The set-up with PgBouncer in transaction mode between the web processes and PostgreSQL, where it is installed.

Two connections to the database serve all threads of both processes: no statement may lean on one of another transaction.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.containers import Container
from tests.integration.deploy.house import House, Voter, advanced
from tests.services import TEMPORARY, ServiceMissing, _server_user, free_port, missing
from tests.stack import Stack

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
CONNECTIONS = 2
VOTERS = 12
SETTINGS = """
[databases]
plenary = host=127.0.0.1 port={database} dbname=plenary

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
server_reset_query = DISCARD ALL
server_reset_query_always = 1
"""

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs PgBouncer: apt install pgbouncer")


@pytest.fixture
def pooled() -> Iterator[Stack]:
    """Two web processes that know the database by the pooler's address alone."""
    folder = Path(tempfile.mkdtemp(prefix="plenary-pooler-", dir=TEMPORARY))
    stack, pooler = Stack(folder), None
    try:
        stack.start_databases()
        pooler = bouncer(stack, folder / "pgbouncer")
        for container in (stack.migrate, *stack.web):
            url = container.environment["DATABASE_URL"].replace(f":{stack.db.port}/", f":{pooler.port}/")
            container.environment |= {"DATABASE_URL": url, "DATABASE_POOLER": "true"}
        stack.start_web()
        yield stack
    except ServiceMissing as error:
        missing(error)
    finally:
        stack.stop()
        if pooler is not None:
            pooler.stop()
        shutil.rmtree(folder, ignore_errors=True)


def bouncer(stack: Stack, folder: Path) -> Container:
    """PgBouncer, with a handful of connections of its own."""
    folder.mkdir()
    user, port = _server_user(), free_port()
    settings = SETTINGS.format(database=stack.db.port, port=port, folder=folder, connections=CONNECTIONS)
    (folder / "settings").write_text(settings)
    (folder / "users").write_text(f'"plenary" "{stack.variables["POSTGRES_PASSWORD"]}"\n')
    for path in (folder, folder / "settings", folder / "users"):
        if user is not None:
            shutil.chown(path, user)
    (folder / "log").touch()
    return Container(
        "pgbouncer", [str(PROGRAM), str(folder / "settings")], {}, folder, port, user=user,
        health=["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"],
    ).start().wait_healthy()  # fmt: skip


def test_a_vote_and_its_report_go_through_two_connections(pooled: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pooled.proxy.folder / "tls/fullchain.pem"))
    house = House.open(pooled)
    people = [house.join(f"Learner {number}") for number in range(VOTERS)]
    voters = [Voter(house, person["token"], person["ws_url"]) for person in people]

    async def vote() -> None:
        done = asyncio.Event()
        work = [asyncio.create_task(voter.vote_until(done, pooled.trust())) for voter in voters]
        async with asyncio.timeout(60):
            await advanced(voters)
            done.set()
            await asyncio.gather(*work)

    asyncio.run(vote())
    house.act("activity.close", a=house.activity)
    page = house.staff.get(f"/sessions/{house.id}/")
    report = pooled.manage(
        "export_session", house.id, "--format", "json", "--output", str(pooled.folder / "report.json")
    )
    with psycopg.connect(pooled.web[0].environment["DATABASE_URL"], prepare_threshold=None) as connection:
        row = connection.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'plenary'").fetchone()

    assert sorted(house.stored().values()) == sorted(voter.acked for voter in voters)
    assert [voter.refused for voter in voters if voter.refused] == []
    assert page.status_code == 200
    assert (pooled.folder / "report.json").stat().st_size > 500, report
    assert row is not None
    assert 0 < row[0] <= CONNECTIONS
    for web in pooled.web:
        assert "error" not in web.log.replace("uvicorn.error", ""), web.log[-2000:]
