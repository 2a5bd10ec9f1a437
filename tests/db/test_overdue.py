"""What the nightly work has left undone for two days is said; what it has done is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from rich.console import Console
from sqlalchemy import text
from typer.testing import CliRunner

from app import cli_overdue
from app.cli_retention import acting, carry_out, propose
from app.db.types import first_id_at
from app.domain.destruction import service
from app.domain.destruction.tables import ApprovalFields
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER_KEY, OneConnection
from tests.factories.erasure import make_archived
from tests.factories.people import HERE, World
from tests.factories.webhooks import hook

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SETTINGS = Settings(kept_answer_hours=24, kept_token_hours=24)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LISTED = "housekeeping: files of an approved destruction list"
DUE = "housekeeping: files that are due and on no destruction list"
DELIVERING = "deliver: messages to webhooks that nobody sends"
SEALING = "serve: entries of the audit that nothing seals"


async def undone(database: OneConnection, now: datetime = NOW) -> set[str]:
    async with acting(database, HERE.id, now) as act:
        # What the fixtures wrote in this transaction is not sealed: it is tried by itself.
        return {*await cli_overdue.undone(act, SETTINGS)} - {SEALING}


@pytest.mark.parametrize(("age", "late"), [(3 * DAY + SECOND, True), (3 * DAY, False)])
async def test_kept_answers_are_overdue_two_days_after_their_time(
    database: OneConnection, age: timedelta, late: bool
) -> None:
    async with acting(database, HERE.id, NOW) as act:
        await act.session.execute(
            text(
                "INSERT INTO idempotency_key (centre_id, account_id, key, request_hash, at)"
                " VALUES (:centre, :account, :key, 'x', :at)"
            ),
            {"centre": HERE.id, "account": HERE.manager.id, "key": uuid4().hex, "at": NOW - age},
        )
    found = await undone(database)
    assert ("housekeeping: rows of idempotency_key that are over" in found) is late


@pytest.mark.parametrize(("until", "late"), [(date(2026, 3, 8), True), (date(2026, 3, 9), False)])
async def test_files_are_overdue_two_days_after_they_are_due(
    database: OneConnection, world: World, until: date, late: bool
) -> None:
    await make_archived(world, until)
    assert (DUE in await undone(database)) is late


async def test_a_list_that_waits_for_the_manager_is_not_overdue(
    database: OneConnection, world: World
) -> None:
    await make_archived(world, date(2026, 1, 1))
    await propose(database, HERE.id, NOW)
    await make_archived(world, date(2026, 1, 1))
    assert await undone(database) == set()


@pytest.mark.parametrize(("days", "late"), [(2, True), (1, False)])
async def test_an_approved_list_is_overdue_after_two_days(
    database: OneConnection, world: World, clock: TestClock, days: int, late: bool
) -> None:
    await make_archived(world, date(2026, 1, 1))
    async with world.acting(person=HERE.manager) as act:
        listed = await service.propose(act)
        await act.flush()
        await service.approve(act, listed.id, 1, ApprovalFields())
    later = clock() + days * DAY
    assert (LISTED in await undone(database, later)) is late
    await carry_out(database, HERE.id, later, lambda *_: None)
    assert LISTED not in await undone(database, later)


@pytest.mark.parametrize(("hours", "late"), [(3, False), (3.01, True)])
async def test_a_webhook_that_nobody_prepares_for_is_behind_after_three_hours(
    api: Api, database: OneConnection, hours: float, late: bool
) -> None:
    await hook(api)
    await _set_back(database, "webhook_progress", "planned = :first", NOW - timedelta(hours=hours))
    assert (DELIVERING in await undone(database)) is late


@pytest.mark.parametrize(("hours", "late"), [(3, False), (3.01, True)])
async def test_a_message_that_nobody_sends_is_behind_after_three_hours(
    api: Api, database: OneConnection, hours: float, late: bool
) -> None:
    found = await hook(api)
    assert (await found.command("pings")).status_code == 201
    at = NOW - timedelta(hours=hours)
    await _set_back(database, "webhook_delivery", "next_at = :at", at)
    assert (DELIVERING in await undone(database)) is late
    assert (await found.command("disabling")).status_code == 200
    assert DELIVERING not in await undone(database)


async def _set_back(database: OneConnection, table: str, change: str, at: datetime) -> None:
    async with acting(database, HERE.id, NOW) as act:
        values = {"first": first_id_at(at), "at": at}
        said = {name: value for name, value in values.items() if f":{name}" in change}
        await act.session.execute(text(f"UPDATE {table} SET {change}"), said)


async def test_entries_that_nothing_seals_are_overdue_after_a_minute(
    database: OneConnection, world: World
) -> None:
    await make_archived(world)
    async with acting(database, HERE.id, NOW) as act:
        written = await act.session.scalar(
            text(
                "SELECT min(at) FROM audit_entry"
                " WHERE position > (SELECT coalesce(max(upto), 0) FROM audit_seal)"
            )
        )
    for after, late in ((timedelta(minutes=1), False), (timedelta(minutes=1) + SECOND, True)):
        async with acting(database, HERE.id, written + after) as act:
            found = await cli_overdue.undone(act, SETTINGS)
        assert (SEALING in found) is late


def files(folder: Path, backups: Path | None = None) -> list[str]:
    return [*cli_overdue.kept(folder, backups, NOW)]


def test_a_head_of_the_day_before_yesterday_is_the_last_one_in_time(tmp_path: Path) -> None:
    assert files(tmp_path) == ["audit sign: the last signed head is still to come"]
    (tmp_path / "2026-03-07.jws").touch()
    assert files(tmp_path) == ["audit sign: the last signed head is of 2026-03-07"]
    (tmp_path / "2026-03-08.jws").touch()
    assert files(tmp_path) == []


def test_a_backup_is_overdue_after_two_days(tmp_path: Path) -> None:
    (tmp_path / "2026-03-10.jws").touch()
    assert files(tmp_path, tmp_path) == ["backup: the last one is still to come"]
    backup = tmp_path / "asysta.backup"
    backup.touch()
    for age, said in ((2 * DAY + SECOND, ["backup: the last one is of 2026-03-08"]), (2 * DAY, [])):
        os.utime(backup, ((NOW - age).timestamp(),) * 2)
        assert files(tmp_path, tmp_path) == said


def test_the_command_ends_with_one_where_something_is_overdue(
    kept_url: str, tmp_path: Path
) -> None:
    @contextmanager
    def ready(settings: Settings) -> Iterator[tuple[Settings, str]]:
        yield settings.model_copy(update={"database_url": kept_url}), kept_url

    app = typer.Typer()
    app.callback()(lambda: None)
    cli_overdue.add_to(app, ready, Console(width=200))
    environment = {"ASYSTA_DATA_DIR": str(tmp_path), "ASYSTA_MASTER_KEY": MASTER_KEY}
    said = CliRunner(env=environment).invoke(app, ["overdue"])
    assert said.exit_code == 1, said.output
    assert "Overdue: audit sign: the last signed head is still to come" in said.output
