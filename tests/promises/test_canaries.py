"""The whole run is watched for names and PESELs; a planted leak is seen in each place."""

import logging
from base64 import urlsafe_b64encode

import httpx
import pytest
import structlog
from fastapi import FastAPI

from tests.factories.api import Api
from tests.factories.canaries import CANARIES, Canaries, Leaked, canaries_in
from tests.factories.families import MARIA, STAS
from tests.factories.people import HERE
from tests.factories.serving import running


def _planted() -> list[str]:
    leaks, CANARIES.leaks = CANARIES.leaks, []
    return leaks


def test_a_pesel_logged_by_us_is_seen() -> None:
    structlog.get_logger().info("planted", note=MARIA)
    (leak,) = _planted()
    assert MARIA in leak


def test_a_name_logged_by_the_standard_library_is_seen() -> None:
    logging.getLogger("app.planted").debug("for %s", "Żółkiewska")
    (leak,) = _planted()
    assert "Żółkiewsk" in leak


def test_a_pesel_in_an_exception_is_seen_while_an_application_is_served() -> None:
    with running(FastAPI()):
        try:
            int(f"PESEL {STAS}")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    (leak,) = _planted()
    assert STAS in leak


async def test_a_name_in_a_problem_is_seen() -> None:
    problem = httpx.Response(
        422,
        headers={"content-type": "application/problem+json"},
        text='{"title": "Żółkiewska"}',
        request=httpx.Request("POST", "https://asysta.test"),
    )
    own = Canaries()
    await own.see(problem)
    assert len(own.leaks) == 1


async def test_an_address_with_a_pesel_is_seen(api: Api) -> None:
    await api.as_(HERE.manager).get("/families", params={"pesel": MARIA})
    (leak,) = _planted()
    assert leak.startswith("address")


async def test_a_name_in_a_cursor_of_an_address_is_seen(api: Api) -> None:
    cursor = urlsafe_b64encode(b'["z", "\\u017b\\u00f3\\u0142kiewska"]').decode().rstrip("=")
    await api.as_(HERE.manager).get(f"/families?cursor={cursor}&limit=1")
    (leak,) = _planted()
    assert leak.startswith("address")


async def test_every_request_and_problem_of_the_run_is_looked_at(api: Api) -> None:
    before = CANARIES.looked
    await api.as_(None).get("/centre")
    assert CANARIES.looked == before + 3, "its address, its log line, its problem"


def test_a_leak_ends_the_test_in_error() -> None:
    own = Canaries()
    own.look("log", MARIA)
    teardown = own.pytest_runtest_teardown()
    next(teardown)
    with pytest.raises(Leaked, match=MARIA):
        next(teardown)
    assert not own.leaks, "the next test is not blamed"


def test_a_silent_test_ends_well() -> None:
    teardown = Canaries().pytest_runtest_teardown()
    next(teardown)
    assert next(teardown, "ended") == "ended"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"pesel={MARIA}", 2),
        ("pesel=44051401359", 1),
        ("pesel=44051401358", 0),
        ("0199f3c2-7d1e-7000-8000-044051401359", 0),
        ("account_id=5f0c request_id=77", 0),
    ],
    ids=["a canary", "any PESEL", "wrong control digit", "within an id", "ids"],
)
def test_what_counts_as_a_leak(text: str, found: int) -> None:
    assert len(canaries_in(text)) == found
