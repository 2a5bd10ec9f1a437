"""The token endpoint of machine clients, as RFC 6749 describes it."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID, uuid4

import pytest

from app.domain.clients.tables import ClientSecret
from tests.factories.api import Api
from tests.factories.machines import Machine, command, give_secret, machine, post_form
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.tokens import unb64


@pytest.fixture
async def system(api: Api) -> Machine:
    """Return a machine that may read cases and families."""
    return await machine(api)


def said(token: str) -> dict[str, Any]:
    """Return the claims of a token."""
    claims: dict[str, Any] = json.loads(unb64(token.split(".")[1]))
    return claims


async def test_a_token_is_given_for_a_secret_in_the_form(system: Machine) -> None:
    answer = await system.ask()
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    body = answer.json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["scope"] == "cases:read families:read"


async def test_the_token_has_the_profile_of_rfc_9068(system: Machine) -> None:
    token = await system.token()
    header = json.loads(unb64(token.split(".")[0]))
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    claims = said(token)
    assert (claims["sub"], claims["client_id"]) == (system.id, system.client_id)
    assert claims["scope"] == "cases:read families:read"
    assert claims["roles"] == []
    assert claims["exp"] - claims["iat"] == 600


async def test_a_token_is_given_for_a_secret_in_the_header(system: Machine) -> None:
    for encoded in (str, quote_plus):
        answer = await system.ask_basic(encoded(system.client_id), encoded(system.secret))
        assert answer.status_code == 200, answer.text


async def test_fewer_scopes_are_given_where_fewer_are_asked_for(system: Machine) -> None:
    answer = await system.ask(scope="cases:read")
    assert answer.json()["scope"] == "cases:read"
    assert said(answer.json()["access_token"])["scope"] == "cases:read"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_id": "dabrowa"}, 401, "invalid_client"),
        ({"client_id": f"dabrowa.{uuid4()}"}, 401, "invalid_client"),
        ({"client_id": f"nigdzie.{uuid4()}"}, 401, "invalid_client"),
        ({"client_id": "'; DROP TABLE api_client --"}, 401, "invalid_client"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "plans:read"}, 400, "invalid_scope"),
        ({"scope": "cases:write"}, 400, "invalid_scope"),
    ],
)
async def test_a_refusal_is_the_word_of_the_standard(
    system: Machine, changes: dict[str, Any], status: int, error: str
) -> None:
    answer = await system.ask(**changes)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_the_client_of_one_centre_is_unknown_in_another(system: Machine) -> None:
    answer = await system.ask(client_id=f"{ELSEWHERE.code}.{system.id}")
    assert answer.json() == {"error": "invalid_client"}


async def test_two_ways_of_proving_at_once_are_refused(system: Machine) -> None:
    answer = await system.ask_basic(system.client_id, system.secret, client_secret=system.secret)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    answer = await system.ask_basic(system.client_id, system.secret, client_id="dabrowa.other")
    assert answer.json() == {"error": "invalid_client"}


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Bearer abc", "Basic " + "bm9jb2xvbg=="])
async def test_a_header_that_is_no_basic_proof_is_refused(system: Machine, value: str) -> None:
    answer = await post_form(system.api, {"grant_type": "client_credentials"}, authorization=value)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"grant_type",
        b"\xff=1",
        b"grant_type=client_credentials&grant_type=client_credentials",
        b"scope=a&scope=b",
        b"grant_type=" + b"x" * 5000,
    ],
)
async def test_a_form_that_is_none_is_refused(system: Machine, body: bytes) -> None:
    basic = b64encode(f"{system.client_id}:{system.secret}".encode()).decode()
    answer = await post_form(system.api, body, authorization=f"Basic {basic}")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


async def test_json_is_no_form(system: Machine) -> None:
    body = json.dumps({"grant_type": "client_credentials"}).encode()
    answer = await post_form(system.api, body, **{"content-type": "application/json"})
    assert answer.json() == {"error": "invalid_request"}


async def test_both_secrets_of_a_rotation_are_good_until_one_is_revoked(system: Machine) -> None:
    api, old = system.api, system.secret
    new = (await give_secret(api, system.id))["client_secret"]
    assert new != old
    for secret in (old, new):
        assert (await system.ask(client_secret=secret)).status_code == 200
    await command(api, system.id, f"secrets/{system.secret_id}/revocation")
    assert (await system.ask(client_secret=old)).json() == {"error": "invalid_client"}
    assert (await system.ask(client_secret=new)).status_code == 200


async def test_a_disabled_or_expired_client_gets_no_token(system: Machine) -> None:
    system.api.clock.travel(days=386)
    assert (await system.ask()).status_code == 200, "31 March 2027 is its last day"
    system.api.clock.travel(days=1)
    assert (await system.ask()).json() == {"error": "invalid_client"}
    system.api.clock.travel(days=-100)
    assert (await system.ask()).status_code == 200
    await command(system.api, system.id, "disabling")
    assert (await system.ask()).json() == {"error": "invalid_client"}


async def test_the_secret_lies_in_the_database_as_its_hash(system: Machine, world: World) -> None:
    async with world.acting(HERE) as act:
        row = await act.find(ClientSecret, UUID(system.secret_id))
        assert row.secret_hash != system.secret
        assert len(row.secret_hash) == 64
