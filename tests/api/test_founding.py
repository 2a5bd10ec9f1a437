"""A real centre is founded by a command: its first people sign in, and nobody can be left half."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner, Result

from app import commands
from app.main import create_app
from app.settings import Settings
from tests.factories.databases import MASTER_KEY, empty_database
from tests.factories.serving import running

SECRET, OTHER_SECRET = "zielony parasol na wietrze", "stara wierzba nad stawem"
OFFICE = {
    "kind": "ops",
    "gmina": "2007042",
    "address": "ul. Szkolna 3, 18-400 Podgórze",
    "phone": "+48 86 555 01 02",
    "email": "ops@podgorze.example",
    "manager": "Halina Wrońska",
    "login": "kierownik",
    "authorisation": "1/2026",
    "password": SECRET,
}


@dataclass(frozen=True, slots=True)
class Product:
    """An installation: its database, its folder, and a server over it."""

    url: str
    data: Path
    http: httpx.Client
    at_first: int

    def found(self, code: str, *more: str, told: str = "", **changes: str) -> Result:
        """Found a centre by the command; `told` is typed where it asks."""
        name = "Ośrodek Pomocy Społecznej w Podgórzu"
        said = OFFICE | changes
        options = [word for name, value in said.items() for word in (f"--{name}", value)]
        return self.command("create-centre", code, name, *options, *more, told=told)

    def command(self, *arguments: str, told: str = "") -> Result:
        """Give a command."""
        environment = {
            "DATABASE_URL": self.url,
            "ASYSTA_DATA_DIR": str(self.data),
            "ASYSTA_MASTER_KEY": MASTER_KEY,
            "COLUMNS": "200",
        }
        return CliRunner(env=environment).invoke(commands.app, arguments, input=told)

    def sign_in(self, code: str, login: str, password: str) -> httpx.Response:
        """Try to sign in."""
        said = {"centre": code, "login": login, "password": password}
        return self.http.post("/api/v1/sessions", json=said)

    def statuses(self, code: str, login: str, password: str) -> list[int]:
        """Sign in, and ask for the staff and for the families."""
        token = self.sign_in(code, login, password).raise_for_status().json()["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        asked = ("/api/v1/staff", "/api/v1/families")
        return [self.http.get(path, headers=headers).status_code for path in asked]


async def _count(url: str) -> int:
    """Count centres and accounts as the superuser, whom row security does not bind."""
    admin = await asyncpg.connect(url)
    try:
        counting = "SELECT (SELECT count(*) FROM centre) + (SELECT count(*) FROM account)"
        return int(await admin.fetchval(counting))
    finally:
        await admin.close()


@pytest.fixture(scope="module")
def product(
    superuser_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Product]:
    """Serve an installation in which there is no centre yet."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(empty_database(superuser_url, f"founded_{worker}"))
    data = tmp_path_factory.mktemp("founded")
    bare = Product(url, data, httpx.Client(timeout=60), -1)
    assert bare.command("migrate").exit_code == 0
    founded = replace(bare, at_first=asyncio.run(_count(url)))
    settings = Settings(data_dir=data, master_key=MASTER_KEY)
    with running(create_app(settings.model_copy(update={"database_url": url}))) as address:
        founded.http.base_url = httpx.URL(address)
        yield founded
    founded.http.close()


@pytest.fixture
def code() -> str:
    """Return a code that no centre has."""
    return f"podgorze-{uuid4().hex[:8]}"


def test_nobody_is_there_before_a_centre_is_founded(product: Product) -> None:
    assert product.at_first == 0, "migrating leaves no default account behind"


def test_the_first_manager_signs_in_and_sees_families(product: Product, code: str) -> None:
    done = product.found(code)
    assert done.exit_code == 0, done.output
    assert product.statuses(code, "kierownik", SECRET) == [200, 200]


def test_the_first_administrator_keeps_accounts_and_sees_no_family(
    product: Product, code: str
) -> None:
    who = ("--administrator", "Bogdan Topolski", "admin", "2/2026")
    done = product.found(code, *who, "--administrator-password", OTHER_SECRET)
    assert done.exit_code == 0, done.output
    assert "kierownik and admin may sign in" in " ".join(done.output.split())
    assert product.statuses(code, "admin", OTHER_SECRET) == [200, 403]
    assert product.statuses(code, "kierownik", SECRET) == [200, 200]


def test_an_administrators_password_is_asked_for_and_not_shown(product: Product, code: str) -> None:
    who = ("--administrator", "Bogdan Topolski", "admin", "2/2026")
    done = product.found(code, *who, told=f"{OTHER_SECRET}\n{OTHER_SECRET}\n")
    assert done.exit_code == 0, done.output
    assert OTHER_SECRET not in done.output
    assert product.statuses(code, "admin", OTHER_SECRET) == [200, 403]


@pytest.mark.parametrize(
    ("login", "password", "wrong"),
    [
        ("kierownik", OTHER_SECRET, "login: each of the first people needs their own"),
        ("admin", "asystentrodziny1", "password of admin"),
        ("admin", "krótkie", "password"),
    ],
    ids=["the manager's login", "a common password", "a short password"],
)
def test_a_wrong_administrator_founds_nothing(
    product: Product, code: str, login: str, password: str, wrong: str
) -> None:
    who = ("--administrator", "Bogdan Topolski", login, "2/2026")
    done = product.found(code, *who, "--administrator-password", password)
    assert wrong in str(done.exception)
    assert password not in str(done.exception)
    assert product.sign_in(code, "kierownik", SECRET).status_code == 401
    assert product.found(code).exit_code == 0, "the code is free"


def test_a_code_is_given_once(product: Product, code: str) -> None:
    assert product.found(code).exit_code == 0
    again = product.found(code, password=OTHER_SECRET)
    assert f"the code {code} is there already" in str(again.exception)
    assert product.sign_in(code, "kierownik", OTHER_SECRET).status_code == 401
