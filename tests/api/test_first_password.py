"""Nobody knows a password that opens families but the person it is of (S4.2)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.actor import WITH_FAMILIES, Role
from tests.factories.accounts import (
    NEXT,
    PASSWORD,
    Login,
    finish_reset,
    make_login,
    me,
    reset,
    sign_in,
)
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.hiring import somebody
from tests.factories.people import HERE, Person, World

ADMINISTRATOR = HERE.administrator
KEEPERS = [ADMINISTRATOR, HERE.manager]
OTHERS = sorted(WITH_FAMILIES - {Role.MANAGER})

pytestmark = pytest.mark.rule("S4.2")


@pytest.fixture(autouse=True)
def _today(clock: TestClock) -> None:
    clock.instant = datetime.now(UTC).replace(microsecond=0)


async def _version(api: Api, login: Login) -> int:
    shown = (await api.as_(HERE.manager).get(f"/staff/{login.account}")).json()
    version: int = shown["version"]
    return version


async def _opens(api: Api, login: Login, password: str) -> int:
    return (await api.as_(None).post("/sessions", login.said(password=password))).status_code


async def _begin_to_see_families(api: Api, login: Login, by: Person) -> None:
    said, version = {"roles": ["social_worker"]}, await _version(api, login)
    changed = await api.as_(by).patch(f"/staff/{login.account}", said, version=version)
    assert changed.status_code == 200, changed.text


@pytest.fixture
async def new(api: Api, world: World) -> Login:
    """Return an assistant whom an administrator has taken on, without a password."""
    await make_login(world)
    said = somebody()
    del said["password"]
    created = await api.as_(ADMINISTRATOR).post("/staff", said)
    assert created.status_code == 201, created.text
    return Login(HERE.code, said["login"], UUID(created.json()["id"]))


@pytest.fixture
async def keeper(world: World) -> Login:
    """Return another administrator, who can sign in."""
    return await make_login(world, roles=[Role.ADMINISTRATOR.value])


@pytest.mark.parametrize("role", OTHERS)
async def test_an_administrator_gives_none_to_who_sees_families(api: Api, role: Role) -> None:
    said = somebody(roles=[role.value])
    problem = problem_of(await api.as_(ADMINISTRATOR).post("/staff", said), 409, "S4.2")
    assert problem["type"].endswith("first_password_by_keeper")
    assert problem["errors"][0]["pointer"] == "#/password"
    assert (await api.as_(HERE.manager).post("/staff", said)).status_code == 201


async def test_an_administrator_gives_one_to_who_sees_no_family(api: Api) -> None:
    said = somebody(roles=["administrator"])
    assert (await api.as_(ADMINISTRATOR).post("/staff", said)).status_code == 201


@pytest.mark.parametrize("guess", [PASSWORD, "!", "None"])
async def test_without_a_first_password_none_fits(api: Api, new: Login, guess: str) -> None:
    assert await _opens(api, new, guess) == 401


async def test_the_first_token_is_a_managers_to_hand_over(api: Api, new: Login) -> None:
    problem_of(await reset(api, new.account, ADMINISTRATOR), 409, "S4.1")
    token = (await reset(api, new.account, HERE.manager)).json()["reset_token"]
    assert (await finish_reset(api, token)).status_code == 204
    assert await _opens(api, new, NEXT) == 201


@pytest.mark.parametrize("by", KEEPERS, ids=["administrator", "manager"])
async def test_who_comes_to_see_families_loses_a_password_that_others_may_know(
    api: Api, keeper: Login, by: Person
) -> None:
    tokens = await sign_in(api, keeper)
    await _begin_to_see_families(api, keeper, by)
    problem_of(await me(api, tokens), 401, "not_signed_in")
    assert await _opens(api, keeper, PASSWORD) == 401
    token = (await reset(api, keeper.account, HERE.manager)).json()["reset_token"]
    assert (await finish_reset(api, token)).status_code == 204
    assert await _opens(api, keeper, NEXT) == 201


async def test_a_token_of_before_does_not_open_families(api: Api, keeper: Login) -> None:
    token = (await reset(api, keeper.account, ADMINISTRATOR)).json()["reset_token"]
    await _begin_to_see_families(api, keeper, HERE.manager)
    problem_of(await finish_reset(api, token), 422, "reset_token_over")


async def test_who_sees_families_already_keeps_their_password(api: Api, world: World) -> None:
    login = await make_login(world, roles=[Role.SOCIAL_WORKER.value])
    said, version = {"roles": ["manager", "social_worker"]}, await _version(api, login)
    more = await api.as_(HERE.manager).patch(f"/staff/{login.account}", said, version=version)
    assert more.status_code == 200, more.text
    assert await _opens(api, login, PASSWORD) == 201
