"""Machine clients: what they may read, and that an end is an end with the next request."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from app.api.deps import Reads, scope_of
from app.db.session import NotEntered, Scope
from app.domain.clients.rules import WITHOUT_FAMILIES, ClientArea
from tests.factories.api import Api, problem_of
from tests.factories.databases import OneConnection
from tests.factories.families import settle
from tests.factories.machines import (
    REGISTERED,
    Machine,
    command,
    give_secret,
    machine,
    register,
)
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.routes import anywhere, guarded, guards, method
from tests.factories.scopes import TODAY, count

# What no machine may do: people's own pages, their checks, and who the machines are.
FOR_PEOPLE = {"sessions", "worklist", "staff", "clients"}


def scope(route: APIRoute) -> str | None:
    """Return the scope of an operation."""
    return scope_of(guards(route)[0], route.tags)


# Registering.


async def test_a_client_is_registered_without_a_secret(api: Api) -> None:
    client = await register(api)
    assert client["secrets"] == []
    assert client["client_id"] == f"dabrowa.{client['id']}"
    assert (client["reads"], client["scope"]) == (
        ["cases", "families"],
        "cases:read families:read",
    )
    assert client["active"] is True


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreed_on": "2026-03-11"}, "agreement_not_concluded"),
        ({"expires_on": "2026-03-10"}, "wrong_expiry"),
        ({"expires_on": "2028-03-11"}, "wrong_expiry"),
        ({"reads": ["cases"]}, "families_scope_missing"),
        ({"reads": []}, "invalid"),
        ({"reads": ["staff"]}, "invalid"),
        ({"agreed_on": None}, "invalid"),
    ],
)
async def test_what_is_missing_or_wrong_is_refused(
    api: Api, changes: dict[str, Any], code: str
) -> None:
    answer = await api.as_(HERE.manager).post("/clients", REGISTERED | changes)
    problem_of(answer, 422, code)


async def test_the_name_of_an_active_client_is_taken(api: Api) -> None:
    first = await register(api)
    problem_of(await api.as_(HERE.manager).post("/clients", REGISTERED), 409, "client_name_taken")
    assert (await command(api, first["id"], "disabling")).status_code == 200
    assert (await register(api))["id"] != first["id"]


# Secrets.


async def test_a_secret_is_shown_once(api: Api) -> None:
    client = await register(api)
    issued = await give_secret(api, client["id"])
    assert len(issued["client_secret"]) == 43
    shown = await api.as_(HERE.manager).get(f"/clients/{client['id']}")
    assert issued["client_secret"] not in shown.text
    assert [secret["id"] for secret in shown.json()["secrets"]] == [issued["secret_id"]]


async def test_a_third_secret_is_refused_until_one_is_revoked(api: Api) -> None:
    client = await register(api)
    first = await give_secret(api, client["id"])
    await give_secret(api, client["id"])
    problem_of(await command(api, client["id"], "secrets"), 409, "two_secrets_already")
    path = f"secrets/{first['secret_id']}/revocation"
    assert (await command(api, client["id"], path)).status_code == 200
    problem_of(await command(api, client["id"], path), 409, "secret_revoked_already")
    await give_secret(api, client["id"])


async def test_the_secret_of_another_client_is_not_found(api: Api) -> None:
    one, other = await machine(api), await register(api, name="Inny system")
    answer = await command(api, other["id"], f"secrets/{one.secret_id}/revocation")
    problem_of(answer, 404, "not_found")


async def test_a_disabled_client_gets_no_secret_and_is_disabled_once(api: Api) -> None:
    client = await register(api)
    await command(api, client["id"], "disabling")
    problem_of(await command(api, client["id"], "secrets"), 409, "client_disabled")
    problem_of(await command(api, client["id"], "disabling"), 409, "client_disabled")


# Reading.


async def test_a_machine_reads_what_its_scopes_say(api: Api, world: World) -> None:
    family = await settle(world)
    system = await machine(api)
    token = await system.token()
    listed = await system.get("/families", token)
    assert [found["id"] for found in listed.json()["items"]] == [str(family)]
    assert (await system.get(f"/families/{family}", token)).status_code == 200
    assert (await system.get("/cases", token)).status_code == 200


async def test_a_machine_without_the_scope_of_an_operation_is_refused(api: Api) -> None:
    system = await machine(api)
    refused = await system.get("/centre", await system.token())
    assert problem_of(refused, 403, "insufficient_scope")["facts"] == {"scope": "centre:read"}
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    narrow = await system.get("/families", await system.token(scope="cases:read"))
    problem_of(narrow, 403, "insufficient_scope")


async def test_nothing_of_another_centre_is_seen(api: Api, world: World) -> None:
    await settle(world, ELSEWHERE)
    system = await machine(api)
    assert (await system.get("/families", await system.token())).json()["items"] == []


async def test_row_security_shows_no_family_without_the_families_scope(
    api: Api, world: World, database: OneConnection
) -> None:
    """Even where an operation forgot to ask: the database filters by itself."""
    await settle(world)
    system = await machine(api, reads=["centre", "directory", "reference"])
    seen = []
    for scopes in (("centre:read",), ("centre:read", "directory:read")):
        async with database.begin(_scope(system, scopes)) as session:
            seen.append(await count(session, "family") + await count(session, "person"))
            assert await count(session, "district") == 2
    assert seen == [0, 0]


def _scope(system: Machine, scopes: tuple[str, ...]) -> Scope:
    secret, client = UUID(system.secret_id), UUID(system.id)
    return Scope(HERE.id, client, secret, scopes, TODAY, uuid4(), "test")


@pytest.mark.parametrize("route", guarded(), ids=lambda route: route.name)
async def test_every_operation_wants_its_own_scope(api: Api, route: APIRoute) -> None:
    """With all other scopes it is refused, and what writes is refused whatever the scopes."""
    needed = scope(route)
    token = api.app.state.tokens.issue_to_client(
        "dabrowa.x",
        subject=uuid4(),
        centre=HERE.id,
        secret=uuid4(),
        scope=" ".join(sorted({area.scope for area in ClientArea} - {needed})),
        now=api.clock(),
    )
    headers = {"authorization": f"Bearer {token}", "if-match": '"1"', "idempotency-key": "k" * 9}
    answer = await api.as_(None).send(method(route), anywhere(route), headers=headers)
    problem = problem_of(answer, 403, "insufficient_scope")
    assert problem["facts"] == {"scope": needed}


def test_the_scopes_are_those_of_operations_and_only_for_reading() -> None:
    found = {scope(route) for route in guarded() if isinstance(guards(route)[0], Reads)}
    assert {area.scope for area in ClientArea} == found - {None}
    for route in guarded():
        if scope(route) is not None:
            assert method(route) == "GET"
            assert not FOR_PEOPLE & set(route.tags)


def test_what_shows_no_families_is_said_of_three_areas() -> None:
    assert {area.value for area in WITHOUT_FAMILIES} == {"centre", "directory", "reference"}


# The end.


@pytest.mark.parametrize("what", ["disabling", "secrets/{}/revocation"])
async def test_an_end_acts_with_the_next_request(api: Api, what: str) -> None:
    system = await machine(api)
    token = await system.token()
    assert (await system.get("/families", token)).status_code == 200, "remembered from now on"
    assert (await command(api, system.id, what.format(system.secret_id))).status_code == 200
    problem_of(await system.get("/families", token), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("UPDATE api_client SET expires_on = '2026-03-10'", 200),
        ("UPDATE api_client SET expires_on = '2026-03-09'", 401),
        ("UPDATE api_client SET scopes = '{families:read}'", 401),
        ("UPDATE api_client SET scopes = scopes || '{plans:read}'", 200),
    ],
)
async def test_what_is_taken_away_is_gone(api: Api, world: World, query: str, status: int) -> None:
    system = await machine(api)
    token = await system.token()
    async with world.acting() as act:
        await act.session.execute(text(query))
    assert (await system.get("/families", token)).status_code == status


async def test_a_role_does_not_make_a_machine_a_person(api: Api, database: OneConnection) -> None:
    """Who could sign tokens still gets nothing that the register does not hold."""
    system = await machine(api)
    for claimed in (("manager",), ("families:read", "manager"), ("families:read", "plans:read")):
        with pytest.raises(NotEntered, match="scopes_changed"):
            async with database.begin(_scope(system, claimed)) as session:
                await count(session, "family")


# The audit.


async def test_the_audit_names_the_machine(api: Api, world: World) -> None:
    family = await settle(world)
    system = await machine(api)
    await system.get(f"/families/{family}", await system.token())
    async with world.acting() as act:
        query = (
            "SELECT e.operation, e.subject_id, c.name FROM audit_entry e JOIN api_client c"
            " ON c.centre_id = e.centre_id AND c.id = e.account_id WHERE e.verb = 'read'"
        )
        found = [tuple(row) for row in await act.session.execute(text(query))]
    assert found == [("show_family", family, "System raportów Urzędu Miejskiego")]


async def test_who_gave_which_machine_what_is_in_the_audit(api: Api, world: World) -> None:
    system = await machine(api)
    await system.token()
    async with world.acting() as act:
        query = (
            "SELECT operation, verb, subject, account_id FROM audit_entry"
            " WHERE subject IN ('api_client', 'client_secret') ORDER BY id"
        )
        found = [tuple(row) for row in await act.session.execute(text(query))]
    manager = HERE.manager.id
    assert sorted(found, key=str) == sorted(
        [
            ("register_client", "insert", "api_client", manager),
            ("issue_client_secret", "insert", "client_secret", manager),
            ("issue_client_secret", "update", "api_client", manager),
            ("issue_client_token", "update", "client_secret", None),
        ],
        key=str,
    )
