"""A failure of the database is no wrong attempt, in signing in and in setting a new password."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import CannotConnectNowError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.api import turns
from app.api.turns import MOST_OF_A_SITE, Turns
from app.db.session import Scope
from app.domain.attempts.rules import FREE, Keys, site_of
from app.domain.errors import Busy
from tests.factories.accounts import Login, make_login
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, World

RESET = {"reset_token": HERE.id.hex + "x" * 43, "password": "zupełnie inny parasol 7"}


class Failing:
    """Lets the n-th transaction of each request fail, before it does anything."""

    def __init__(self, database: OneConnection) -> None:
        """Fail nothing."""
        self.begin = database.begin
        self.failure: Exception = ConnectionResetError()
        self.at: tuple[int, ...] = ()
        self.begun: dict[Any, int] = {}

    @asynccontextmanager
    async def __call__(self, scope: Scope) -> AsyncIterator[Any]:
        """Begin, or fail."""
        self.begun[scope.request] = self.begun.get(scope.request, 0) + 1
        if self.begun[scope.request] in self.at:
            raise self.failure
        async with self.begin(scope) as session:
            yield session


@pytest.fixture
def failing(database: OneConnection, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Return what lets transactions of the application fail."""
    failing = Failing(database)
    monkeypatch.setattr(database, "begin", failing)
    return failing


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return an assistant who can sign in here; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world)


async def _status(api: Api, who: Login, **changes: str) -> int:
    return (await api.as_(None).post("/sessions", who.said(**changes))).status_code


@pytest.mark.rule("S3")
@pytest.mark.parametrize(
    "failure",
    [ConnectionResetError(), TimeoutError(), PoolTimeout(), CannotConnectNowError()],
    ids=lambda failure: type(failure).__name__,
)
@pytest.mark.parametrize("password", ["right", "wrong"])
async def test_what_the_database_failed_to_judge_is_not_counted(
    api: Api, login: Login, failing: Failing, failure: Exception, password: str
) -> None:
    said = {} if password == "right" else {"password": "x"}
    failing.failure, failing.at = failure, (2,)
    for _ in range(FREE + 2):
        assert await _status(api, login, **said) == 503
    failing.at = ()
    for _ in range(FREE - 1):
        assert await _status(api, login, password="x") == 401
    assert await _status(api, login) == 201


async def test_what_was_judged_before_and_after_stays_counted(
    api: Api, login: Login, failing: Failing
) -> None:
    for at in ((), (2,), (), (2,), (), ()):
        failing.at = at
        assert await _status(api, login, password="x") == (503 if at else 401)
    failing.at = (2,)
    assert await _status(api, login) == 503
    failing.at = ()
    assert await _status(api, login, password="x") == 401
    assert await _status(api, login) == 429, "five wrong ones were judged"


async def test_who_has_waited_does_not_wait_again_for_a_failure(
    api: Api, login: Login, failing: Failing
) -> None:
    for _ in range(FREE):
        assert await _status(api, login, password="x") == 401
    assert await _status(api, login) == 429
    api.clock.instant += timedelta(seconds=2)
    failing.at = (2,)
    assert await _status(api, login) == 503
    failing.at = ()
    assert await _status(api, login) == 201


async def test_a_failure_before_the_turn_is_taken_is_not_counted_either(
    api: Api, login: Login, failing: Failing
) -> None:
    failing.at = (2,)
    assert await _status(api, login) == 503
    failing.at = (1,)
    for _ in range(FREE):
        assert await _status(api, login) == 503, "what is owed stays owed"
    failing.at = ()
    for _ in range(FREE - 1):
        assert await _status(api, login, password="x") == 401
    assert await _status(api, login) == 201


async def test_a_mistake_of_ours_stays_counted(api: Api, login: Login, failing: Failing) -> None:
    """What nobody has foreseen must not become a way to guess for free."""
    failing.failure, failing.at = RuntimeError(), (2,)
    for _ in range(FREE):
        assert await _status(api, login, password="x") == 500
    failing.at = ()
    assert await _status(api, login) == 429


async def test_a_reset_that_the_database_failed_to_judge_is_not_counted(
    api: Api, failing: Failing, clock: TestClock
) -> None:
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    guest = api.as_(None)
    failing.at = (2,)
    for _ in range(FREE + 2):
        assert (await guest.post("/sessions/password-reset", RESET)).status_code == 503
    failing.at = ()
    for _ in range(FREE):
        answer = await guest.post("/sessions/password-reset", RESET)
        problem_of(answer, 422, "reset_token_over")
    problem_of(await guest.post("/sessions/password-reset", RESET), 429, "S3")


def test_of_one_site_no_more_are_let_in_than_find_room() -> None:
    turns = Turns()
    with ExitStack() as inside:
        for _ in range(MOST_OF_A_SITE):
            inside.enter_context(turns.coming("here"))
        with pytest.raises(Busy), turns.coming("here"):
            pass
        with turns.coming("elsewhere"):
            pass
    with turns.coming("here"):
        pass
    assert not turns._coming, "who has left is forgotten"


async def test_who_finds_no_room_asks_nothing_of_the_database(
    api: Api, login: Login, failing: Failing
) -> None:
    with ExitStack() as inside:
        for _ in range(MOST_OF_A_SITE):
            inside.enter_context(api.app.state.turns.coming(site_of("127.0.0.1")))
        assert await _status(api, login) == 503
        answer = await api.as_(None).post("/sessions/password-reset", RESET)
        problem_of(answer, 503, "busy")
        assert not failing.begun
        assert (await _status(api.at("203.0.113.7"), login)) == 201
    assert await _status(api, login) == 201


def test_what_is_owed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_OWED", 2)
    owing, keys = Turns(), [Keys(uuid4().hex) for _ in range(3)]
    for key in (*keys, keys[2]):
        owing._owe(HERE.id, key, 1)
    assert owing._owed == {(HERE.id, keys[1]): 1, (HERE.id, keys[2]): 2}
