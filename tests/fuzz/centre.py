"""A demo centre with families in every state, served over real HTTP for the fuzzer."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import uvicorn
from sqlalchemy.engine import make_url

from app.db.base import metadata
from app.db.embedded import embedded_server
from app.db.session import Database
from app.demo import load, people
from app.demo.centres import CENTRES
from app.demo.stories import STORIES
from app.domain.identity.service import hash_password
from app.main import create_app
from app.settings import Settings
from tests.factories.databases import new_database

DATABASE = "fuzz"
# Where a path's or a body's id comes from, when its name is not the table's.
TABLE_OF = {
    "agreement_id": "cooperation_agreement",
    "authorisation_id": "data_authorisation",
    "case_id": "family_case",
    "check_id": "monitoring_check",
    "consent_id": "family_consent",
    "member_id": "person",
    "person_id": "person",
    "plan_id": "work_plan",
    "refusal_id": "consent_refusal",
    "settings_id": "centre_settings",
    "training_id": "staff_training",
    "worker_id": "district_worker",
    "staff_id": "account",
    "account_id": "account",
    "assistant_id": "account",
    "coordinator_id": "account",
    "social_worker_id": "account",
}
SIGNED_IN = {"manager": "kierownik", "social_worker": "pracownik1"} | {
    "assistant": "asystent1",
    "foster_care_coordinator": "koordynator1",
}


async def fill(settings: Settings, url: str) -> None:
    database = Database(url)
    await database.open()
    password = await hash_password(people.PASSWORD)
    settled = await people.settle(database, CENTRES[0], None, password, assistants=4)
    await load.fill(settings, database, settled, len(STORIES), lambda: None)
    await database.close()


async def known(superuser_url: str) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return which ids are there for which parameter, and the version of each row."""
    url = make_url(superuser_url).set(database=DATABASE)
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    ids: dict[str, list[str]] = {}
    versions: dict[str, int] = {}
    for name, table in metadata().tables.items():
        if "version" in table.c and "id" in table.c:
            rows = await connection.fetch(f"SELECT id, version FROM {name} ORDER BY id LIMIT 200")
            ids[name] = [str(row["id"]) for row in rows]
            versions |= {str(row["id"]): row["version"] for row in rows}
    # Whoever is signed in is not pointed at: the manager would suspend the fuzzer itself.
    rows = await connection.fetch(
        "SELECT id FROM account WHERE login <> ALL ($1::text[])", list(SIGNED_IN.values())
    )
    ids["account"] = [str(row["id"]) for row in rows]
    await connection.close()
    named = {f"{name}_id": there for name, there in ids.items()}
    return named | {name: ids[table] for name, table in TABLE_OF.items()}, versions


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve the centre on a free port; yield its address and the superuser's database address."""
    with embedded_server(folder / "pg", durable=False) as postgres:
        url = asyncio.run(new_database(postgres.superuser_url, DATABASE))
        settings = Settings(data_dir=folder).model_copy(update={"database_url": url})
        asyncio.run(fill(settings, url))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = uvicorn.Config(create_app(settings), port=port, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", postgres.superuser_url
        server.should_exit = True
        thread.join(10)


def token(address: str, login: str) -> str:
    """Sign in as one of the centre's people."""
    said = {"centre": CENTRES[0].code, "login": login, "password": people.PASSWORD}
    answer = httpx.post(f"{address}/api/v1/sessions", json=said).raise_for_status()
    return str(answer.json()["access_token"])
