"""The nightly part of retention: proposed once, destroyed when approved, resumed after a stop."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import typer
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from app import cli_retention as job
from app import cli_upkeep
from app.db.session import Database
from app.domain.destruction import service
from app.domain.destruction.tables import ApprovalFields, DestructionList
from app.domain.families.tables import Family
from app.domain.retention.rules import HoldReason
from app.domain.retention.tables import LegalHold
from app.settings import Settings
from tests.factories.cases import MadeCase
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, MASTER_KEY, OneConnection, new_database, of_database
from tests.factories.erasure import make_archived
from tests.factories.people import ELSEWHERE, HERE, World, settle_world
from tests.factories.scopes import count, scope_of


def _quiet(_list: UUID, _done: int, _of: int) -> None:
    """Show nothing."""


async def _approve(world: World) -> None:
    async with world.acting(person=HERE.manager) as act:
        proposed = await service.propose(act)
        await act.flush()
        await service.approve(act, proposed.id, 1, ApprovalFields())


async def _erased(world: World, files: list[MadeCase]) -> list[bool]:
    async with world.acting() as act:
        return [(await act.find(Family, made.family)).erased_on is not None for made in files]


@pytest.mark.rule("K8")
async def test_what_is_due_is_proposed_once_and_destroyed_only_when_approved(
    database: OneConnection, world: World, clock: TestClock
) -> None:
    files = [await make_archived(world) for _ in range(2)]
    assert await job.propose(database, HERE.id, clock()) == 2
    await make_archived(world)
    assert await job.propose(database, HERE.id, clock()) == 0
    assert await job.carry_out(database, HERE.id, clock(), _quiet) == 0
    assert await _erased(world, files) == [False, False]
    async with world.acting(person=HERE.manager) as act:
        listed = await act.session.execute(select(DestructionList))
        await service.approve(act, listed.scalar_one().id, 1, ApprovalFields())
    assert await job.carry_out(database, HERE.id, clock(), _quiet) == 2
    assert await _erased(world, files) == [True, True]
    assert await job.carry_out(database, HERE.id, clock(), _quiet) == 0
    assert await job.propose(database, HERE.id, clock()) == 1
    assert await job.propose(database, ELSEWHERE.id, clock()) == 0


async def test_what_a_stopped_run_has_done_stays_done_and_the_next_one_goes_on(
    database: OneConnection, world: World, clock: TestClock
) -> None:
    files = [await make_archived(world) for _ in range(3)]
    await _approve(world)
    shown: list[tuple[int, int]] = []

    def stop(_list: UUID, done: int, of: int) -> None:
        shown.append((done, of))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await job.carry_out(database, HERE.id, clock(), stop)
    assert shown == [(1, 3)]
    assert sum(await _erased(world, files)) == 1
    assert await job.carry_out(database, HERE.id, clock(), _quiet) == 2
    assert await _erased(world, files) == [True, True, True]
    async with database.begin(scope_of(HERE.manager)) as session:
        assert await count(session, "erased_file") == 3
        assert await count(session, "erased_file", "created_by IS NULL") == 3
        assert await count(session, "destruction_list", "state = 'carried_out'") == 1


@pytest.mark.rule("RODO17.3e")
async def test_a_file_that_is_held_by_now_is_left_out(
    database: OneConnection, world: World, clock: TestClock
) -> None:
    held, other = [await make_archived(world) for _ in range(2)]
    await _approve(world)
    async with world.acting() as act:
        act.add(
            LegalHold(
                family_id=held.family,
                reason=HoldReason.COURT,
                reference="III Nsm 14/26",
                set_on=act.today,
            )
        )
    await job.carry_out(database, HERE.id, clock(), _quiet)
    assert await _erased(world, [held, other]) == [False, True]


@pytest.fixture
async def own(superuser_url: str, request: pytest.FixtureRequest) -> str:
    """Make a database of this test's own: the command commits."""
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = await new_database(superuser_url, f"asysta_{worker_id}_retention")
    await settle_world(url)
    return url


async def test_the_command_says_what_it_has_done(
    own: str, superuser_url: str, clock: TestClock, tmp_path: Path
) -> None:
    database = Database(own, MASTER)
    world = World(database, clock)
    await make_archived(world)
    await _approve(world)
    await make_archived(world)
    await database.close()
    admin = of_database(superuser_url, make_url(own).database or "")

    @contextmanager
    def ready(settings: Settings) -> Iterator[tuple[Settings, str]]:
        yield settings.model_copy(update={"database_url": own}), admin

    app = typer.Typer()
    app.callback()(lambda: None)
    cli_upkeep.add_to(app, ready, Console(width=200))
    runner = CliRunner(
        env={"ASYSTA_DATA_DIR": str(tmp_path), "ASYSTA_MASTER_KEY": MASTER_KEY, "COLUMNS": "200"}
    )
    said = [
        (await asyncio.to_thread(runner.invoke, app, ["housekeeping"])).output for _ in range(2)
    ]
    assert "Destruction lists: 1 files proposed, 1 dealt with." in said[0], said
    assert "Destruction lists: 0 files proposed, 0 dealt with." in said[1], said
    assert "Unusual access: 0 signs noted for the managers." in said[1], said
