"""What serves holds nothing of the other commands: no demo, no Alembic, no lists of passwords."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.api.contract.document import build, document
from tests.factories.api import Api
from tests.factories.document import DOCUMENT
from tests.factories.sources import ROOT

OTHERS = {"alembic", "faker", "typer", "zxcvbn", "app.commands", "app.demo", "app.tour"}
SERVING = """
from pathlib import Path
import app.serving
from app.main import create_app
from app.settings import Settings
url = "postgresql://nobody@localhost/none"
create_app(Settings(data_dir=Path({data!r})).model_copy(update={{"database_url": url}}))
"""
BUILT = """
from app.api.v1.schemas.base import Out, PageOut
from app.db.base import Record
def below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from below(one)
shapes = [one for base in (Out, PageOut, Record) for one in below(base)]
assert len(shapes) > 150
said = [one.__name__ for one in shapes if one.__pydantic_complete__]
import json; print(json.dumps(said))
"""
WORKER = "import runpy; runpy.run_module('app.cli', run_name='__mp_main__')"


def _told(script: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def _imported(script: str) -> set[str]:
    return _told(f"{script}\nimport json, sys; print(json.dumps(list(sys.modules)))")


def test_a_serving_process_imports_only_what_serves(tmp_path: Path) -> None:
    found = _imported(SERVING.format(data=str(tmp_path)))
    assert "app.api.v1.cases" in found
    assert not OTHERS & found


def test_a_worker_imports_no_more_with_the_command_line() -> None:
    found = _imported(WORKER)
    assert "app.settings" in found
    assert not (OTHERS | {"sqlalchemy"}) & found


def test_no_shape_is_built_before_it_reads_or_writes_something(tmp_path: Path) -> None:
    assert not _told(SERVING.format(data=str(tmp_path)) + BUILT)


async def test_the_contract_is_built_with_the_first_request_and_kept_as_text_alone(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[FastAPI] = []

    def counted(app: FastAPI) -> object:
        built.append(app)
        return build(app)

    monkeypatch.setattr("app.api.docs.build", counted)
    async with api.client() as client:
        for _ in range(2):
            assert (await client.get("/openapi/v1.json")).json() == DOCUMENT
    (app,) = built
    assert app.openapi_schema is None
    assert document(app) == DOCUMENT
