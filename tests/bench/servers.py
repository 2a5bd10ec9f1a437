"""The stacks: each a server of its own on a free port, one process, as its users would start it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from app.api.keys import jwks, load_keyring
from app.settings import Settings
from tests.factories.sources import ROOT

PATIENCE_S = 30.0
_PEERS = ROOT / ".venv-bench" / "bin"
_OURS = (
    "from app.serving import serve_on; from app.settings import read_settings;"
    " serve_on(read_settings())"
)
NAMES = {
    "ours": "Asysta",
    "floor": "floor (bare ASGI + asyncpg)",
    "drf": "Django REST Framework",
    "sqlmodel": "FastAPI + SQLModel ORM",
}
OWN = ("ours", "floor")
PEERS = ("drf", "sqlmodel")
# The worklist as a peer would be a project of its own.
LEFT_OUT = {("drf", "R4"), ("sqlmodel", "R4")}


@dataclass(frozen=True, slots=True)
class Stack:
    """A running server."""

    name: str
    port: int
    pid: int
    ready_s: float


def command(name: str, port: int) -> list[str]:
    """Return how a stack is started."""
    if name == "ours":
        return [sys.executable, "-c", _OURS]
    if name == "floor":
        return [sys.executable, "-m", "tests.bench.floor"]
    if name == "drf":
        threads = ("--worker-class", "gthread", "--workers", "1", "--threads", "4")
        target = ("--bind", f"127.0.0.1:{port}", "--keep-alive", "60")
        quiet = ("--log-level", "error", "--no-control-socket")
        application = "tests.bench.peers.wsgi:application"
        return [str(_PEERS / "gunicorn"), *threads, *target, *quiet, application]
    options = ("--port", str(port), "--log-level", "warning", "--no-access-log")
    return [str(_PEERS / "uvicorn"), *options, "tests.bench.peers.tutorial:app"]


@contextmanager
def serving(name: str, url: str, settings: Settings) -> Iterator[Stack]:
    """Serve a database until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command(name, port),
        cwd=ROOT,
        env=_environment(url, settings, port),
        stdin=subprocess.DEVNULL,
    )
    try:
        _await(process, name, port)
        yield Stack(name, port, process.pid, time.perf_counter() - begin)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving_all(urls: dict[str, str], settings: Settings) -> Iterator[dict[str, Stack]]:
    """Serve several stacks side by side; those that nobody asks cost nothing."""
    with ExitStack() as opened:
        yield {
            name: opened.enter_context(serving(name, url, settings)) for name, url in urls.items()
        }


def _environment(url: str, settings: Settings, port: int) -> dict[str, str]:
    """Tell every stack its database and the public key; peers read no settings of ours."""
    key = jwks(load_keyring(settings))["keys"][0]
    parts = make_url(url)
    return os.environ | {
        "DATABASE_URL": url,
        "ASYSTA_DATA_DIR": str(settings.data_dir),
        "ASYSTA_PORT": str(port),
        "BENCH_JWK": json.dumps(key),
        "BENCH_ISSUER": settings.issuer,
        "BENCH_AUDIENCE": settings.audience,
        "BENCH_HOST": str(parts.query.get("host", parts.host or "")),
        "BENCH_USER": str(parts.username),
        "BENCH_PASSWORD": str(parts.password),
        "BENCH_DATABASE": str(parts.database),
        "DJANGO_SETTINGS_MODULE": "tests.bench.peers.drf_settings",
        "PYTHONPATH": str(ROOT),
    }


def _await(process: subprocess.Popen[bytes], name: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server of {name} ended with {process.returncode}.")
        if _answers(port):
            return
        time.sleep(0.01)
    raise RuntimeError(f"The server of {name} does not answer.")


def _answers(port: int) -> bool:
    """Ask for anything: whatever the status, the application has started."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return client.recv(16).startswith(b"HTTP/1.1 ")
    except OSError:
        return False


def available(names: tuple[str, ...]) -> tuple[str, ...]:
    """Leave the peers out where their environment is not installed."""
    return tuple(n for n in names if n not in PEERS or Path(_PEERS / "uvicorn").exists())
