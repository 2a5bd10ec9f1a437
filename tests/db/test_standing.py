"""Entering a scope: the database itself says whether the person may act, at this very moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.db.session import NotEntered, Scope, read_on
from app.db.views import View
from app.domain.identity.tables import Account, UserSession
from app.domain.staff.tables import DataAuthorisation
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import TODAY, count, scalar, scope_of, system_scope

ME = HERE.assistant
FAR = datetime(2099, 1, 1, tzinfo=UTC)
ROWS = View("SELECT count(*)::text FROM account")


async def _standing(database: OneConnection, scope: Scope) -> str:
    """Return the word of app.enter; a refused scope must be an empty one."""
    driver = await database._driver()
    try:
        await read_on(driver, scope, ROWS, {})
    except NotEntered as refused:
        assert await driver.fetchval("SELECT app.centre()") is None
        assert not await driver.fetchval("SELECT app.sees_all()")
        for setting in ("families", "given", "districts"):
            assert not await driver.fetchval(f"SELECT current_setting('app.{setting}', true)")
        assert await driver.fetchval("SELECT count(*) FROM account") == 0
        assert await driver.fetchval("SELECT count(*) FROM family") == 0
        return refused.standing
    return "ok"


async def _set(world: World, query: str, **values: Any) -> None:
    async with world.acting() as act:
        await act.session.execute(text(query), values)


async def test_who_is_in_order_may_act(database: OneConnection) -> None:
    assert await _standing(database, scope_of(ME)) == "ok"


async def test_fewer_roles_than_the_account_has_are_in_order(
    database: OneConnection, world: World
) -> None:
    await _set(world, "UPDATE account SET roles = roles || '{manager}' WHERE id = :id", id=ME.id)
    assert await _standing(database, scope_of(ME)) == "ok"


async def test_an_ended_session_is_over(database: OneConnection, world: World) -> None:
    await _set(world, "UPDATE user_session SET ended_at = now() WHERE id = :id", id=ME.session_id)
    assert await _standing(database, scope_of(ME)) == "session_ended"


@pytest.mark.parametrize(
    ("interval", "standing"), [("1 minute", "ok"), ("0", "session_ended")], ids=["before", "at"]
)
async def test_a_session_is_over_at_its_end(
    database: OneConnection, world: World, interval: str, standing: str
) -> None:
    query = "UPDATE user_session SET expires_at = now() + CAST(:i AS text)::interval WHERE id = :id"
    await _set(world, query, i=interval, id=ME.session_id)
    assert await _standing(database, scope_of(ME)) == standing


@pytest.mark.parametrize(
    "changes",
    [
        {"session": uuid4()},
        {"session": None},
        {"session": HERE.manager.session_id},
        {"account": HERE.other_assistant.id},
        {"account": uuid4()},
        {"centre": ELSEWHERE.id},
        {"centre": uuid4()},
    ],
    ids=["unknown", "none", "another's", "another", "nobody", "elsewhere", "nowhere"],
)
async def test_a_session_belongs_to_one_person_of_one_centre(
    database: OneConnection, changes: dict[str, Any]
) -> None:
    assert await _standing(database, scope_of(ME, **changes)) == "session_ended"


async def test_a_deactivated_account_may_not_act(database: OneConnection, world: World) -> None:
    await _set(world, "UPDATE account SET active = false WHERE id = :id", id=ME.id)
    assert await _standing(database, scope_of(ME)) == "account_inactive"


async def test_a_role_that_was_taken_away_is_gone_at_once(
    database: OneConnection, world: World
) -> None:
    await _set(world, "UPDATE account SET roles = '{}' WHERE id = :id", id=ME.id)
    assert await _standing(database, scope_of(ME)) == "roles_changed"


async def test_a_role_that_was_never_given_is_refused(database: OneConnection) -> None:
    scope = scope_of(ME, roles=("assistant", "manager"))
    assert await _standing(database, scope) == "roles_changed"


@pytest.mark.rule("K3")
async def test_without_data_authorisation_nobody_acts(
    database: OneConnection, world: World
) -> None:
    later = TODAY + timedelta(days=30)
    await _set(
        world,
        "UPDATE data_authorisation SET valid_from = :d WHERE account_id = :id",
        d=later,
        id=ME.id,
    )
    assert await _standing(database, scope_of(ME)) == "no_data_authorisation"


@pytest.mark.rule("K3")
@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 1, 9), "no_data_authorisation"),
        (date(2026, 1, 10), "ok"),
        (date(2026, 1, 20), "ok"),
        (date(2026, 1, 21), "no_data_authorisation"),
        (date(2026, 2, 1), "ok"),
    ],
    ids=["before", "first day", "last day", "after", "the next one"],
)
async def test_a_data_authorisation_has_its_dates(
    database: OneConnection, world: World, today: date, standing: str
) -> None:
    query = (
        "UPDATE data_authorisation SET undertaking_signed_on = '2026-01-10',"
        " valid_from = '2026-01-10', valid_to = '2026-01-20' WHERE account_id = :id"
    )
    await _set(world, query, id=ME.id)
    async with world.acting() as act:
        signed = date(2026, 2, 1)
        act.add(
            DataAuthorisation(
                account_id=ME.id, number="2/2026", valid_from=signed, undertaking_signed_on=signed
            )
        )
    assert await _standing(database, scope_of(ME, today)) == standing


@pytest.mark.rule("K3")
async def test_an_authorisation_of_somebody_else_does_not_count(
    database: OneConnection, world: World
) -> None:
    query = "UPDATE data_authorisation SET account_id = :other WHERE account_id = :id"
    await _set(world, query, other=HERE.manager.id, id=ME.id)
    assert await _standing(database, scope_of(ME)) == "no_data_authorisation"


@pytest.mark.rule("J1")
@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ("state = 'draft', activated_on = NULL", "not_admitted"),
        ("state = 'active'", "ok"),
        ("state = 'suspended', suspended_from = '2026-03-09'", "suspended"),
        ("state = 'suspended', suspended_from = '2026-03-10'", "suspended"),
        ("state = 'suspended', suspended_from = '2026-03-11'", "ok"),
        ("state = 'ended', ended_on = '2026-03-10'", "not_admitted"),
    ],
)
@pytest.mark.parametrize("person", [ME, HERE.social_worker, HERE.manager, HERE.administrator])
async def test_only_who_is_admitted_to_work_may_act(
    database: OneConnection, world: World, state: str, standing: str, person: Person
) -> None:
    await _set(world, f"UPDATE staff_profile SET {state} WHERE id = :id", id=person.id)
    assert await _standing(database, scope_of(person, date(2026, 3, 10))) == standing


@pytest.mark.rule("J1")
async def test_an_account_without_a_profile_was_never_admitted(
    database: OneConnection, world: World
) -> None:
    async with world.acting() as act:
        account = Account(login="x.y", full_name="Iga Bór", roles=["manager"], password_hash="!")
        act.add(account)
        await act.flush()
        query = "UPDATE data_authorisation SET account_id = :new WHERE account_id = :id"
        await act.session.execute(text(query), {"new": account.id, "id": ME.id})
        opened = uuid4()
        act.add(UserSession(id=opened, account_id=account.id, expires_at=FAR))
    scope = scope_of(HERE.manager, account=account.id, session=opened)
    assert await _standing(database, scope) == "not_admitted"


async def test_only_managers_and_the_product_itself_see_all(database: OneConnection) -> None:
    for person in HERE.people:
        async with database.begin(scope_of(person)) as session:
            expected = person == HERE.manager
            assert await scalar(session, "SELECT app.sees_all()") is expected, person.name
    async with database.begin(system_scope()) as session:
        assert await scalar(session, "SELECT app.sees_all()") is True
        assert await scalar(session, "SELECT app.account()") is None
        assert await count(session, "account") == len(HERE.people)
