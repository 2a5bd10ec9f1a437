"""Each attack on a token once more as an attacker sends it: over HTTP, against a running server."""

import asyncio
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest

from app.api.keys import jwks, ring_of
from app.demo import people
from tests.factories.databases import new_database
from tests.factories.serving import served
from tests.factories.tokens import (
    KEY,
    PUBLIC_DER,
    PUBLIC_PEM,
    STRANGER,
    changed,
    es256,
    forge,
    pem_of,
    unb64,
)

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Real:
    """A running server, and a token that it has issued, taken apart."""

    http: httpx.Client
    token: str
    header: Said
    said: Said

    def forged(self, header: Said | None = None, said: Said | None = None, **how: Any) -> str:
        """Forge a token like the real one: some members changed, and the signature if told so."""
        return forge(changed(self.header, header or {}), changed(self.said, said or {}), **how)

    def hmac(self, secret: bytes, name: str = "HS256") -> str:
        """Sign with a secret that everybody has."""
        sign = partial(hmac.digest, secret, digest="sha256")
        return self.forged({"alg": name}, sign=sign)

    def twice(self, name: str, value: object) -> str:
        """Name a claim a second time, under a good signature."""
        body = f"{json.dumps(dict(self.said))[:-1]}, {json.dumps({name: value})[1:]}"
        return forge(self.header, body.encode())

    def answer(self, token: str) -> httpx.Response:
        """Ask with a token who one is."""
        return self.http.get("/me", headers={"authorization": f"Bearer {token}"})


def _signed_in(http: httpx.Client) -> str:
    said = {"centre": "bialystok", "login": people.LOGINS[0][1], "password": people.PASSWORD}
    return str(http.post("/sessions", json=said).raise_for_status().json()["access_token"])


@pytest.fixture(scope="module")
def real(
    superuser_url: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Real]:
    data = tmp_path_factory.mktemp("attacked")
    (data / "keys").mkdir()
    (data / "keys" / "0001.pem").write_text(pem_of(KEY))
    (data / "keys" / "0001.pem").chmod(0o600)
    url = asyncio.run(new_database(superuser_url, f"asysta_{worker_id}_attacked"))
    with served(url, data) as address, httpx.Client(base_url=f"{address}/api/v1") as http:
        token = _signed_in(http)
        header, said = (json.loads(unb64(part)) for part in token.split(".")[:2])
        yield Real(http, token, header, said)


def _later(**seconds: int) -> dict[str, int]:
    return {name: int(time.time()) + delay for name, delay in seconds.items()}


ATTACKS: dict[str, Callable[[Real], str]] = {
    "none": lambda real: real.forged({"alg": "none"}, sign=lambda _: b""),
    "none with its signature": lambda real: real.forged({"alg": "none"}),
    "HS256 with the public key in PEM": lambda real: real.hmac(PUBLIC_PEM),
    "HS256 with the public key in DER": lambda real: real.hmac(PUBLIC_DER),
    "HMAC under the name of ES256": lambda real: real.hmac(PUBLIC_PEM, "ES256"),
    "an identity token": lambda real: real.forged({"typ": "JWT"}),
    "no such kid": lambda real: real.forged({"kid": "0001"}),
    "another audience": lambda real: real.forged(said={"aud": "other-api"}),
    "a list of audiences": lambda real: real.forged(said={"aud": [real.said["aud"]]}),
    "another issuer": lambda real: real.forged(said={"iss": "https://evil.example"}),
    "expired": lambda real: real.forged(said=_later(iat=-601, exp=-1)),
    "issued in the future": lambda real: real.forged(said=_later(iat=60, exp=120)),
    "not valid before the future": lambda real: real.forged(said=_later(nbf=60)),
    "valid for a year": lambda real: real.forged(said=_later(exp=31_536_000)),
    "jku": lambda real: real.forged({"jku": "https://evil.example/jwks.json"}),
    "x5u": lambda real: real.forged({"x5u": "https://evil.example/cert.pem"}),
    "jwk": lambda real: real.forged(
        {"jwk": jwks(ring_of(STRANGER))["keys"][0]}, sign=partial(es256, key=STRANGER)
    ),
    "crit": lambda real: real.forged({"crit": ["b64"], "b64": False}),
    "over 4 kB": lambda real: real.forged(said={"pad": "x" * 4096}),
    "ES256 by another key": lambda real: real.forged(sign=partial(es256, key=STRANGER)),
    "a role more": lambda real: real.forged(said={"roles": ["manager", "social_worker"]}),
    "a claim twice": lambda real: real.twice("sub", real.said["sub"]),
    "another person": lambda real: real.forged(said={"sub": real.said["sid"]}),
    "another centre": lambda real: real.forged(said={"centre": real.said["sub"]}),
}


def test_the_real_token_and_its_perfect_forgery_are_accepted(real: Real) -> None:
    """Without this, a server that refuses everybody would pass below."""
    assert real.answer(real.token).status_code == 200
    assert real.answer(real.forged()).status_code == 200


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_gets_nothing_and_learns_nothing(
    real: Real, attack: Callable[[Real], str]
) -> None:
    """Each is told the same, so that nobody can feel their way to a good one."""
    token = attack(real)
    answer = real.answer(token)
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["code"], told["facts"], told["errors"]) == ("not_signed_in", {}, [])
    assert token not in answer.text


def test_a_token_of_a_revoked_session_is_refused_at_once(real: Real) -> None:
    """Though its signature is good, its time is not over and it was remembered a moment ago."""
    token = _signed_in(real.http)
    assert real.answer(token).status_code == 200
    gone = real.http.delete("/sessions/current", headers={"authorization": f"Bearer {token}"})
    assert gone.status_code == 204
    assert real.answer(token).status_code == 401
    assert real.answer(real.token).status_code == 200, "another session is not concerned"
