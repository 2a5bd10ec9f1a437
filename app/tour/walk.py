"""Walking the tour, against a running server or a throw-away one."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
from faker import Faker
from rich.console import Console

from app.api.deps import day_in_warsaw, utc_now
from app.db import migrate
from app.db.embedded import embedded_server
from app.demo import people
from app.demo.centres import CENTRES
from app.demo.client import Desk, Refused, sign_in
from app.demo.intake_road import Office
from app.domain.passwords.service import hash_password
from app.main import connect, create_app
from app.settings import Settings, WrongSetting
from app.tour.steps import STEPS, Step, Tour

DEMO = CENTRES[0]


class NotAsTold(Exception):
    """A step did not go as the tour tells it."""


def run(url: str | None, console: Console) -> None:
    """Walk the whole road and print it; `url` None starts a throw-away server for the walk."""
    if url is not None:
        asyncio.run(_walk_there(url, console))
        return
    with tempfile.TemporaryDirectory(prefix="asysta-tour-") as directory:
        home = Path(directory)
        with embedded_server(home / "postgres", durable=False) as server:
            admin = asyncio.run(migrate.prepare(server.superuser_url, "tour", "tour"))
            migrate.upgrade(admin)
            application = server.url("asysta_app", "tour", "tour")
            settings = Settings(data_dir=home).model_copy(update={"database_url": application})
            asyncio.run(_walk_here(settings, console))


async def _walk_there(url: str, console: Console) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        try:
            await http.get("/health/ready")
        except httpx.HTTPError as failure:
            raise WrongSetting(f"--url: {url} does not answer ({failure}).") from None
        await walk(http, console)


async def _walk_here(settings: Settings, console: Console) -> None:
    async with throw_away(settings) as http:
        await walk(http, console)


@asynccontextmanager
async def throw_away(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Serve one demo centre in process, on a database that nobody else uses."""
    database = connect(settings)
    await database.open()
    try:
        password = await hash_password(people.PASSWORD)
        await people.settle(database, DEMO, None, password, assistants=2)
        transport = httpx.ASGITransport(app=create_app(settings, database=database))
        async with httpx.AsyncClient(transport=transport, base_url="http://tour") as http:
            yield http
    finally:
        await database.close()


async def walk(http: httpx.AsyncClient, console: Console) -> None:
    """Take every step as five people; stop at the first that does not go as told."""
    tour = await _sit_down(http)
    console.print(f"[bold]A family's road at {DEMO.name}[/bold]")
    for number, step in enumerate(STEPS, start=1):
        console.print(await _take(tour, step, number), highlight=False, soft_wrap=True)
    refusals = sum(step.refused is not None for step in STEPS)
    console.print(
        f"[bold]{len(STEPS)} steps, {refusals} of them refused as the law demands.[/bold]"
    )


async def _take(tour: Tour, step: Step, number: int) -> str:
    basis = f"{step.rule.id} · {step.rule.basis.place or step.rule.basis.act.pl}"
    line = f"{number:3}  {step.who:13} {step.what:44} [dim]{basis}[/dim]"
    try:
        await step.walk(tour)
    except Refused as refused:
        problem = refused.problem
        if problem["code"] != step.refused:
            raise NotAsTold(f"{step.who} {step.what}: {refused}") from None
        why = f"{problem['status']} {problem['code']} – {problem['title']}"
        law = f" ({problem['legal_basis']})" if problem["legal_basis"] else ""
        return f"{line}\n     [yellow]↳ {why}{law}[/yellow]"
    if step.refused is not None:
        raise NotAsTold(f"{step.who} {step.what}: was not refused")
    return f"[green]{line}[/green]"


def _warsaw_day() -> date:
    return day_in_warsaw(utc_now())


async def _sit_down(http: httpx.AsyncClient) -> Tour:
    """Sign in as five people and look up what the tour needs."""
    logins = ("kierownik", "pracownik1", "asystent1", "asystent2", "koordynator1")
    desks = {login: await sign_in(http, DEMO.code, login, people.PASSWORD) for login in logins}
    ids = {login: str((await desk.get("/me"))["id"]) for login, desk in desks.items()}
    chance = random.Random()  # noqa: S311 - a new family at each walk, nothing secret
    office = Office(
        social_worker=desks["pracownik1"],
        manager=desks["kierownik"],
        assistant=desks["asystent1"],
        coordinator=desks["koordynator1"],
        social_worker_id=ids["pracownik1"],
        assistant_id=ids["asystent1"],
        coordinator_id=ids["koordynator1"],
        district_id=await _district(desks["pracownik1"]),
        gmina=DEMO.gmina,
        town=DEMO.town,
        postcode=DEMO.postcode,
        street=DEMO.streets[0],
    )
    tour = Tour(office, chance, Faker("pl_PL"), _warsaw_day)
    tour.other_assistant, tour.other_assistant_id = desks["asystent2"], ids["asystent2"]
    tour.foster_family = await _foster_family(desks["kierownik"], ids["koordynator1"])
    return tour


async def _district(desk: Desk) -> str:
    found = (await desk.get("/districts"))["items"]
    return str(min(found, key=lambda district: str(district["name"]))["id"])


async def _foster_family(manager: Desk, coordinator_id: str) -> str:
    """Register a foster family of the coordinator's, so that a child can be placed in it."""
    number = f"RZ/{random.randrange(10**6)}"  # noqa: S311 - a register number for show
    said = {"register_number": number, "town": DEMO.town, "kind": "foster_family"}
    family = await manager.post("/foster-families", said)
    day = _warsaw_day().isoformat()
    await manager.post(
        f"/foster-families/{family.id}/coordinations",
        {
            "coordinator_id": coordinator_id,
            "application_received_on": day,
            "opinion_asked_on": day,
            "starts_on": day,
        },
    )
    return family.id
