"""The release before this one serves while the schema becomes this one's: no request fails.

It is taken from the history (`alembic/release-before.toml`), serves on a database that it has made
itself, and is asked for reads, writes and sign-ins without pause. Meanwhile this release migrates,
then serves beside it, and both are asked.
"""

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from app.api.deps import day_in_warsaw
from app.db.cluster import binaries
from app.demo.people import PASSWORD
from tests.chaos.figures import Figure, Say
from tests.chaos.office import DATABASE, Office, empty_office
from tests.chaos.release_before import RECORD, Release, outdated, release_before

PATIENCE_S = 20.0
PAUSE_S = 0.2
ROUNDS = 30  # of work after each sign-in, whose hash takes what the machine has
VISITED = {"first_visit_done", "diagnosis_done", "plan_draft", "in_progress"}
NUMBERED = re.compile(r"/[0-9a-f-]{36}|\?.*")
# What of its tests speaks to the database in most ways.
TESTS = tuple(
    f"tests/api/v1/test_{name}.py"
    for name in (
        *("visits", "visit_corrections", "receive_signal", "make_interview", "assessments"),
        *("first_visit", "family_members", "closure", "staff_accounts", "draft_plan", "worklist"),
    )
)
MEMBER = {"first_name": "Zofia", "last_name": "Próbna", "role": "mother", "born_on": "1990-02-03"}


class Refused(Exception):
    """A request was answered with something else than done."""


@dataclass(slots=True)
class Crowd:
    """People of a demo centre who work without pause, at whichever server is next."""

    urls: list[str]
    asked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    turn: int = 0
    phase: str = ""

    async def ask(
        self, http: httpx.AsyncClient, method: str, path: str, **said: Any
    ) -> dict[str, Any]:
        """Ask one server; note the answer, and raise `Refused` unless it is done."""
        self.turn += 1
        url = self.urls[self.turn % len(self.urls)]
        key = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        what, began = f"{method} {NUMBERED.sub('', path)}", monotonic()
        try:
            answer = await http.request(method, f"{url}/api/v1{path}", headers=key, **said)
            status = answer.status_code
        except httpx.TransportError:
            status = 0
        self.longest = max(self.longest, monotonic() - began)
        self.asked[what] += 1
        if status not in {200, 201}:
            self.failed[f"{what} {status} {self.phase}"] += 1
            raise Refused
        found: dict[str, Any] = answer.json()
        return found

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work until the end of the block."""
        going = asyncio.Event()
        going.set()
        tasks = [asyncio.create_task(self._person(*one, going)) for one in PEOPLE]
        try:
            yield
        finally:
            going.clear()
            await asyncio.gather(*tasks)

    async def _person(self, work: "Work", login: str, going: asyncio.Event) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
            while going.is_set():
                try:
                    said = {"centre": "bialystok", "login": login, "password": PASSWORD}
                    session = await self.ask(http, "POST", "/sessions", json=said)
                    http.headers["Authorization"] = f"Bearer {session['access_token']}"
                    for _ in range(ROUNDS):
                        if going.is_set():
                            await work(self, http)
                            await asyncio.sleep(PAUSE_S)
                except Refused:
                    await asyncio.sleep(PAUSE_S)


Work = Callable[[Crowd, httpx.AsyncClient], Awaitable[None]]


def today() -> str:
    """Return the day in Warsaw."""
    return day_in_warsaw(datetime.now(UTC)).isoformat()


async def assist(crowd: Crowd, http: httpx.AsyncClient) -> None:
    """Look at one's worklist and a case, and record a visit and one that failed."""
    await crowd.ask(http, "GET", "/worklist")
    cases = (await crowd.ask(http, "GET", "/cases"))["items"]
    visited = [case for case in cases if case["state"] in VISITED]
    if not visited:
        return
    case = visited[crowd.turn % len(visited)]
    seen = await crowd.ask(http, "GET", f"/cases/{case['id']}")
    if "record_visit" not in {may["action"] for may in seen["allowed_actions"] if may["allowed"]}:
        return  # a consent is missing, and only the rules say so
    family = await crowd.ask(http, "GET", f"/families/{case['family_id']}")
    visit = {
        "held_on": today(),
        "begins": "10:00",
        "ends": "11:00",
        "place": "home",
        "kind": "home_visit",
        "present": [family["members"][0]["id"]],
        "tasks": ["parenting"],
        "topics": "Plan dnia.",
        "arrangements_family": "Spisać wydatki.",
        "notes": "Spokojnie.",
        "arrangements_assistant": "Umówić poradnię.",
    }
    await crowd.ask(http, "POST", f"/cases/{case['id']}/visits", json=visit)
    failed = {"planned_on": today(), "reason": "nobody_home"}
    await crowd.ask(http, "POST", f"/cases/{case['id']}/failed-visits", json=failed)
    await crowd.ask(http, "GET", f"/cases/{case['id']}/visits")


async def intake(crowd: Crowd, http: httpx.AsyncClient) -> None:
    """Record a family and a signal on it, and start the interview."""
    surname = f"Próbna {uuid4().hex[:6]}"
    found = await crowd.ask(http, "POST", "/families/search", json={"text": surname, "limit": 5})
    district = (await crowd.ask(http, "GET", "/districts"))["items"][0]["id"]
    family = {
        "search_id": found["search_id"],
        "surname": surname,
        "street": "ul. Lipowa 1",
        "postcode": "15-440",
        "town": "Białystok",
        "gmina": "2061011",
        "district_id": district,
        "members": [MEMBER | {"parental_authority": "full"}],
    }
    made = await crowd.ask(http, "POST", "/families", json=family)
    said = {"family_id": made["id"], "received_on": today(), "source": "institution"}
    told = {"institution": "Szkoła", "description": "Nieobecności w szkole."}
    signal = await crowd.ask(http, "POST", "/signals", json=said | told)
    interview = {"started_on": today(), "place": "home"}
    await crowd.ask(http, "POST", f"/cases/{signal['case_id']}/interviews", json=interview)


async def manage(crowd: Crowd, http: httpx.AsyncClient) -> None:
    """Look at the people, the settings and the families, and add a district."""
    for path in ("/staff", "/centre/settings", "/families", "/deadlines", "/assistants"):
        await crowd.ask(http, "GET", path)
    await crowd.ask(http, "POST", "/districts", json={"name": f"Rejon {uuid4()}"})


PEOPLE: tuple[tuple[Work, str], ...] = (
    *((assist, f"asystent{number}") for number in (1, 2, 3, 4)),
    *((intake, login) for login in ("pracownik1", "pracownik2")),
    (manage, "kierownik"),
)


def run(seconds: float, say: Say) -> list[Figure]:
    """Ask for the seconds before, after and of both; then run that release's tests."""
    with empty_office() as place, release_before(place.folder) as before:
        return change_over(place, before, seconds / 4, say) + _own_tests(place, before, say)


def change_over(place: Office, before: Release, each: float, say: Say) -> list[Figure]:
    """Let one release take over from the other under load."""
    say("the release before makes its database")
    before.order(place.url, "demo-data", "--families", "30")
    made = asyncio.run(
        place.server.ask("SELECT version_num FROM alembic_version", database=DATABASE)
    )
    assert made == before.schema, f"{RECORD.name} names another schema than {made}"
    return asyncio.run(_change_over(place, before, each, say))


async def _change_over(place: Office, before: Release, each: float, say: Say) -> list[Figure]:
    old, new = before.serve(place.url), None
    crowd = Crowd([old.url])

    async def go_on(phase: str, seconds: float) -> None:
        say(phase)
        crowd.phase = phase
        await asyncio.sleep(seconds)

    try:
        await asyncio.to_thread(old.await_ready)
        async with crowd.working():
            await go_on("before", each)
            await go_on("while this release migrates", 0)
            began = monotonic()
            migrated = await asyncio.to_thread(place.order, "migrate")
            took = monotonic() - began
            await go_on("on the new schema", each)
            new = place.launch()
            await asyncio.to_thread(new.await_ready)
            crowd.urls.append(new.url)
            await go_on("of both releases", 2 * each)
    finally:
        old.end()
        if new is not None:
            new.end()
    strange = f" ({', '.join(sorted(crowd.failed))})" * bool(crowd.failed)
    return [
        Figure("requests", crowd.asked.total(), least=50),
        Figure("visits among them", crowd.asked["POST /cases/visits"], least=10),
        Figure("migrate: exit code", abs(migrated), most=0),
        Figure("migrate, under load", took, unit="s", timed=True),
        Figure(f"failed requests{strange}", crowd.failed.total(), most=0),
        Figure("longest", crowd.longest, most=5, unit="s", timed=True),
    ]


def _own_tests(place: Office, before: Release, say: Say) -> list[Figure]:
    say("its tests on the new schema")
    said = subprocess.run(
        [
            str(binaries() / "pg_dump"),
            "--schema-only",
            "--exclude-table=alembic_version",
            place.url,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    schema = place.folder / "schema.sql"
    lines = (line for line in said.splitlines() if not line.startswith("\\"))
    schema.write_text("\n".join(lines), encoding="utf-8")
    passed, others = before.test(schema, *TESTS)
    strange = sorted(outdated().symmetric_difference(others))
    which = f" ({', '.join(strange)})" * bool(strange)
    return [
        Figure("its tests on the new schema: passed", passed, least=100),
        Figure("failed, as a rule of since demands", len(outdated().intersection(others))),
        Figure(f"failed, or did not, against expectation{which}", len(strange), most=0),
    ]
