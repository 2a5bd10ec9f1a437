"""README's five-minute tour runs as it is written, and `make tour` walks the whole road."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from rich.console import Console

from app.db.session import Database
from app.demo import people
from app.demo.centres import CENTRES
from app.domain.identity.service import hash_password
from app.main import create_app
from app.settings import Settings
from app.tour import walk
from app.tour.steps import STEPS
from tests.factories.databases import new_database
from tests.factories.sources import ROOT


async def _settle(url: str) -> None:
    database = Database(url)
    password = await hash_password(people.PASSWORD)
    await people.settle(database, CENTRES[0], None, password, assistants=4)
    await database.close()


@pytest.fixture(scope="module")
def server(
    superuser_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    """Serve a demo centre over real HTTP on a free port; return its address."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(new_database(superuser_url, f"readme_{worker}"))
    asyncio.run(_settle(url))
    data = tmp_path_factory.mktemp("readme")
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


def test_the_five_minute_tour_runs_as_it_is_written(server: str, tmp_path: Path) -> None:
    """Every block of README's tour, one after another, as somebody would paste them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script = tmp_path / "tour.py"
    script.write_text(
        "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), encoding="utf-8"
    )
    environment = os.environ | {"ASYSTA_URL": server}
    said = subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith("signal_received ['start_interview'")
    assert "rozporządzenia" in lines[1]
    assert lines[2].startswith("409")
    assert lines[3].startswith("403")
    assert lines[4] == "404"
    assert lines[5].startswith("B10")
    assert lines[6].endswith("record the first visit")


def test_the_tour_walks_the_whole_road_against_a_running_server(server: str) -> None:
    """As five people, each step with its article, at least six refusals with their rule."""
    console = Console(record=True, width=200)
    walk.run(server, console)
    shown = console.export_text()
    assert f"{len(STEPS)} steps" in shown
    refused = [step for step in STEPS if step.refused]
    assert len(refused) >= 6
    for step in refused:
        assert f" {step.refused} – " in shown


def test_readme_names_the_two_commands_first() -> None:
    """Somebody new sees `make run` and `make test` before anything else."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"```\n(.*?)```", text, re.DOTALL)
    assert first is not None
    commands = [line.split("#")[0].strip() for line in first.group(1).splitlines()]
    assert commands == ["make run", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)`", text)) | {"run", "test"}
    assert all(f"\n{target}:" in makefile for target in named)
