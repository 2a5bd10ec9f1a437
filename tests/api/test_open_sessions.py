"""Open sessions: seen and ended by oneself, and for others by those who keep the accounts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response

from app.domain.identity.rules import SignInNotRecent, require_recent
from tests.factories.accounts import Login, make_login, me, refresh, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.people import ELSEWHERE, HERE, Person, World

KEEPERS = [HERE.manager, HERE.administrator]


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return an assistant who can sign in here; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world)


async def _as(api: Api, tokens: dict[str, Any], method: str, path: str) -> Response:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).send(method, path, headers=headers)


async def _mine(api: Api, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await _as(api, tokens, "GET", "/me/sessions")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _on(api: Api, login: Login, device: str) -> dict[str, Any]:
    headers = {"user-agent": device}
    answer = await api.as_(None).post("/sessions", login.said(), headers=headers)
    found: dict[str, Any] = answer.json()
    return found


async def test_one_sees_ones_sessions_with_device_start_and_last_use(
    api: Api, login: Login
) -> None:
    phone = await _on(api, login, "Firefox 143 (Android)\u0007" + "x" * 300)
    laptop = await _on(api, login, "Firefox 143 (Linux)")
    phone = (await refresh(api, phone)).json()
    first, second = await _mine(api, laptop)
    assert (first["device"], first["this_session"]) == ("Firefox 143 (Linux)", True)
    assert second["device"].startswith("Firefox 143 (Android)x")
    assert (len(second["device"]), second["this_session"]) == (200, False)
    assert second["started_at"] <= second["last_used_at"] <= second["expires_at"]
    assert [s["this_session"] for s in await _mine(api, phone)] == [False, True]


async def test_one_session_is_ended_and_the_other_goes_on(api: Api, login: Login) -> None:
    here, lost = await sign_in(api, login), await sign_in(api, login)
    (gone,) = [s["id"] for s in await _mine(api, here) if not s["this_session"]]
    for _ in range(2):
        assert (await _as(api, here, "DELETE", f"/me/sessions/{gone}")).status_code == 204
    problem_of(await me(api, lost), 401, "not_signed_in")
    problem_of(await refresh(api, lost), 401, "session_over")
    assert [s["this_session"] for s in await _mine(api, here)] == [True]


async def test_all_sessions_are_ended_this_one_too(api: Api, login: Login) -> None:
    both = await sign_in(api, login), await sign_in(api, login)
    assert (await _as(api, both[0], "DELETE", "/me/sessions")).status_code == 204
    for tokens in both:
        problem_of(await me(api, tokens), 401, "not_signed_in")
        problem_of(await refresh(api, tokens), 401, "session_over")
    assert (await api.as_(HERE.assistant).get("/me")).status_code == 200, "nobody else's"


async def _eleven_minutes_later(api: Api, tokens: dict[str, Any]) -> dict[str, Any]:
    api.clock.travel(minutes=11)
    later: dict[str, Any] = (await refresh(api, tokens)).json()
    return later


async def test_an_open_session_that_was_stolen_ends_no_other(api: Api, login: Login) -> None:
    stolen, owners = await sign_in(api, login), await sign_in(api, login)
    (other,) = [s["id"] for s in await _mine(api, stolen) if not s["this_session"]]
    stolen, owners = await _eleven_minutes_later(api, stolen), (await refresh(api, owners)).json()
    for path in ("/me/sessions", f"/me/sessions/{other}"):
        refused = problem_of(await _as(api, stolen, "DELETE", path), 403, "sign_in_not_recent")
        assert refused["facts"] == {"minutes": 10}
    assert (await me(api, owners)).status_code == 200


async def test_the_owner_signs_in_again_and_ends_what_is_not_theirs(api: Api, login: Login) -> None:
    stolen = await _eleven_minutes_later(api, await sign_in(api, login))
    owners = await sign_in(api, login)
    (other,) = [s["id"] for s in await _mine(api, owners) if not s["this_session"]]
    assert (await _as(api, owners, "DELETE", f"/me/sessions/{other}")).status_code == 204
    problem_of(await me(api, stolen), 401, "not_signed_in")


async def test_signing_out_asks_for_nothing(api: Api, login: Login) -> None:
    tokens = await _eleven_minutes_later(api, await sign_in(api, login))
    (this,) = [s["id"] for s in await _mine(api, tokens) if s["this_session"]]
    assert (await _as(api, tokens, "DELETE", f"/me/sessions/{this}")).status_code == 204
    problem_of(await me(api, tokens), 401, "not_signed_in")


def test_a_sign_in_is_recent_for_ten_minutes() -> None:
    signed_in = datetime(2026, 3, 10, 9, tzinfo=UTC)
    require_recent(signed_in, signed_in + timedelta(minutes=10))
    with pytest.raises(SignInNotRecent):
        require_recent(signed_in, signed_in + timedelta(minutes=10, microseconds=1))


async def test_nobody_ends_a_session_of_somebody_else_as_their_own(api: Api, login: Login) -> None:
    tokens = await sign_in(api, login)
    for stranger in (HERE.manager, ELSEWHERE.manager):
        path = f"/me/sessions/{stranger.session_id}"
        problem_of(await _as(api, tokens, "DELETE", path), 404, "not_found")
    assert (await api.as_(HERE.manager).get("/me")).status_code == 200


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.name)
async def test_who_keeps_accounts_sees_and_ends_the_sessions_of_others(
    api: Api, login: Login, keeper: Person
) -> None:
    one, other = await sign_in(api, login), await sign_in(api, login)
    path = f"/staff/{login.account}/sessions"
    listed = (await api.as_(keeper).get(path)).json()["items"]
    assert [s["this_session"] for s in listed] == [False, False]
    latest = f"{path}/{listed[0]['id']}"
    assert (await api.as_(keeper).delete(latest)).status_code == 204
    problem_of(await me(api, other), 401, "not_signed_in")
    assert (await me(api, one)).status_code == 200
    assert (await api.as_(keeper).delete(path)).status_code == 204
    problem_of(await me(api, one), 401, "not_signed_in")
    assert (await api.as_(keeper).get(path)).json()["items"] == []


async def test_sessions_are_not_told_of_across_centres_or_people(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/sessions"
    stranger = api.as_(ELSEWHERE.manager)
    for answer in (
        await stranger.get(path),
        await stranger.delete(path),
        await stranger.delete(f"{path}/{HERE.assistant.session_id}"),
        await api.as_(HERE.manager).delete(f"{path}/{HERE.coordinator.session_id}"),
    ):
        problem_of(answer, 404, "not_found")
    assert (await api.as_(HERE.assistant).get("/me")).status_code == 200
