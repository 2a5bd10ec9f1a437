"""No administrator becomes somebody who sees families; who is helped in, is told (S1, S4.1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from pyotp import TOTP

from app.domain.actor import Role
from app.domain.identity.rules import KEEPER_APART_DAYS
from app.domain.staff.rules import StaffState
from app.domain.staff.service import help_in
from app.domain.staff.tables import StaffProfile
from tests.factories.accounts import NEXT, PASSWORD, Login, finish_reset, make_login, reset, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.hiring import somebody
from tests.factories.people import HERE, Person, World

ADMINISTRATOR = HERE.administrator


@pytest.fixture
async def manager(world: World, clock: TestClock) -> Login:
    """Return a manager who can sign in; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world, roles=[Role.MANAGER.value])


@pytest.fixture
async def protected(api: Api, manager: Login) -> Login:
    """Return a manager with a second factor."""
    headers = {"authorization": f"Bearer {(await sign_in(api, manager))['access_token']}"}
    caller, path = api.as_(None), "/me/second-factor"
    begun = await caller.post(path, {"present_password": PASSWORD}, headers=headers)
    code = TOTP(begun.json()["secret"]).at(api.clock.instant)
    done = await caller.post(f"{path}/confirmation", {"code": code}, headers=headers)
    assert done.status_code == 200, done.text
    return manager


async def _remove(api: Api, login: Login, by: Person = ADMINISTRATOR) -> Response:
    return await api.as_(by).post(f"/staff/{login.account}/second-factor/removal")


@pytest.mark.rule("S4.1")
async def test_an_administrator_takes_not_the_factor_of_whose_password_they_took(
    api: Api, protected: Login
) -> None:
    token = (await reset(api, protected.account, ADMINISTRATOR)).json()["reset_token"]
    problem = problem_of(await _remove(api, protected), 409, "S4.1")
    assert problem["type"].endswith("both_by_one_keeper")
    api.clock.instant += timedelta(hours=1)
    assert (await finish_reset(api, token)).status_code == 204
    answer = await api.as_(None).post("/sessions", protected.said(password=NEXT))
    problem_of(answer, 401, "S4")
    api.clock.travel(days=KEEPER_APART_DAYS - 1)
    problem_of(await _remove(api, protected), 409, "S4.1")
    api.clock.travel(days=1)
    assert (await _remove(api, protected)).status_code == 204


@pytest.mark.rule("S4.1")
@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
async def test_a_manager_or_another_administrator_takes_the_second_one(
    api: Api, world: World, protected: Login, role: Role
) -> None:
    """Nobody stays out: whoever else keeps accounts makes sure whom they help."""
    other = await make_login(world, login="inna.osoba", roles=[role.value])
    assert (await reset(api, protected.account, ADMINISTRATOR)).status_code == 200
    headers = {"authorization": f"Bearer {(await sign_in(api, other))['access_token']}"}
    path = f"/staff/{protected.account}/second-factor/removal"
    assert (await api.as_(None).post(path, headers=headers)).status_code == 204


@pytest.mark.rule("S4.1")
async def test_an_administrator_takes_no_password_that_alone_opens_families(
    api: Api, manager: Login, world: World
) -> None:
    problem = problem_of(await reset(api, manager.account, ADMINISTRATOR), 409, "S4.1")
    assert problem["type"].endswith("nothing_else_protects")
    assert (await reset(api, manager.account, HERE.manager)).status_code == 200
    other = await make_login(world, login="drugi.admin", roles=[Role.ADMINISTRATOR.value])
    assert (await reset(api, other.account, ADMINISTRATOR)).status_code == 200, (
        "who sees no family is theirs"
    )


@pytest.mark.rule("S4.1")
async def test_the_factor_first_and_the_password_then_is_no_way_either(
    api: Api, protected: Login
) -> None:
    assert (await _remove(api, protected)).status_code == 204, "the phone is lost"
    problem_of(await reset(api, protected.account, ADMINISTRATOR), 409, "S4.1")
    assert (await api.as_(None).post("/sessions", protected.said())).status_code == 201


@pytest.mark.rule("S4.1")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_it_holds_for_everybody_who_sees_families(api: Api, world: World, role: Role) -> None:
    login = await make_login(world, roles=[role.value])
    problem_of(await reset(api, login.account, ADMINISTRATOR), 409, "S4.1")


async def _opened(api: Api, headers: dict[str, str] | None, by: Person | None) -> list[Any]:
    answer = await api.as_(by).get("/worklist", headers=headers or {})
    assert answer.status_code == 200, answer.text
    found = answer.json()["opened_accounts"]
    return [(one["type"], one["person"]["id"], one["by"]["id"]) for one in found]


@pytest.mark.rule("S4.1")
async def test_the_person_and_the_manager_are_told_of_it(
    api: Api, world: World, protected: Login
) -> None:
    clerk = await make_login(world, login="jan.lis", roles=[Role.ADMINISTRATOR.value])
    assert (await reset(api, clerk.account, ADMINISTRATOR)).status_code == 200
    assert (await _remove(api, protected)).status_code == 204
    told = [("second_factor_removed", str(protected.account), str(ADMINISTRATOR.id))]
    headers = {"authorization": f"Bearer {(await sign_in(api, protected))['access_token']}"}
    assert await _opened(api, headers, None) == told
    assert await _opened(api, None, HERE.manager) == told, "an administrator sees no family"
    assert await _opened(api, None, HERE.assistant) == []
    api.clock.travel(days=6)
    assert await _opened(api, None, HERE.manager) == told
    api.clock.travel(days=1)
    assert await _opened(api, None, HERE.manager) == []


@pytest.mark.rule("S4.1")
async def test_somebody_else_is_told_of_their_own_account_alone(
    api: Api, world: World, clock: TestClock
) -> None:
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    worker = await make_login(world)
    token = (await reset(api, worker.account, HERE.manager)).json()["reset_token"]
    assert (await finish_reset(api, token)).status_code == 204
    opened = await api.as_(None).post("/sessions", worker.said(password=NEXT))
    headers = {"authorization": f"Bearer {opened.json()['access_token']}"}
    told = [("password_reset", str(worker.account), str(HERE.manager.id))]
    assert await _opened(api, headers, None) == told
    assert await _opened(api, None, HERE.other_assistant) == []


@pytest.mark.rule("S1")
async def test_only_a_manager_makes_and_unmakes_a_manager(api: Api) -> None:
    path = f"/staff/{HERE.social_worker.id}"
    administrator, boss = api.as_(ADMINISTRATOR), api.as_(HERE.manager)
    problem_of(await administrator.patch(path, {"roles": ["manager"]}, version=1), 409, "S1")
    said = {"roles": ["manager", "social_worker"]}
    problem_of(await administrator.patch(path, said, version=1), 409, "S1")
    made = await boss.patch(path, said, version=1)
    assert made.status_code == 200, made.text
    less = {"roles": ["social_worker"]}
    version = made.json()["version"]
    problem_of(await administrator.patch(path, less, version=version), 409, "S1")
    named = {"full_name": "Marta Zaleska-Kruk", "roles": said["roles"]}
    kept = await administrator.patch(path, named, version=version)
    assert kept.status_code == 200, "what stays is theirs to write"
    assert (await boss.patch(path, less, version=kept.json()["version"])).status_code == 200


@pytest.mark.rule("S1")
async def test_who_blocks_the_manager_makes_no_other_one(api: Api) -> None:
    administrator = api.as_(ADMINISTRATOR)
    blocked = await administrator.post(f"/staff/{HERE.manager.id}/deactivation", version=1)
    assert blocked.status_code == 200, blocked.text
    path = f"/staff/{HERE.social_worker.id}"
    problem_of(await administrator.patch(path, {"roles": ["manager"]}, version=1), 409, "S1")


@pytest.mark.rule("S1")
async def test_a_centre_without_a_manager_gets_one(api: Api, world: World) -> None:
    async with world.acting() as act:
        boss = await act.find(StaffProfile, HERE.manager.id)
        boss.state, boss.ended_on = StaffState.ENDED, act.today
    path = f"/staff/{HERE.social_worker.id}"
    answer = await api.as_(ADMINISTRATOR).patch(path, {"roles": ["manager"]}, version=1)
    assert answer.json()["roles"] == ["manager"]


@pytest.mark.rule("S1")
async def test_nobody_is_taken_on_as_a_manager_by_an_administrator(api: Api) -> None:
    said = somebody(roles=["manager"])
    problem_of(await api.as_(ADMINISTRATOR).post("/staff", said), 409, "S1")
    assert (await api.as_(HERE.manager).post("/staff", said)).status_code == 201


# Whoever runs the product.


@pytest.mark.rule("S4.1")
async def test_who_runs_the_product_helps_in_and_it_is_told(
    api: Api, world: World, protected: Login
) -> None:
    async with world.acting() as act:
        assert await help_in(act, "nikt.taki") is None
        helped = await help_in(act, protected.login)
    assert helped is not None
    assert (await finish_reset(api, helped[0])).status_code == 204
    opened = await api.as_(None).post("/sessions", protected.said(password=NEXT))
    headers = {"authorization": f"Bearer {opened.json()['access_token']}"}
    listed = (await api.as_(None).get("/worklist", headers=headers)).json()["opened_accounts"]
    assert [(told["type"], told["by"]) for told in listed] == [
        ("password_reset", None),
        ("second_factor_removed", None),
    ]
