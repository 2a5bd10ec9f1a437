"""A demo centre over real HTTP, for documents whose code is run and pages of other origins."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.db.session import Database
from app.db.vault.master import load_master
from app.demo import people
from app.demo.centres import CENTRES
from app.domain.passwords.service import hash_password
from app.main import create_app
from app.settings import Settings

_PAGE = "<!doctype html><meta charset='utf-8'><title>Panel</title>"
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


async def settle(url: str, settings: Settings) -> None:
    """Put the people of one demo centre into a database; its families come with the tests."""
    database = Database(url, load_master(settings))
    password = await hash_password(people.PASSWORD)
    await people.settle(database, CENTRES[0], None, password, assistants=4)
    await database.close()


@contextmanager
def served(url: str, data: Path, cors_origins: tuple[str, ...] = ()) -> Iterator[str]:
    """Serve a database on a free port until the end of the block; yield the address."""
    changed = {"database_url": url, "cors_origins": cors_origins}
    settings = Settings(data_dir=data).model_copy(update=changed)
    asyncio.run(settle(url, settings))
    with running(create_app(settings)) as address:
        yield address


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Run an application on a free port until the end of the block; yield the address.

    Its log goes where the process's log goes, so that the canaries see it.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, log_level="warning", lifespan="on")
    )
    thread = threading.Thread(target=process.run, daemon=True)
    thread.start()
    while not process.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    process.should_exit = True
    thread.join(10)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def origin(folder: Path) -> Iterator[str]:
    """Serve an empty page on a port of its own, which makes it another origin; yield that."""
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    serve = partial(_Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{pages.server_port}"
        pages.shutdown()


def blocks(text: str) -> list[str]:
    """Return the Python blocks of a document, in their order."""
    return _PYTHON.findall(text)


def run_script(code: str, folder: Path, server: str) -> str:
    """Run a script in a process of its own against the server; return what it printed."""
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"ASYSTA_URL": server, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout
