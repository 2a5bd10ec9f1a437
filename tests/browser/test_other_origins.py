"""What a frontend on another origin can do and read, and what a page that is not let in can't."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome

from app.demo.centres import CENTRES
from app.demo.people import PASSWORD
from tests.factories.browsing import Seen, call
from tests.factories.serving import origin

WHO = {"centre": CENTRES[0].code, "login": "pracownik3", "password": PASSWORD}
PLACE = {"town": "Białystok", "gmina": CENTRES[0].gmina}


@pytest.fixture
def worker(server: str) -> Iterator[httpx.Client]:
    """Sign a social worker in, without a browser."""
    said = httpx.post(f"{server}/api/v1/sessions", json=WHO).raise_for_status().json()
    bearer = {"authorization": f"Bearer {said['access_token']}"}
    with httpx.Client(base_url=server, headers=bearer) as client:
        yield client


@pytest.fixture
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a page of an origin that the settings don't name."""
    with origin(tmp_path_factory.mktemp("stranger")) as address:
        yield address


def test_an_allowed_origin_works_with_a_family_from_signing_in_to_signing_out(
    browser: Chrome, server: str, panel: str
) -> None:
    browser.get(panel)
    here = f"{server}/api/v1"
    session = call(browser, "POST", f"{here}/sessions", WHO)
    assert session.status == 201
    bearer = f"Bearer {session.json()['access_token']}"

    made = _family(browser, here, bearer)
    location, first = made.header("location"), made.header("etag")
    assert location == f"/api/v1/families/{made.json()['id']}"
    read = call(browser, "GET", f"{server}{location}", authorization=bearer)
    assert (read.status, read.header("etag")) == (200, first)

    _change_twice(browser, f"{server}{location}", bearer, first)

    assert call(browser, "DELETE", f"{here}/sessions/current", authorization=bearer).status == 204
    after = call(browser, "GET", f"{server}{location}", authorization=bearer)
    assert (after.status, after.json()["code"]) == (401, "not_signed_in")


def _family(browser: Chrome, here: str, bearer: str) -> Seen:
    """Search and record a family, twice with one key: the second answer is the first's."""
    whom = {"text": "Wrzosek-Przykładna"}
    search = call(browser, "POST", f"{here}/families/search", whom, authorization=bearer)
    said = {"search_id": search.json()["search_id"], "surname": "Wrzosek-Przykładna"}
    key = uuid.uuid4().hex
    made, again = (
        call(
            browser,
            "POST",
            f"{here}/families",
            said | PLACE,
            authorization=bearer,
            idempotency_key=key,
        )
        for _ in range(2)
    )
    assert made.status == again.status == 201, made.text
    assert made.text == again.text
    assert again.header("idempotency-replayed") == "true"
    return made


def _change_twice(browser: Chrome, family: str, bearer: str, first: str) -> None:
    """Change a family, then from what was read before: refused, and the ETag to retry with."""

    def change(etag: str, **said: Any) -> Seen:
        merge = "application/merge-patch+json"
        more = {"authorization": bearer, "if_match": etag, "content_type": merge}
        return call(browser, "PATCH", family, said, **more)

    second = change(first, street="Lipowa")
    assert second.status == 200
    stale = change(first, street="Wierzbowa")
    assert (stale.status, stale.json()["code"]) == (412, "stale")
    assert stale.header("etag") == second.header("etag") != first
    third = change(stale.header("etag"), street="Wierzbowa")
    assert (third.status, third.json()["street"]) == (200, "Wierzbowa")
    assert third.header("etag") not in {first, second.header("etag")}


def test_an_allowed_origin_can_read_our_headers(
    browser: Chrome, server: str, panel: str, worker: httpx.Client
) -> None:
    browser.get(panel)
    bearer = worker.headers["authorization"]
    page = call(browser, "GET", f"{server}/api/v1/districts?limit=1", authorization=bearer)
    assert page.header("api-version") == "1.1.0"
    assert uuid.UUID(page.header("x-request-id")).version == 7
    target, relation = page.header("link").split("; ")
    assert relation == 'rel="next"'
    following = call(browser, "GET", f"{server}{target.strip('<>')}", authorization=bearer)
    assert following.status == 200
    assert following.json()["items"] != page.json()["items"]
    refused = call(browser, "GET", f"{server}/api/v1/me")
    assert refused.status == 401
    assert refused.json()["instance"] == f"urn:uuid:{refused.header('x-request-id')}"


def test_an_origin_that_is_not_allowed_reads_nothing_and_changes_nothing(
    browser: Chrome, server: str, stranger: str, worker: httpx.Client
) -> None:
    family = _recorded(worker)
    before = worker.get(family)
    bearer = worker.headers["authorization"]
    browser.get(stranger)
    merge = "application/merge-patch+json"
    changing = {"authorization": bearer, "if_match": before.headers["etag"], "content_type": merge}
    tried = {
        "signing in": call(browser, "POST", f"{server}/api/v1/sessions", WHO),
        "a reading": call(browser, "GET", f"{server}{family}", authorization=bearer),
        "what is open to all": call(browser, "GET", f"{server}/api/v1/me"),
        "a change": call(browser, "PATCH", f"{server}{family}", {"street": "Obca"}, **changing),
        # A form could send this one too: no browser asks before it.
        "a form's post": call(
            browser, "POST", f"{server}/api/v1/sessions", WHO, content_type="text/plain"
        ),
    }
    for what, seen in tried.items():
        assert seen.failed == "TypeError: Failed to fetch", f"{what}: {seen}"
    after = worker.get(family)
    assert (after.headers["etag"], after.content) == (before.headers["etag"], before.content)


def _recorded(worker: httpx.Client) -> str:
    """Record a family without a browser; return its path."""
    found = worker.post("/api/v1/families/search", json={"text": "Wrzosek-Obronna"})
    said = {"search_id": found.json()["search_id"], "surname": "Wrzosek-Obronna"}
    made = worker.post(
        "/api/v1/families",
        json=said | PLACE,
        headers={"idempotency-key": uuid.uuid4().hex},
    )
    return made.raise_for_status().headers["location"]
