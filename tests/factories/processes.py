"""Real processes of the product: `serve` on ports of their own, started and ended by a test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.demo.people import PASSWORD
from tests.factories.sources import ROOT

PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that serves, and where."""

    child: subprocess.Popen[str]
    url: str
    said: Path

    def await_ready(self) -> None:
        """Wait until it reaches its database."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert self.child.poll() is None, self.said.read_text(encoding="utf-8")
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"{self.url} does not answer: {self.said.read_text(encoding='utf-8')}")

    def workers(self) -> set[int]:
        """Return the numbers of its workers."""
        listed = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text().split()
        return {int(n) for n in listed if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()}

    def end(self) -> None:
        """Ask it to end, and see to it."""
        self.child.terminate()
        try:
            self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def launch(url: str, data: Path, **settings: object) -> Serving:
    """Start `serve` on a database and return at once; `port` may be said among the settings."""
    port = int(str(settings.get("port") or free_port()))
    data.mkdir(parents=True, exist_ok=True)
    said = data / f"said.{port}"
    told = {"data_dir": data} | settings | {"port": port}
    environment = {f"ASYSTA_{name.upper()}": str(value) for name, value in told.items()}
    with said.open("w") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
        )
    return Serving(child, f"http://127.0.0.1:{port}", said)


@contextmanager
def serving(*launched: Serving) -> Iterator[None]:
    """Wait until all of them serve; end them with the block, whatever happens in it."""
    try:
        for one in launched:
            one.await_ready()
        yield
    finally:
        for one in launched:
            one.end()


def sign_in(at: Serving, login: str, centre: str = "bialystok") -> httpx.Response:
    """Sign in at one process as a person of a demo centre."""
    said = {"centre": centre, "login": login, "password": PASSWORD}
    response = httpx.post(f"{at.url}/api/v1/sessions", json=said, timeout=30)
    assert response.status_code == 201, response.text
    return response


def bearer(session: httpx.Response) -> dict[str, str]:
    """Return the header of who has signed in."""
    return {"Authorization": f"Bearer {session.json()['access_token']}"}
