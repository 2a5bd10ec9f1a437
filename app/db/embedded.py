"""Run the PostgreSQL 18 that came as a wheel, so that a laptop needs no database server.

The process that starts the server owns it: it holds a lock for its life and stops the server at
the end. Others join. When an owner dies the server goes on, and the next comer inherits it.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from app.db.cluster import PORT, Cluster, Postmaster, check, initialise, prepare
from app.settings import WrongSetting

PATIENCE_S = 60.0
# PostgreSQL puts refused values (a PESEL!) into DETAIL and STATEMENT lines: log neither.
_QUIET = ("log_error_verbosity=terse", "log_min_error_statement=panic", "log_checkpoints=off")
# After a crash one call writes the file system through; opening every file for it takes seconds.
QUICK_RECOVERY = ("recovery_init_sync_method=syncfs",) if sys.platform == "linux" else ()
_PLAIN = ("max_connections=200", "listen_addresses=", "timezone=UTC", "log_timezone=UTC", *_QUIET)
_DURABLE = (*_PLAIN, *QUICK_RECOVERY)
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server and how to reach it: by a Unix socket in a private folder."""

    superuser_url: str = field(repr=False)
    sockets: Path

    def url(self, user: str, password: str, database: str) -> str:
        """Give the address of one database for one role."""
        return _url(self.sockets, user, password, database)


@contextmanager
def embedded_server(data_dir: Path, *, durable: bool = True) -> Iterator[EmbeddedServer]:
    """Start the server of `data_dir`, or join the one that runs there already.

    `durable=False` trades crash safety for speed (tests); a joiner takes the server as it is.
    Refuses with `WrongSetting` what the person who set `data_dir` can put right.
    """
    with ExitStack() as stack:
        try:
            cluster = prepare(data_dir.expanduser().resolve())
            if stack.enter_context(_claim(cluster)):
                stack.enter_context(_run(cluster, durable=durable))
            server = _server(cluster)
        except OSError as error:
            raise WrongSetting(
                f"The data directory {data_dir} can't be used: {error}. "
                "Choose a folder of your own by ASYSTA_DATA_DIR."
            ) from error
        yield server


@contextmanager
def _claim(cluster: Cluster) -> Iterator[bool]:
    """Take the lock of the owner; False where an owner's server is there to join."""
    with (cluster.root / "cluster.lock").open("a") as lock:
        yield _is_ours(cluster, lock)


def _is_ours(cluster: Cluster, lock: IO[str]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        found = cluster.postmaster()
        if found and found.status == "ready" and found.answers():
            return False
        time.sleep(0.05)
    raise WrongSetting(f"Another process holds {cluster.root}, but its PostgreSQL doesn't answer.")


@contextmanager
def _run(cluster: Cluster, *, durable: bool) -> Iterator[None]:
    child = None if _inherit(cluster) else _start(cluster, durable=durable)
    try:
        yield
    finally:
        _stop(cluster, child)


def _inherit(cluster: Cluster) -> bool:
    """Take over a server whose owner died, if there is one."""
    found = cluster.postmaster()
    return found is not None and _await_ready(cluster, found.pid, found.answers)


def _start(cluster: Cluster, *, durable: bool) -> subprocess.Popen[str]:
    if cluster.data.exists():
        check(cluster)
        _forget_crash(cluster)
    else:
        initialise(cluster, durable=durable)
    for _ in range(3):  # the children of a killed server need a moment to notice and to leave
        child = _launch(cluster, _DURABLE if durable else _PLAIN + _HASTY)
        if child:
            return child
        time.sleep(0.5)
    lines = cluster.log.read_text(errors="replace").splitlines()[-5:]
    raise WrongSetting("\n".join([f"PostgreSQL doesn't start; the end of {cluster.log}:", *lines]))


def _forget_crash(cluster: Cluster) -> None:
    """Drop the pid file of a dead server, even if its number now belongs to another process."""
    if not (cluster.pid_file.exists() and Path("/proc/self").exists()):
        return
    found = cluster.postmaster()
    number = cluster.pid_file.read_text().partition("\n")[0]
    try:
        alive = Path(f"/proc/{number}/cwd").readlink() == cluster.data
    except PermissionError:  # another account's: PostgreSQL itself can tell
        return
    except FileNotFoundError:
        alive = False
    if not alive:
        cluster.pid_file.unlink()
        _drop_sockets(found)


def _launch(cluster: Cluster, settings: tuple[str, ...]) -> subprocess.Popen[str] | None:
    """Start the server and wait until it is ready; None where it gave up."""
    # A socket's path may have 107 bytes at most, so it can't be below the data directory.
    short = "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 (mkdtemp makes it private)
    sockets = Path(tempfile.mkdtemp(prefix="asysta-", dir=short))
    cluster.give(sockets)
    wanted = (f"unix_socket_directories={sockets}", f"port={PORT}", *settings)
    arguments = [part for setting in wanted for part in ("-c", setting)]
    ready = False
    with cluster.log.open("a") as output:
        child = cluster.launch("postgres", str(cluster.data), *arguments, output=output)
    try:
        ready = _await_ready(cluster, child.pid, lambda: child.poll() is None)
    finally:
        if not ready:
            _end(child)
            shutil.rmtree(sockets, ignore_errors=True)
    return child if ready else None


def _await_ready(cluster: Cluster, pid: int, alive: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while alive() and time.monotonic() < deadline:
        found = cluster.postmaster()
        if found and found.pid == pid and found.status == "ready":
            return True
        time.sleep(0.02)
    return False


def _stop(cluster: Cluster, child: subprocess.Popen[str] | None) -> None:
    """Stop the server (clients are cut off, the data is safe) and wait for its end."""
    found = cluster.postmaster()
    if child:
        _end(child)
    elif found and found.answers():
        os.kill(found.pid, signal.SIGINT)
        deadline = time.monotonic() + PATIENCE_S
        while cluster.pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    _drop_sockets(found)


def _end(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        child.wait()


def _drop_sockets(found: Postmaster | None) -> None:
    if found and found.sockets.name.startswith("asysta-"):
        shutil.rmtree(found.sockets, ignore_errors=True)


def _server(cluster: Cluster) -> EmbeddedServer:
    found = cluster.postmaster()
    if found is None:
        raise WrongSetting(f"The PostgreSQL of {cluster.root} stopped at this moment: try again.")
    password = cluster.password.read_text().strip()
    return EmbeddedServer(_url(found.sockets, "postgres", password, "postgres"), found.sockets)


def _url(sockets: Path, user: str, password: str, database: str) -> str:
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    where = f"host={quote(str(sockets))}&port={PORT}"  # the port too: PGPORT would win otherwise
    return f"postgresql://{login}@/{quote(database, safe='')}?{where}"
