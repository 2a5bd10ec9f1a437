"""Webhooks are registered, given secrets, tried, repeated and disabled by the manager alone."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.factories.api import Api, problem_of
from tests.factories.machines import command as of_client
from tests.factories.machines import machine
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count, scope_of
from tests.factories.webhooks import AREAS, URL, Receiver, hook, register


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"url": "https://elsewhere.example/asysta"}, "S5"),
        ({"url": "http://szyna.dabrowa.example/asysta"}, "S5"),
        ({"url": "https://jan:haslo@szyna.dabrowa.example/"}, "invalid"),
        ({"url": "https://szyna.dabrowa.example/?token=1"}, "invalid"),
        ({"url": "https://szyna.dabrowa.example/#part"}, "invalid"),
        ({"url": "file:///etc/passwd"}, "invalid"),
        ({"areas": ["plans"]}, "S5"),
        ({"areas": []}, "invalid"),
        ({"areas": ["staff"]}, "invalid"),
    ],
)
async def test_what_may_not_be_told_is_refused(
    api: Api, changes: dict[str, Any], code: str
) -> None:
    reader = await machine(api, reads=AREAS)
    problem_of(await register(api, reader.id, **changes), 422, code)


async def test_a_sixth_webhook_is_refused_until_one_is_disabled(api: Api) -> None:
    reader = await machine(api, reads=AREAS)
    made = [(await register(api, reader.id)).json() for _ in range(5)]
    problem_of(await register(api, reader.id), 409, "too_many_webhooks")
    path = f"/webhooks/{made[0]['id']}/disabling"
    assert (await api.as_(HERE.manager).post(path, version=1)).status_code == 200
    assert (await register(api, reader.id)).status_code == 201


async def test_a_disabled_client_gets_no_webhook(api: Api) -> None:
    reader = await machine(api, reads=AREAS)
    await of_client(api, reader.id, "disabling")
    problem_of(await register(api, reader.id), 409, "client_disabled")


async def test_a_client_of_another_centre_is_not_found(api: Api, world: World) -> None:
    del world
    reader = await machine(api, reads=AREAS)
    answer = await api.as_(ELSEWHERE.manager).post(
        f"/clients/{reader.id}/webhooks", {"url": URL, "areas": AREAS}
    )
    problem_of(answer, 404, "not_found")


async def test_without_a_secret_nothing_can_be_sent(api: Api) -> None:
    reader = await machine(api, reads=AREAS)
    made = (await register(api, reader.id)).json()
    assert made["secret_since"] is None
    manager = api.as_(HERE.manager)
    answer = await manager.post(f"/webhooks/{made['id']}/pings")
    problem_of(answer, 409, "webhook_without_secret")
    said = {"since": "2026-03-01T00:00:00Z"}
    answer = await manager.post(f"/webhooks/{made['id']}/replay", said, version=1)
    problem_of(answer, 409, "webhook_without_secret")


async def test_after_its_end_it_takes_no_command(api: Api) -> None:
    found = await hook(api)
    assert (await found.command("disabling")).json()["active"] is False
    for what, body in (
        *(("disabling", None), ("secret", None), ("pings", None)),
        ("replay", {"since": "2026-03-01T00:00:00Z"}),
    ):
        problem_of(await found.command(what, body), 409, "webhook_disabled")


async def test_a_secret_is_shown_once_and_lies_sealed(api: Api, world: World) -> None:
    found = await hook(api)
    shown = await api.as_(HERE.manager).get(f"/webhooks/{found.id}")
    assert found.secret not in shown.text
    async with world.acting() as act:
        stored = await act.session.scalar(text("SELECT secret FROM webhook"))
    assert found.secret not in stored


async def test_nobody_but_the_manager_sees_them(api: Api, world: World) -> None:
    found = await hook(api)
    assert (await found.command("pings")).status_code == 201
    (message,) = await found.deliveries()
    paths = (
        *("/webhooks", f"/webhooks/{found.id}", f"/webhooks/{found.id}/deliveries"),
        f"/webhook-deliveries/{message['id']}",
    )
    for path in paths:
        for person in (HERE.assistant, HERE.social_worker, HERE.coordinator, HERE.administrator):
            problem_of(await api.as_(person).get(path), 403, "not_your_role")
        token = await found.machine.token()
        problem_of(await found.machine.get(path, token), 403, "insufficient_scope")
    for path in paths[1:]:
        problem_of(await api.as_(ELSEWHERE.manager).get(path), 404, "not_found")
    for person in (HERE.assistant, HERE.social_worker, HERE.coordinator, HERE.manager):
        async with world.database.begin(scope_of(person)) as session:
            for table in ("webhook", "webhook_progress", "webhook_delivery"):
                assert await count(session, table) == (person == HERE.manager)


async def test_messages_are_listed_by_state_the_latest_first(api: Api) -> None:
    found = await hook(api)
    await found.command("pings")
    await Receiver().served(api)
    await found.command("pings")
    states = [row["state"] for row in await found.deliveries()]
    assert states == ["waiting", "delivered"]
    assert [row["state"] for row in await found.deliveries(state="delivered")] == ["delivered"]
    assert await found.deliveries(state="failed") == []
    answer = await api.as_(HERE.manager).get(f"/webhooks/{uuid4()}/deliveries")
    problem_of(answer, 404, "not_found")


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("1900-01-01T00:00:00Z", 200),
        ("2199-12-31T23:59:59Z", 200),
        ("1899-12-31T23:59:59Z", 422),
        ("0001-01-01T00:00:00Z", 422),
        ("2026-03-10", 422),
        ("2026-03-10T09:00:00", 422),
        ("2026-03-10T25:00:00Z", 422),
        ("yesterday", 422),
        (0, 422),
    ],
)
async def test_an_instant_of_three_centuries_can_be_gone_back_to(
    api: Api, since: object, status: int
) -> None:
    found = await hook(api)
    assert (await found.command("replay", {"since": since})).status_code == status


async def test_webhooks_are_listed_by_their_client(api: Api) -> None:
    found = await hook(api)
    other = await machine(api, name="Inny system", reads=AREAS)
    manager = api.as_(HERE.manager)
    mine = await manager.get("/webhooks", params={"api_client_id": found.machine.id})
    assert [row["id"] for row in mine.json()["items"]] == [found.id]
    none = await manager.get("/webhooks", params={"api_client_id": other.id})
    assert none.json()["items"] == []
