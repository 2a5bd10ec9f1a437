"""The same against a provider that others have written, and what its file may hold."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.api.providers import read_providers
from app.main import create_app
from app.settings import Settings, WrongSetting
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE
from tests.factories.provider import Browser, link, write_file


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the mock in a process of its own; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    command += ["--require-nonce"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as mock:
        address, until = f"http://localhost:{port}", time.monotonic() + 30
        while not _answers(address):
            assert time.monotonic() < until, "the mock does not start"
            time.sleep(0.1)
        yield address
        mock.terminate()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def federated(
    settings: Settings, database: OneConnection, clock: TestClock, issuer: str, tmp_path: Path
) -> Api:
    """Return the application with the mock as the centre's provider, at the real hour."""
    clock.instant = datetime.now(UTC)
    ours = settings.model_copy(update={"oidc_file": write_file(tmp_path, issuer)})
    return Api(create_app(ours, database=database, clock=clock), clock)


async def _return_of(browser: Browser, issuer: str, **form: str) -> dict[str, str]:
    """Sign in at the provider's own page; return the query with which it sends us back."""
    told = await browser.start()
    async with httpx.AsyncClient() as client:
        address = f"{issuer}/oauth2/authorize"
        answer = await client.post(address, params=told, data=form)
    assert answer.status_code == 302, answer.text
    return dict(httpx.URL(answer.headers["location"]).params)


async def test_a_linked_person_signs_in(federated: Api, issuer: str) -> None:
    await link(federated, issuer, "joanna.wilczek")
    browser = Browser(federated)
    back = await _return_of(browser, issuer, sub="joanna.wilczek")
    answer = await browser.get("/api/v1/sessions/oidc/callback", **back)
    assert answer.status_code == 201, answer.text
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    me = await federated.as_(None).get("/me", headers=headers)
    assert me.json()["id"] == str(HERE.assistant.id)


async def test_an_unlinked_person_is_refused(federated: Api, issuer: str) -> None:
    browser = Browser(federated)
    back = await _return_of(browser, issuer, sub="ktos.inny")
    answer = await browser.get("/api/v1/sessions/oidc/callback", **back)
    problem_of(answer, 403, "identity_not_linked")


async def test_who_says_no_at_the_provider_is_not_signed_in(federated: Api, issuer: str) -> None:
    browser = Browser(federated)
    back = await _return_of(browser, issuer, action="deny")
    assert back["error"] == "access_denied"
    told = await browser.start()
    answer = await browser.get(
        "/api/v1/sessions/oidc/callback", state=told["state"], error="access_denied"
    )
    problem_of(answer, 401, "provider_not_believed")


async def test_a_silent_provider_is_busy(federated: Api, tmp_path: Path) -> None:
    file = write_file(tmp_path, "http://127.0.0.1:9")
    ours = federated.app.state.settings.model_copy(update={"oidc_file": file})
    app = create_app(ours, database=federated.app.state.database, clock=federated.clock)
    browser = Browser(Api(app, federated.clock))
    answer = await browser.get("/api/v1/sessions/oidc/start", centre=HERE.code)
    problem_of(answer, 503, "busy")


# The file of providers.


def test_the_file_is_read_and_its_secret_is_not_shown(tmp_path: Path) -> None:
    found = read_providers(write_file(tmp_path, "https://logowanie.example/realms/urzad"))
    assert found.keys() == {HERE.code}
    assert found[HERE.code].issuer == "https://logowanie.example/realms/urzad"
    assert "tajne" not in repr(found)
    assert read_providers(None) == {}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"issuer": "http://logowanie.example"}, "issuer"),
        ({"issuer": "https://x.example/?a=1"}, "issuer"),
        ({"issuer": "https://user@x.example/"}, "issuer"),
        ({"issuer": "file:///etc/passwd"}, "issuer"),
        ({"redirect_uri": "http://asysta.example/callback"}, "redirect_uri"),
        ({"client_secret": ""}, "client_secret"),
        ({"surprise": "tajne"}, "surprise"),
    ],
)
def test_a_wrong_file_is_one_sentence_without_the_secret(
    tmp_path: Path, changes: dict[str, str], place: str
) -> None:
    file = write_file(tmp_path, "https://x.example", **changes)
    with pytest.raises(WrongSetting, match="ASYSTA_OIDC_FILE can't be used") as caught:
        read_providers(file)
    assert place in str(caught.value)
    assert "tajne" not in str(caught.value)


def test_a_file_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    file = write_file(tmp_path, "https://x.example")
    file.chmod(0o640)
    with pytest.raises(WrongSetting, match="can be read by others"):
        read_providers(file)
    file.chmod(0o600)
    file.write_text("no toml")
    with pytest.raises(WrongSetting, match="is no TOML"):
        read_providers(file)
    file.unlink()
    with pytest.raises(WrongSetting, match="No such file"):
        read_providers(file)
