"""Many sign-ins at once from one place: others come in, nobody waits long, no connection waits."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from app.db.session import Database
from app.domain.passwords import service as passwords
from app.main import create_app
from app.settings import Settings
from tests.factories.accounts import PASSWORD
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.people import HERE

CROWD = 30
TOO_LONG_S = 60  # for a machine that does other things as well


class Slow:
    """Comparing passwords, as slowly as one lets it; nothing fits."""

    def __init__(self, pools: Database) -> None:
        """Compare nothing yet."""
        self.done, self.lent = 0, list[int]()
        self._pools, self._go = pools, threading.Semaphore(0)

    def __call__(self, *_: object) -> bool:
        """Compare one when it is let to."""
        self.lent.append(self._pools._engine.pool.checkedout())  # type: ignore[attr-defined]
        self._go.acquire(timeout=TOO_LONG_S)
        self.done += 1
        return False

    async def let(self, number: int) -> None:
        """Let so many be compared, one after the other."""
        for _ in range(number):
            self._go.release()
            await asyncio.sleep(0.01)


@pytest.fixture
def real(pools: Database, settings: Settings, clock: TestClock) -> Api:
    """Return the application on its real pools, called from a site that nobody was at before."""
    app = create_app(settings, database=pools, clock=clock)
    return Api(app, clock, f"2001:db8:{uuid4().hex[:4]}::1")


@pytest.fixture
async def slow(pools: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slow]:
    """Let every comparison wait for the test."""
    slow = Slow(pools)
    monkeypatch.setattr(passwords, "_verify", slow)
    yield slow
    await slow.let(CROWD)


async def _try(api: Api) -> Response:
    said = {"centre": HERE.code, "login": f"nikt.{uuid4().hex[:8]}", "password": PASSWORD}
    return await api.as_(None).post("/sessions", said)


async def _ended(tasks: list[asyncio.Task[Response]], number: int) -> None:
    while sum(task.done() for task in tasks) < number:
        waiting = [task for task in tasks if not task.done()]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)


async def test_a_crowd_of_one_site_keeps_nobody_else_out(
    real: Api, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords._LINE, "_seconds", TOO_LONG_S)
    crowd = [asyncio.create_task(_try(real)) for _ in range(CROWD)]
    most = passwords.AT_ONCE + passwords.WAITING
    async with asyncio.timeout(TOO_LONG_S):
        await _ended(crowd, CROWD - most)
        person = asyncio.create_task(_try(real.at(f"2001:db8:{uuid4().hex[:4]}:1::1")))
        await _ended(crowd, CROWD - most + 1)
        sent_away = [task.result() for task in crowd if task.done()]
        await slow.let(passwords.AT_ONCE + 2)
        problem_of(await person, 401, "wrong_credentials")
        assert slow.done <= passwords.AT_ONCE + 2, "those at work, one of the crowd, the person"
        await slow.let(CROWD)
        await asyncio.gather(*crowd)
    for answer in sent_away:
        problem_of(answer, 503, "busy")
        assert answer.headers["retry-after"] == "2"


async def test_who_waits_too_long_is_sent_away(real: Api, slow: Slow) -> None:
    async with asyncio.timeout(TOO_LONG_S):
        crowd = [asyncio.create_task(_try(real)) for _ in range(passwords.AT_ONCE + 3)]
        await _ended(crowd, 3)
    assert [task.result().status_code for task in crowd if task.done()] == [503] * 3
    assert slow.done == 0


CHANGES: dict[str, dict[str, Any]] = {
    "/me/password": {"present_password": PASSWORD, "password": "dwa kasztany pod ławką"},
    "/me/second-factor": {"present_password": PASSWORD},
    "/me/second-factor/removal": {"present_password": PASSWORD, "code": "000000"},
}


@pytest.mark.parametrize("path", CHANGES)
async def test_no_connection_waits_while_the_present_password_is_compared(
    real: Api, slow: Slow, path: str
) -> None:
    asked = asyncio.create_task(real.as_(HERE.manager).post(path, CHANGES[path]))
    await slow.let(1)
    problem_of(await asked, 422, "present_password_wrong")
    assert slow.lent == [0]


async def test_no_connection_waits_while_a_new_password_is_judged(
    real: Api, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_verify", lambda *_: True)
    judged = passwords._judge

    def judge(*said: Any) -> None:
        slow()
        judged(*said)

    monkeypatch.setattr(passwords, "_judge", judge)
    said = CHANGES["/me/password"] | {"password": "x" * 20}
    asked = asyncio.create_task(real.as_(HERE.manager).post("/me/password", said))
    await slow.let(1)
    problem_of(await asked, 422, "S2")
    assert slow.lent == [0]
