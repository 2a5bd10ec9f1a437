"""PostgreSQL servers of a test's own: a primary and standbys that can be killed and promoted."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL

from app.db.cluster import Cluster, initialise, prepare
from app.db.embedded import QUICK_RECOVERY
from tests.factories.processes import free_port

PATIENCE_S = 60.0
_SETTINGS = (
    *("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"),
    *("wal_level=replica", "max_wal_senders=5", "hot_standby=on", "wal_keep_size=256MB"),
    *("log_error_verbosity=terse", "log_min_error_statement=panic"),
    *QUICK_RECOVERY,
)


@dataclass(slots=True)
class Postgres:
    """One server: its files, its port, and its process, which is our child."""

    cluster: Cluster
    port: int
    child: subprocess.Popen[str] | None = None

    @property
    def password(self) -> str:
        """Return the superuser's password, which a standby has from its primary."""
        return self.cluster.password.read_text(encoding="utf-8").strip()

    @property
    def host(self) -> str:
        """Return where it listens."""
        return f"127.0.0.1:{self.port}"

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database."""
        return url_of(database, self)

    def start(self, *settings: str) -> None:
        """Start it and wait until it takes connections."""
        wanted = (f"port={self.port}", *_SETTINGS, *settings)
        arguments = [part for setting in wanted for part in ("-c", setting)]
        with self.cluster.log.open("a") as output:
            self.child = self.cluster.launch(
                "postgres", str(self.cluster.data), *arguments, output=output
            )
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.cluster.postmaster()
            if found and found.pid == self.child.pid and found.status in {"ready", "standby"}:
                return
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(self.cluster.log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a loss of power would: no farewell, nothing written any more."""
        assert self.child is not None
        self.child.kill()
        self.child.wait()

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            self.child.wait(PATIENCE_S)

    async def ask(self, question: str, *arguments: object, database: str = "postgres") -> object:
        """Run one statement as the superuser, on a connection of its own."""
        connection = await asyncpg.connect(self.url(database), timeout=10)
        try:
            return await connection.fetchval(question, *arguments)
        finally:
            await connection.close()


def url_of(database: str, *servers: Postgres) -> str:
    """Return one address with the hosts of all servers, as the superuser they have in common."""
    first = servers[0]
    url = URL.create("postgresql", "postgres", first.password, "127.0.0.1", first.port, database)
    hosts = ",".join(server.host for server in servers)
    return url.render_as_string(hide_password=False).replace(first.host, hosts)


def make_primary(root: Path, *, durable: bool = False) -> Postgres:
    """Make an empty cluster below a folder."""
    cluster = prepare(root / "primary")
    initialise(cluster, durable=durable)
    return Postgres(cluster, free_port())


def make_standby(root: Path, name: str, primary: Postgres) -> Postgres:
    """Copy a running primary; started, the copy follows it under this name."""
    cluster = prepare(root / name)
    cluster.data.mkdir(mode=0o700)
    cluster.give(cluster.data)
    shutil.copy2(primary.cluster.password, cluster.password)
    said = f"host=127.0.0.1 port={primary.port} user=postgres password={primary.password}"
    arguments = ("-d", f"{said} application_name={name}", "-R", "-X", "stream", "-c", "fast")
    with tempfile.TemporaryFile("w+") as output:
        copying = cluster.launch(
            "pg_basebackup", str(cluster.data), *arguments, "--no-sync", output=output
        )
        if copying.wait(PATIENCE_S):
            output.seek(0)
            raise AssertionError(output.read())
    return Postgres(cluster, free_port())


@contextmanager
def replicated(*, durable: bool = False) -> Iterator[tuple[Postgres, Postgres]]:
    """Run a primary and a standby until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="asysta-pair-") as folder:
        root = Path(folder)
        if os.geteuid() == 0:
            root.chmod(0o711)
        primary = make_primary(root, durable=durable)
        standby = None
        try:
            primary.start(*([] if durable else ["fsync=off"]))
            standby = make_standby(root, "standby", primary)
            standby.start("cluster_name=standby")
            yield primary, standby
        finally:
            for server in (standby, primary):
                if server is not None:
                    server.stop()
