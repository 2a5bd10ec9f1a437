"""Demo data go in through the product's own API: every story, and more of them later."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from app.demo import load
from app.demo.centres import CENTRES
from app.demo.stories import STORIES
from app.domain.cases.rules import CaseState
from app.settings import Settings
from tests.factories.databases import new_database, of_database

SILENT = Console(quiet=True)
# States that a story passes through but never stays in, or that the regular way rarely sees.
PASSED = {CaseState.REFUSED, CaseState.REDIRECTED, CaseState.RETURNED, CaseState.CLOSED}


async def _settings(superuser_url: str, name: str, data: Path) -> tuple[Settings, str]:
    url = await new_database(superuser_url, name)
    return Settings(data_dir=data).model_copy(update={"database_url": url}), name


async def _asked(superuser_url: str, name: str, question: str) -> list[asyncpg.Record]:
    """Ask as the superuser, whom row security does not bind."""
    connection = await asyncpg.connect(of_database(superuser_url, name))
    try:
        return list(await connection.fetch(question))
    finally:
        await connection.close()


async def test_the_stories_leave_a_case_in_every_state_with_something_due(
    superuser_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(load, "CENTRES", CENTRES[:1])
    name = f"stories_{database_url.split('/')[3].split('?', maxsplit=1)[0]}"
    settings, name = await _settings(superuser_url, name, tmp_path)
    await load.load_demo(settings, len(STORIES), SILENT, up_to=True)
    states = await _asked(superuser_url, name, "SELECT DISTINCT state FROM family_case")
    assert {row["state"] for row in states} == set(CaseState) - PASSED
    due = await _asked(
        superuser_url,
        name,
        """SELECT count(*) FILTER (WHERE due_on < current_date) AS overdue,
                  count(*) FILTER (WHERE due_on BETWEEN current_date AND current_date + 14) AS soon
             FROM deadline WHERE settled_on IS NULL AND dropped_on IS NULL""",
    )
    assert due[0]["overdue"] > 0
    assert due[0]["soon"] > 0
    open_sessions = "SELECT count(*) AS n FROM user_session WHERE ended_at IS NULL"
    assert (await _asked(superuser_url, name, open_sessions))[0]["n"] == 0


async def test_more_families_come_later_and_none_where_there_are_some(
    superuser_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(load, "CENTRES", CENTRES[:1])
    name = f"more_{database_url.split('/')[3].split('?', maxsplit=1)[0]}"
    settings, name = await _settings(superuser_url, name, tmp_path)
    both = (load.load_demo(settings, 2, SILENT, up_to=True) for _ in range(2))
    await asyncio.gather(*both)  # two processes that start together: one of them loads
    for up_to, expected in ((True, 2), (True, 2), (False, 4), (True, 4)):
        await load.load_demo(settings, 2, SILENT, up_to=up_to)
        families = await _asked(superuser_url, name, "SELECT count(*) AS n FROM family")
        assert families[0]["n"] == expected


async def test_what_was_stopped_goes_on(
    superuser_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(load, "CENTRES", CENTRES[:1])
    name = f"stopped_{database_url.split('/')[3].split('?', maxsplit=1)[0]}"
    settings, name = await _settings(superuser_url, name, tmp_path)
    told: list[int] = []
    tell = load.Loader.tell

    async def stopped(self: load.Loader, number: int) -> None:
        if len(told) == 2:
            loading.cancel()  # Ctrl-C
            await asyncio.sleep(30)
        await tell(self, number)
        told.append(number)

    monkeypatch.setattr(load.Loader, "tell", stopped)
    loading = asyncio.create_task(load.load_demo(settings, 4, SILENT, up_to=True))
    with pytest.raises(asyncio.CancelledError):
        await loading
    open_sessions = "SELECT count(*) AS n FROM user_session WHERE ended_at IS NULL"
    assert (await _asked(superuser_url, name, open_sessions))[0]["n"] == 0

    monkeypatch.setattr(load.Loader, "tell", tell)
    killed = (
        "UPDATE user_session SET ended_at = NULL WHERE set_config('app.operation', 'x', true) > ''"
    )
    await _asked(superuser_url, name, killed)
    await load.load_demo(settings, 4, SILENT, up_to=True)
    assert told == [0, 1]
    families = await _asked(superuser_url, name, "SELECT count(*) AS n FROM family")
    assert families[0]["n"] == 4
    assert (await _asked(superuser_url, name, open_sessions))[0]["n"] == 0
