"""Signs of life: alive without the database, ready only with it, and quick to say so."""

from typing import Never

import pytest

from app.db.session import Database
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, OneConnection


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_signs_of_life_need_no_token(api: Api, path: str) -> None:
    answer = await api.as_(None).get(path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "failure", [ConnectionRefusedError(), TimeoutError(), OSError("no route to host")]
)
async def test_without_its_database_it_lives_but_is_not_ready(
    api: Api, database: OneConnection, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async def gone() -> Never:
        raise failure

    monkeypatch.setattr(database, "ping", gone)
    answer = await api.as_(None).get("/health/ready")
    problem_of(answer, 503, "busy")
    assert answer.headers["retry-after"] == "2"
    assert (await api.as_(None).get("/health/live")).status_code == 200


async def test_readiness_asks_the_real_database(
    settings: Settings, pools: Database, clock: TestClock
) -> None:
    api = Api(create_app(settings, database=pools, clock=clock), clock)
    assert (await api.as_(None).get("/health/ready")).status_code == 200


async def test_a_database_that_is_gone_is_a_503_and_not_a_500(
    settings: Settings, clock: TestClock, kept_url: str
) -> None:
    database = Database(kept_url, MASTER, reads=1, writes=1)
    await database.open()
    api = Api(create_app(settings, database=database, clock=clock), clock)
    assert (await api.as_(None).get("/health/ready")).status_code == 200
    await database.close()
    problem_of(await api.as_(None).get("/health/ready"), 503, "busy")


async def test_the_application_opens_and_closes_its_database(
    settings: Settings, clock: TestClock, kept_url: str
) -> None:
    app = create_app(settings.model_copy(update={"database_url": kept_url}), clock=clock)
    async with app.router.lifespan_context(app):
        assert (await Api(app, clock).as_(None).get("/health/ready")).status_code == 200
    problem_of(await Api(app, clock).as_(None).get("/health/ready"), 503, "busy")
