"""The administrator keeps accounts and settings, and sees no family, nor what the office knows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.access.rules import GrantReason
from app.domain.access.service import grant
from app.domain.actor import Role
from app.domain.cases.rules import CaseState
from app.domain.identity.tables import Account
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.hiring import Hiring, somebody
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import TODAY, count, scope_of

ALONE = ("administrator",)


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family into place that somebody assists."""
    return await make_case(world, CaseState.IN_PROGRESS)


# Accounts and settings are the administrator's.


async def test_an_administrator_takes_somebody_on(api: Api) -> None:
    administrator = api.as_(HERE.administrator)
    created = await administrator.post("/staff", somebody(password=None))
    assert created.status_code == 201, created.text
    shown = await administrator.get(created.headers["location"])
    assert shown.json() == created.json()
    listed = (await administrator.get("/staff?state=draft")).json()["items"]
    assert [person["login"] for person in listed] == ["nowa.osoba"]


async def test_an_administrator_changes_name_and_roles_and_blocks(api: Api) -> None:
    administrator = api.as_(HERE.administrator)
    path = f"/staff/{HERE.social_worker.id}"
    renamed = await administrator.patch(path, {"full_name": "Marta Nowa"}, version=1)
    assert renamed.json()["full_name"] == "Marta Nowa"
    blocked = await administrator.post(f"{path}/deactivation", version=renamed.json()["version"])
    assert blocked.json()["active"] is False
    problem_of(await api.as_(HERE.social_worker).get("/me"), 401, "not_signed_in")
    again = await administrator.post(f"{path}/reactivation", version=blocked.json()["version"])
    assert again.json()["active"] is True


async def test_an_administrator_changes_settings_within_the_statute(api: Api) -> None:
    administrator = api.as_(HERE.administrator)
    said: dict[str, Any] = {"valid_from": "2026-05-01", "family_limit": 12}
    set_ = await administrator.post("/centre/settings", said)
    assert set_.status_code == 201, set_.text
    wrong = said | {"family_limit": 16, "valid_from": "2026-06-01"}
    problem_of(await administrator.post("/centre/settings", wrong), 422, "C13")


async def test_only_a_manager_admits_suspends_and_authorises(api: Api) -> None:
    administrator = api.as_(HERE.administrator)
    path = f"/staff/{HERE.assistant.id}"
    said = {"number": "3", "valid_from": "2026-03-10", "undertaking_signed_on": "2026-03-10"}
    for action in ("activation", "suspension", "reinstatement", "end"):
        answer = await administrator.post(f"{path}/{action}", version=1)
        problem_of(answer, 403, "not_your_role")
    answer = await administrator.post(f"{path}/data-authorisations", said)
    problem_of(answer, 403, "not_your_role")
    shown = (await administrator.get(path)).json()
    mine = {a["action"] for a in shown["allowed_actions"] if a["rule"] != "not_your_role"}
    assert mine == {"deactivate", "reactivate"}


async def test_what_the_office_knows_of_a_person_is_the_managers_to_read(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}"
    managers = (await api.as_(HERE.manager).get(path)).json()
    administrators = (await api.as_(HERE.administrator).get(path)).json()
    assert managers["qualifications"]
    assert managers["declarations"]
    assert administrators["qualifications"] is None
    assert administrators["declarations"] is None
    own = (await api.as_(HERE.administrator).get(f"/staff/{HERE.administrator.id}")).json()
    assert own["declarations"]


async def test_an_administrator_keeps_the_accounts_of_one_centre(api: Api) -> None:
    stranger = api.as_(ELSEWHERE.administrator)
    problem_of(await stranger.get(f"/staff/{HERE.assistant.id}"), 404, "not_found")
    path = f"/staff/{HERE.assistant.id}/deactivation"
    problem_of(await stranger.post(path, version=1), 404, "not_found")


# The role stands alone, and nobody gives themselves another.


@pytest.mark.rule("S1")
@pytest.mark.parametrize("other", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_an_administrator_is_nothing_else(api: Api, other: Role) -> None:
    manager = api.as_(HERE.manager)
    said = somebody(roles=[*ALONE, other.value])
    problem = problem_of(await manager.post("/staff", said), 409, "S1")
    assert "art. 7 ust. 1" in problem["legal_basis"]
    alone = await Hiring.of(api, roles=list(ALONE))
    answer = await alone.do("PATCH", "", {"roles": [*ALONE, other.value]})
    problem_of(answer, 409, "S1")
    changed = await alone.do("PATCH", "", {"roles": [other.value]})
    assert changed.json()["roles"] == [other.value]


@pytest.mark.parametrize("role", Role)
async def test_an_administrator_does_not_change_the_own_roles(api: Api, role: Role) -> None:
    path = f"/staff/{HERE.administrator.id}"
    answer = await api.as_(HERE.administrator).patch(path, {"roles": [role.value]}, version=1)
    problem_of(answer, 409, "not_on_yourself")
    assert (await api.as_(HERE.administrator).get("/me")).json()["roles"] == list(ALONE)


# Families don't exist for an administrator.


@pytest.mark.rule("K11")
@pytest.mark.parametrize("path", ["/families", "/cases", "/worklist", "/foster-families"])
async def test_an_administrator_reads_no_family(api: Api, made: MadeCase, path: str) -> None:
    assert made
    problem_of(await api.as_(HERE.administrator).get(path), 403, "not_your_role")


@pytest.mark.rule("K11")
async def test_no_row_of_a_family_is_an_administrators_whatever_was_theirs_before(
    database: OneConnection, world: World, made: MadeCase
) -> None:
    """The guards apart: a right and a district that an earlier job has left behind."""
    async with world.acting() as act:
        grant(
            act,
            account_id=HERE.social_worker.id,
            family_id=made.family,
            reason=GrantReason.SUBSTITUTION,
            source_id=uuid4(),
            valid_from=TODAY,
            valid_to=TODAY + timedelta(days=10),
        )
    before = scope_of(HERE.social_worker)
    for scope, sees in ((before, True), (replace(before, roles=ALONE), False)):
        async with world.acting() as act:
            (await act.find(Account, HERE.social_worker.id)).roles = list(scope.roles)
        async with database.begin(scope) as session:
            for table in ("family", "person", "family_case"):
                assert bool(await count(session, table)) == sees, table


async def test_roles_that_must_stand_apart_can_not_be_stored_together(world: World) -> None:
    async def both() -> None:
        async with world.acting() as act:
            (await act.find(Account, HERE.administrator.id)).roles = [*ALONE, "manager"]

    with pytest.raises(IntegrityError, match="administrator_alone"):
        await both()
