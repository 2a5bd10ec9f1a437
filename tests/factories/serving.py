"""A demo centre over real HTTP, for documents whose code blocks are run as a reader would."""

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
from pathlib import Path

import uvicorn

from app.db.session import Database
from app.demo import people
from app.demo.centres import CENTRES
from app.domain.identity.service import hash_password
from app.main import create_app
from app.settings import Settings

_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


async def settle(url: str) -> None:
    """Put the people of one demo centre into a database; its families come with the tests."""
    database = Database(url)
    password = await hash_password(people.PASSWORD)
    await people.settle(database, CENTRES[0], None, password, assistants=4)
    await database.close()


@contextmanager
def served(url: str, data: Path) -> Iterator[str]:
    """Serve a database on a free port until the end of the block; yield the address."""
    asyncio.run(settle(url))
    settings = Settings(data_dir=data).model_copy(update={"database_url": url})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(create_app(settings), port=port, log_level="warning", lifespan="on")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)


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
