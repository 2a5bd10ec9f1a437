"""Whose network an attempt is counted for: X-Forwarded-For counts behind a trusted proxy only."""

import asyncio
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from app.demo.people import PASSWORD
from app.domain.attempts.rules import FREE
from app.settings import Settings
from tests.factories.databases import empty_database
from tests.factories.processes import Serving, launch, serving
from tests.factories.serving import settle

PROXY, CLIENT, OTHER = "192.0.2.10", "203.0.113.7", "203.0.113.8"
LOGINS = (f"nikt{number}" for number in count())  # of nobody: who does not exist waits as well


@pytest.fixture(scope="module")
def servers(
    superuser_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[dict[str, Serving]]:
    """Serve one database three times: we are its trusted proxy, another one is, or none."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(empty_database(superuser_url, f"proxied_{worker}"))
    data = tmp_path_factory.mktemp("proxied")
    started = {
        "ours": launch(url, data, trusted_proxies=f"{PROXY}, 127.0.0.1"),
        "another": launch(url, data, trusted_proxies=PROXY),
        "none": launch(url, data),
    }
    with serving(*started.values()):
        asyncio.run(settle(url, Settings(data_dir=data)))
        yield started


def _try(at: Serving, login: str, forwarded: str | None = None, **more: Any) -> int:
    said = {"centre": "bialystok", "login": login, "password": "x"} | more
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    answer = httpx.post(f"{at.url}/api/v1/sessions", json=said, headers=headers, timeout=60)
    return answer.status_code


def _fail(at: Serving, login: str, forwarded: str | None = None) -> None:
    for _ in range(FREE):
        assert _try(at, login, forwarded) == 401


def test_behind_a_trusted_proxy_the_network_that_it_names_waits(
    servers: dict[str, Serving],
) -> None:
    at, login = servers["ours"], "pracownik1"
    _fail(at, login, CLIENT)
    assert _try(at, login, CLIENT, password=PASSWORD) == 429
    assert _try(at, login, OTHER, password=PASSWORD) == 201, "another network is not concerned"


def test_what_a_client_writes_before_the_proxy_does_counts_for_nothing(
    servers: dict[str, Serving],
) -> None:
    at, login = servers["ours"], next(LOGINS)
    for number in range(FREE):
        assert _try(at, login, f"198.51.100.{number}, {CLIENT}") == 401
    assert _try(at, login, f"198.51.100.77, {CLIENT}") == 429
    assert _try(at, login, f"{CLIENT}, {OTHER}") == 401


def test_a_chain_of_trusted_proxies_names_the_client_before_it(
    servers: dict[str, Serving],
) -> None:
    at, login = servers["ours"], next(LOGINS)
    _fail(at, login, f"{CLIENT}, {PROXY}")
    assert _try(at, login, CLIENT) == 429


def test_one_subscriber_of_ipv6_has_one_network(servers: dict[str, Serving]) -> None:
    at, login = servers["ours"], next(LOGINS)
    for number in range(FREE):
        assert _try(at, login, f"2001:db8:1:2::{number}") == 401
    assert _try(at, login, "2001:db8:1:2:ffff::9") == 429
    assert _try(at, login, "2001:db8:1:3::9") == 401


@pytest.mark.parametrize("trusts", ["another", "none"])
def test_who_is_no_trusted_proxy_can_not_name_another_network(
    servers: dict[str, Serving], trusts: str
) -> None:
    """Spoofing: without a trusted proxy the address of the connection counts, whatever is said."""
    at, login = servers[trusts], next(LOGINS)
    for number in range(FREE):
        assert _try(at, login, f"203.0.113.{number}") == 401
    assert _try(at, login, "203.0.113.99") == 429
    assert _try(at, login, PROXY) == 429, "the trusted proxy's own address neither"
    assert _try(at, login) == 429


def test_behind_a_trusted_proxy_that_names_nobody_its_own_address_counts(
    servers: dict[str, Serving],
) -> None:
    at, login = servers["ours"], next(LOGINS)
    _fail(at, login)
    assert _try(at, login) == 429
    assert _try(at, login, CLIENT) == 401
