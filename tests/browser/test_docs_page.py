"""The docs page in a browser: whoever signs in there can try every operation out."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pyotp import TOTP
from selenium.webdriver import Chrome

from app.demo.centres import CENTRES
from app.demo.people import PASSWORD, STAFF
from app.domain.factors.rules import SecondFactorNeeded, SecondFactorWrong
from app.domain.identity.rules import WrongCredentials
from tests.factories.browsing import NAMED, chromium, hosts, log, requests
from tests.factories.docs_page import DocsPage
from tests.factories.routes import operations

NAMES = {login: name for login, name, _ in STAFF}
SKIP_NINE_MINUTES = "const now = Date.now; Date.now = () => now() + 9.5 * 60_000;"
STORED = """
const [done] = arguments;
indexedDB.databases().then((kept) => done(
  [document.cookie, ...Object.values(localStorage), ...Object.values(sessionStorage), ...kept]));
"""


@pytest.fixture
def address(server: str) -> str:
    """Return the server's address by a name, as its readers have it."""
    return f"http://{NAMED}:{urlsplit(server).port}"


@pytest.fixture
def page(browser: Chrome, address: str) -> DocsPage:
    """Open the docs page."""
    page = DocsPage(browser)
    page.open(address)
    return page


def _policed(browser: Chrome) -> list[str]:
    """Return what the browser said of our content security policy."""
    return [said for said in log(browser, "browser") if "Content Security Policy" in said]


def _sent(browser: Chrome, path: str) -> list[dict[str, Any]]:
    """Return the requests to one operation since the last look."""
    return [r for r in requests(browser) if urlsplit(r["url"]).path == f"/api/v1/{path}"]


def test_the_page_shows_every_operation(page: DocsPage) -> None:
    shown = page.browser.execute_script(
        "return [...document.querySelectorAll('.opblock')].map((block) => block.id)"
    )
    named = {
        f"operations-{route.tags[0] if route.tags else ''}-{route.operation_id}"
        for route in operations()
        if route.include_in_schema
    }
    assert named <= set(shown), named - set(shown)
    assert _policed(page.browser) == []


def test_whoever_signs_in_on_the_page_sends_their_token_and_leaves_no_trace(
    page: DocsPage, address: str
) -> None:
    page.paste("a-token-from-elsewhere")
    page.sign_in("pracownik2")
    assert page.who() == f"{NAMES['pracownik2']} (social_worker), {CENTRES[0].name}"
    status, shown = page.operation("sessions-show_me").execute()
    assert status == "200"
    assert f'"full_name": "{NAMES["pracownik2"]}"' in shown
    assert page.browser.execute_async_script(STORED) == [""]
    assert page.browser.get_cookies() == []
    assert hosts(requests(page.browser)) == {urlsplit(address).netloc}
    assert _policed(page.browser) == []
    page.open(address)
    assert page.find("#sign-in").is_displayed(), "a reload forgets who was signed in"


@pytest.mark.parametrize(
    ("language", "title", "button"),
    [("pl", WrongCredentials.pl, "Zaloguj"), ("en", WrongCredentials.en(), "Sign in")],
)
def test_a_wrong_password_shows_the_title_in_the_readers_language(
    address: str, tmp_path: Path, language: str, title: str, button: str
) -> None:
    with chromium(tmp_path / "profile", language) as browser:
        page = DocsPage(browser)
        page.open(address)
        assert page.find("#sign-in button").text == button
        page.sign_in("asystent4", "nie-to-haslo")
        assert page.find("#refused").text == title
        assert page.find("#sign-in").is_displayed()
        page.sign_in("asystent4")
        assert page.who().startswith(NAMES["asystent4"])
        assert page.browser.find_element("id", "refused").text == ""


@pytest.fixture
def spare(server: str) -> Iterator[list[str]]:
    """Give a coordinator a second factor, and take it away again; return the recovery codes."""
    who = {"centre": CENTRES[0].code, "login": "koordynator2", "password": PASSWORD}
    present, factor = {"present_password": PASSWORD}, "/api/v1/me/second-factor"
    with httpx.Client(base_url=server, timeout=60) as client:
        opened = client.post("/api/v1/sessions", json=who).raise_for_status().json()
        client.headers["authorization"] = f"Bearer {opened['access_token']}"
        secret = client.post(factor, json=present).raise_for_status().json()["secret"]
        confirmed = client.post(f"{factor}/confirmation", json={"code": TOTP(secret).now()})
        codes: list[str] = confirmed.raise_for_status().json()["recovery_codes"]
        yield codes
        said = present | {"code": codes[0]}
        client.post(f"{factor}/removal", json=said).raise_for_status()


def test_who_has_a_second_factor_is_asked_for_its_code(page: DocsPage, spare: list[str]) -> None:
    page.sign_in("koordynator2")
    assert page.find("#refused").text == SecondFactorNeeded.pl
    assert page.browser.switch_to.active_element.get_attribute("name") == "code"
    page.sign_in("koordynator2", code="000000")
    page.wait().until(lambda _: page.find("#refused").text == SecondFactorWrong.pl)
    (*_, last) = _sent(page.browser, "sessions")
    assert json.loads(last["postData"])["code"] == "000000"
    page.sign_in("koordynator2", code=f" {spare[1]} ")
    assert page.who().startswith(NAMES["koordynator2"])
    assert page.browser.execute_async_script(STORED) == [""]


def test_an_access_token_is_exchanged_once_before_it_runs_out(page: DocsPage) -> None:
    page.sign_in("pracownik2")
    page.who()
    me, centre = page.operation("sessions-show_me"), page.operation("centre-show_centre")
    assert me.execute()[0] == "200"
    (first,) = [r["headers"]["Authorization"] for r in _sent(page.browser, "me")][1:]
    me.press(".btn-clear")
    page.browser.execute_script(SKIP_NINE_MINUTES)
    page.browser.execute_script(
        "for (const place of arguments) document.querySelector(`${place} .execute`).click()",
        *(me.place, centre.place),
    )
    assert centre.answer()[0] == "200"
    assert me.answer()[0] == "200"
    sent = requests(page.browser)
    assert [r["url"] for r in sent].count(_of(page, "sessions/refresh")) == 1
    later = {
        r["headers"]["Authorization"]
        for r in sent
        if r["url"] in {_of(page, "me"), _of(page, "centre")}
    }
    assert len(later) == 1, "both waited for the one exchange"
    assert later != {first}


def _of(page: DocsPage, path: str) -> str:
    return f"http://{urlsplit(page.browser.current_url).netloc}/api/v1/{path}"


def test_signing_out_ends_the_session(page: DocsPage, server: str) -> None:
    page.sign_in("pracownik2")
    page.who()
    (asked,) = _sent(page.browser, "me")
    held = {"authorization": asked["headers"]["Authorization"]}
    assert httpx.get(f"{server}/api/v1/me", headers=held).status_code == 200
    page.find("#sign-out").click()
    page.find("#sign-in")
    page.wait().until(lambda _: httpx.get(f"{server}/api/v1/me", headers=held).status_code == 401)
    status, shown = page.operation("sessions-show_me").execute()
    assert status == "401"
    assert '"code": "not_signed_in"' in shown


def test_a_creation_gets_a_key_and_shows_its_replay(page: DocsPage, server: str) -> None:
    family = _family(server)
    page.sign_in("pracownik2")
    page.who()
    creation = page.operation("families-add_member")
    creation.fill("[data-param-name=family_id] input", family)
    creation.fill(
        "textarea.body-param__text", '{"first_name": "Jan", "last_name": "Wrona", "role": "child"}'
    )
    status, made = creation.execute()
    assert (status, "idempotency-replayed" in made) == ("201", False), made
    key = creation.find("[data-param-name=Idempotency-Key] input")
    first = key.get_attribute("value")
    status, again = creation.execute()
    assert (status, "idempotency-replayed: true" in again) == ("201", True), again
    creation.fill("[data-param-name=Idempotency-Key] input", "")
    status, another = creation.execute()
    assert (status, "idempotency-replayed" in another) == ("201", False), another
    assert key.get_attribute("value") not in {"", first}


def _family(server: str) -> str:
    """Record a family without a browser; return its id."""
    said = {"centre": CENTRES[0].code, "login": "pracownik2", "password": PASSWORD}
    session = httpx.post(f"{server}/api/v1/sessions", json=said).json()
    signed = {"authorization": f"Bearer {session['access_token']}"}
    with httpx.Client(base_url=f"{server}/api/v1", headers=signed) as client:
        found = client.post("/families/search", json={"text": "Wrona-Przykładna"}).json()
        place = {"town": "Białystok", "gmina": CENTRES[0].gmina, "surname": "Wrona-Przykładna"}
        made = client.post(
            "/families",
            json=place | {"search_id": found["search_id"]},
            headers={"idempotency-key": uuid.uuid4().hex},
        )
    return str(made.raise_for_status().json()["id"])
