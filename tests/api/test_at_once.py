"""What is taken away acts on the next request: on reads, on commands and on refreshing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.actor import Role
from tests.factories.accounts import Login, make_login, refresh, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.people import HERE, World

Took = Callable[[Api, World, Login, dict[str, Any]], Awaitable[object]]


async def _sign_out(api: Api, _: World, __: Login, tokens: dict[str, Any]) -> object:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).delete("/sessions/current", headers=headers)


async def _take_role(api: Api, _: World, login: Login, __: dict[str, Any]) -> object:
    path = f"/staff/{login.account}"
    return await api.as_(HERE.manager).patch(path, {"roles": ["social_worker"]}, version=1)


async def _end_authorisation(api: Api, world: World, login: Login, _: dict[str, Any]) -> object:
    async with world.acting() as act:
        query = text("UPDATE data_authorisation SET valid_to = :day WHERE account_id = :id")
        values = {"day": act.today - timedelta(days=1), "id": login.account}
        await act.session.execute(query, values)
    del api
    return None


async def _suspend(api: Api, _: World, login: Login, __: dict[str, Any]) -> object:
    said = {"suspended_from": str(api.clock.today), "reason": "wszczęto postępowanie"}
    path = f"/staff/{login.account}/suspension"
    return await api.as_(HERE.manager).post(path, said, version=1)


async def _block(api: Api, _: World, login: Login, __: dict[str, Any]) -> object:
    return await api.as_(HERE.manager).post(f"/staff/{login.account}/deactivation", version=1)


# By whom it is taken: what reading and commanding answer, and what refreshing answers.
TAKEN: dict[str, tuple[Took, tuple[int, str], tuple[int, str] | None]] = {
    "signed out": (_sign_out, (401, "not_signed_in"), (401, "session_over")),
    "another role": (_take_role, (401, "not_signed_in"), None),
    "no authorisation": (_end_authorisation, (403, "K3"), (403, "K3")),
    "suspended": (_suspend, (403, "C10"), (403, "C10")),
    "blocked": (_block, (401, "not_signed_in"), (401, "session_over")),
}


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return a manager who can sign in, admitted to work; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world, roles=[Role.MANAGER.value])


async def _asked(api: Api, tokens: dict[str, Any]) -> list[Any]:
    """Read, and give a command that would be obeyed."""
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    said = {"valid_from": str(api.clock.today.replace(year=2090, day=1))}
    caller = api.as_(None)
    return [
        await caller.get("/cases", headers=headers),
        await caller.post("/centre/settings", said, headers=headers),
    ]


@pytest.mark.rule("K3")
@pytest.mark.rule("C10")
@pytest.mark.parametrize(("took", "then", "refreshed"), TAKEN.values(), ids=TAKEN)
async def test_what_is_taken_away_is_gone_with_the_next_request(
    api: Api, world: World, login: Login, took: Took, then: tuple[int, str], refreshed: Any
) -> None:
    tokens = await sign_in(api, login)
    answers = await _asked(api, tokens)
    assert [answer.status_code for answer in answers] == [200, 201]
    done = await took(api, world, login, tokens)
    assert getattr(done, "status_code", 204) in {200, 204}, getattr(done, "text", "")
    for answer in await _asked(api, tokens):
        problem_of(answer, *then)
    again = await refresh(api, tokens)
    if refreshed is None:
        assert again.json()["roles"] == ["social_worker"]
    else:
        problem_of(again, *refreshed)


async def test_who_may_act_again_refreshes_with_the_same_token(
    api: Api, world: World, login: Login
) -> None:
    tokens = await sign_in(api, login)
    await _suspend(api, world, login, tokens)
    problem_of(await refresh(api, tokens), 403, "C10")
    path = f"/staff/{login.account}/reinstatement"
    said = {"lifted_on": str(api.clock.today), "reason": "umorzono"}
    back = await api.as_(HERE.manager).post(path, said, version=2)
    assert back.status_code == 200, back.text
    assert (await refresh(api, tokens)).status_code == 201
