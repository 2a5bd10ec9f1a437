"""Two processes on one PostgreSQL give the same answers: nothing that counts lives in one."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.settings import Settings
from tests.factories.databases import empty_database, of_database
from tests.factories.processes import Serving, bearer, launch, serving, sign_in
from tests.factories.serving import settle


@pytest.fixture(scope="module")
def name(request: pytest.FixtureRequest) -> str:
    """Name the database after the worker of the test run."""
    return f"two_{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}"


@pytest.fixture(scope="module")
def pair(
    superuser_url: str, name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Serving, Serving]]:
    """Start two processes at once on an empty database; both migrate it, both make the key."""
    url = asyncio.run(empty_database(superuser_url, name))
    data = tmp_path_factory.mktemp("two")
    a, b = launch(url, data), launch(url, data)
    with serving(a, b):
        asyncio.run(settle(url, Settings(data_dir=data)))
        yield a, b


def ask(at: Serving, method: str, path: str, who: dict[str, str], **said: Any) -> httpx.Response:
    """Send one request on a connection of its own."""
    headers = who | said.pop("headers", {})
    return httpx.request(method, f"{at.url}/api/v1{path}", headers=headers, timeout=30, **said)


def create(at: Serving, who: dict[str, str], name: str, key: str | None = None) -> httpx.Response:
    """Create a district."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return ask(at, "POST", "/districts", who, json={"name": name}, headers=headers)


def test_both_publish_the_same_keys(pair: tuple[Serving, Serving]) -> None:
    a, b = (httpx.get(f"{one.url}/.well-known/jwks.json").json() for one in pair)
    assert a == b
    assert len(a["keys"]) == 1


def test_who_signs_out_at_one_is_refused_by_the_other_at_once(
    pair: tuple[Serving, Serving],
) -> None:
    a, b = pair
    who = bearer(sign_in(a, "kierownik"))
    for _ in range(2):  # the second time B remembers the token
        assert ask(b, "GET", "/me", who).json()["login"] == "kierownik"
    assert ask(a, "DELETE", "/sessions/current", who).status_code == 204
    for one in (b, a):
        assert ask(one, "GET", "/me", who).status_code == 401
        assert create(one, who, "Rejon po wyjściu").status_code == 401


def test_a_refresh_token_used_at_both_ends_the_session_at_both(
    pair: tuple[Serving, Serving],
) -> None:
    a, b = pair
    first = sign_in(a, "pracownik1")
    token = {"refresh_token": first.json()["refresh_token"]}
    second = httpx.post(f"{b.url}/api/v1/sessions/refresh", json=token, timeout=30)
    assert second.status_code == 201
    assert ask(a, "GET", "/me", bearer(second)).status_code == 200
    assert httpx.post(f"{a.url}/api/v1/sessions/refresh", json=token, timeout=30).status_code == 401
    for one, session in ((a, first), (b, first), (a, second), (b, second)):
        assert ask(one, "GET", "/me", bearer(session)).status_code == 401


def test_one_key_at_both_at_once_has_one_effect(pair: tuple[Serving, Serving]) -> None:
    who = bearer(sign_in(pair[0], "kierownik"))
    key, name = str(uuid4()), "Rejon podwójny"
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: create(pair[n % 2], who, name, key), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert replayed.count(None) == 1
    listed = ask(pair[1], "GET", "/districts", who).json()["items"]
    assert [district["name"] for district in listed].count(name) == 1


def test_a_version_read_at_one_counts_at_the_other(pair: tuple[Serving, Serving]) -> None:
    a, b = pair
    who = bearer(sign_in(b, "kierownik"))
    made = create(a, who, "Rejon wersji")
    path, tag = f"/districts/{made.json()['id']}", made.headers["etag"]
    patch = {"If-Match": tag, "Content-Type": "application/merge-patch+json"}
    changed = ask(b, "PATCH", path, who, json={"name": "Rejon nowy"}, headers=patch)
    assert changed.status_code == 200
    assert ask(a, "PATCH", path, who, json={"name": "x"}, headers=patch).status_code == 412
    assert ask(a, "GET", path, who).headers["etag"] == changed.headers["etag"] != tag


def test_a_page_of_one_is_followed_at_the_other(pair: tuple[Serving, Serving]) -> None:
    a, b = pair
    who = bearer(sign_in(a, "kierownik"))
    for n in range(3):
        create(a, who, f"Rejon strony {n}")
    whole = ask(a, "GET", "/districts", who).json()["items"]
    cursor, seen = ask(a, "GET", "/districts", who, params={"limit": 2}).json()["next_cursor"], 2
    while cursor:
        page = ask(b, "GET", "/districts", who, params={"limit": 2, "cursor": cursor}).json()
        assert page["items"] == whole[seen : seen + 2]
        cursor, seen = page["next_cursor"], seen + 2
    assert seen >= len(whole)


@pytest.fixture
def third(
    pair: tuple[Serving, Serving], superuser_url: str, name: str, tmp_path: Path
) -> Iterator[Serving]:
    """Serve by two workers on the same database, with the keys said in settings."""
    data = pair[0].said.parent
    keys = {"signing_key": data / "keys" / "0001.pem", "master_key": data / "master.key"}
    said = {name: file.read_text(encoding="utf-8") for name, file in keys.items()}
    served = launch(of_database(superuser_url, name), tmp_path, workers=2, **said)
    with serving(served):
        assert len(served.workers()) == 2
        yield served
    assert served.child.returncode == 0


def await_successor(served: Serving, died: int) -> None:
    """Wait until two work again: half of the time that a worker has to answer its watch."""
    deadline = time.monotonic() + 30
    while len(served.workers() - {died}) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    served.await_ready()


def test_workers_share_an_address_and_one_that_dies_is_replaced(
    pair: tuple[Serving, Serving], third: Serving
) -> None:
    who = bearer(sign_in(pair[0], "kierownik"))
    with ThreadPoolExecutor(4) as threads:
        asked = threads.map(lambda _: ask(third, "GET", "/me", who).status_code, range(20))
        assert set(asked) == {200}, "keys from the settings are the same keys"
    died = min(third.workers())
    os.kill(died, signal.SIGKILL)
    await_successor(third, died)
    assert ask(third, "GET", "/me", who).status_code == 200


def test_a_worker_that_dies_while_its_watch_waits_for_it_is_replaced_at_once(
    third: Serving,
) -> None:
    died = min(third.workers())
    os.kill(died, signal.SIGSTOP)
    time.sleep(2)  # the watch asks every half second, and waits for the answer now
    os.kill(died, signal.SIGKILL)
    await_successor(third, died)


def test_workers_follow_each_other_on_a_signal(
    pair: tuple[Serving, Serving], third: Serving
) -> None:
    who = bearer(sign_in(pair[0], "kierownik"))
    before = third.workers()
    deadline = time.monotonic() + 120
    third.child.send_signal(signal.SIGHUP)
    while third.workers() & before or len(third.workers()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert ask(third, "GET", "/me", who).status_code == 200


def test_more_connections_than_the_server_has_are_refused_in_a_sentence(
    pair: tuple[Serving, Serving], superuser_url: str, name: str, tmp_path: Path
) -> None:
    refused = launch(of_database(superuser_url, name), tmp_path, workers=13)
    assert refused.child.wait(60) == 2
    said = " ".join(refused.said.read_text(encoding="utf-8").split())
    assert "has 197 connections, and the workers of this machine may open 208" in said
    assert pair[0].child.poll() is None


def test_what_a_process_writes_is_its_log_in_lines(pair: tuple[Serving, Serving]) -> None:
    assert ask(pair[0], "GET", "/me", {}).status_code == 401
    ask(pair[0], "GET", "/me?pesel=90020312344", {})
    written = pair[0].said.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert ("show_me", 401) in {(line["operation"], line["status"]) for line in lines}
    assert "90020312344" not in written
