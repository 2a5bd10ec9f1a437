"""Data at scale: what is copied in holds together, and a load that was stopped goes on."""

import signal
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.demo.scale import masters as telling
from app.demo.scale.keys import broken_keys
from app.demo.scale.lives import lives
from app.demo.scale.load import load
from app.demo.scale.masters import make_masters, scratch_database
from app.demo.scale.plan import Plan
from app.settings import WrongSetting
from tests.factories.databases import MASTER, of_database
from tests.factories.scale import (
    MEASURES,
    TODAY,
    LoadedSet,
    Measures,
    all_rows,
    alone,
    asked,
    kept,
    load_again,
    load_and_be_stopped,
    quiet,
)


async def _numbers(loaded: LoadedSet, question: str) -> list[Any]:
    return [row[0] for row in await asked(loaded.admin_url, question)]


async def test_every_foreign_key_holds_and_one_that_does_not_is_found(loaded: LoadedSet) -> None:
    connection = await asyncpg.connect(loaded.admin_url)
    assert await broken_keys(connection, quiet) == []
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL session_replication_role = replica")
    await connection.execute("DELETE FROM place WHERE slot = 1")
    assert await broken_keys(connection, quiet) == []
    gone = await connection.execute("DELETE FROM person WHERE role = 'mother'")
    broken = await broken_keys(connection, quiet)
    assert gone != "DELETE 0"
    assert {key.table for key in broken} == {"consent_signature", "consent_withdrawal"}
    await transaction.rollback()
    await connection.close()


async def test_a_slot_that_is_taken_twice_is_found(loaded: LoadedSet) -> None:
    deferrable = "SELECT conname FROM pg_constraint WHERE condeferrable ORDER BY conname"
    assert await _numbers(loaded, deferrable) == ["place_taken"], "check others too"
    connection = await asyncpg.connect(loaded.admin_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL session_replication_role = replica")
    await connection.execute("UPDATE place SET slot = 1 WHERE slot = 2 AND duty = 'assistance'")
    assert [key.name for key in await broken_keys(connection, quiet)] == ["place_taken"]
    await transaction.rollback()
    await connection.close()


async def test_nobody_has_more_than_fifteen_families_and_every_place_is_their_assistants(
    loaded: LoadedSet,
) -> None:
    most = "SELECT count(*) FROM place WHERE ends_on IS NULL GROUP BY centre_id, worker_id, duty"
    counted = await _numbers(loaded, most)
    assert 8 <= max(counted) <= 12
    strangers = """
        SELECT p.id FROM place p
          JOIN assignment a ON (a.centre_id, a.id) = (p.centre_id, p.source_id)
         WHERE a.assistant_id <> p.worker_id OR NOT EXISTS (
               SELECT FROM access_grant g
                WHERE (g.centre_id, g.source_id) = (a.centre_id, a.id)
                  AND (g.account_id, g.family_id) = (a.assistant_id, a.family_id))
    """
    assert await _numbers(loaded, strangers) == []


async def test_children_in_care_are_counted_at_their_foster_family(loaded: LoadedSet) -> None:
    counted = """
        SELECT f.children_in_care - (SELECT count(*) FROM placement p
                 WHERE (p.centre_id, p.foster_family_id) = (f.centre_id, f.id)
                   AND p.ended_on IS NULL)
          FROM foster_family f
    """
    assert set(await _numbers(loaded, counted)) == {0}
    assert sum(await _numbers(loaded, "SELECT children_in_care FROM foster_family")) > 0


async def test_something_is_overdue_and_something_due_soon_in_every_centre(
    loaded: LoadedSet,
) -> None:
    due = f"""
        SELECT count(DISTINCT centre_id) FROM deadline
         WHERE settled_on IS NULL AND dropped_on IS NULL AND due_on - date '{TODAY}' BETWEEN %s
    """
    assert await _numbers(loaded, due % "-400 AND -1") == [MEASURES["centres"]]
    assert await _numbers(loaded, due % "0 AND 14") == [MEASURES["centres"]]


async def test_rows_are_of_the_day_on_which_it_happened(loaded: LoadedSet) -> None:
    """A copy is written in an instant, its story took a year."""
    events = "SELECT count(*) FROM event WHERE created_at::date NOT BETWEEN on_date AND on_date + 3"
    assert await _numbers(loaded, events) == [0]
    late = f"SELECT count(*) FROM event WHERE created_at::date > date '{TODAY}'"
    assert await _numbers(loaded, late) == [0]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
async def test_a_load_that_was_stopped_goes_on_to_the_same_rows(
    loaded: LoadedSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: signal.Signals
) -> None:
    admin = await loaded.another(by.name.lower())
    masters = kept(loaded.masters, tmp_path / "masters")
    code = load_and_be_stopped(admin, masters, after=230, by=by, **MEASURES)
    assert code != 0
    await alone(admin)
    centres = await asked(admin, "SELECT code FROM centre ORDER BY code")
    assert [code for (code,) in centres] == ["scale-7-0001", "scale-7-0002"]
    assert (await asked(admin, "SELECT count(*) FROM family"))[0][0] == 200
    again = await load_again(monkeypatch, admin, loaded.masters, **MEASURES)
    assert again.centres == loaded.loaded.centres
    assert await all_rows(admin) == loaded.rows
    once_more = await load_again(monkeypatch, admin, loaded.masters, **MEASURES)
    assert once_more.rows == 0
    assert once_more.centres == loaded.loaded.centres


async def test_masters_told_again_are_the_same_ones(
    superuser_url: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = list(lives(TODAY, 4, 0))[-12:-8]
    monkeypatch.setattr(telling, "lives", lambda *_: few)
    plan = Plan(**MEASURES, today=TODAY, audit=True)
    told = []
    for _ in range(2):
        target = of_database(superuser_url, str(make_url(database_url).database))
        async with scratch_database(target) as scratch:
            told.append(await make_masters(scratch, plan, quiet))
    assert len(told[0].families) == len(few)
    assert [f.plate.texts for f in told[0].families] == [f.plate.texts for f in told[1].families]
    assert told[0].office.texts == told[1].office.texts
    assert "audit_entry" in told[0].families[0].plate.texts


async def test_a_seed_is_not_loaded_with_other_measures(
    loaded: LoadedSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    other: Measures = {**MEASURES, "families": MEASURES["families"] + 1}
    with pytest.raises(WrongSetting, match="other measures"):
        await load_again(monkeypatch, loaded.admin_url, loaded.masters, **other)


async def test_only_a_superuser_loads_and_only_one_at_a_time(loaded: LoadedSet) -> None:
    with pytest.raises(WrongSetting, match="superuser"):
        await load(loaded.url, MASTER, **MEASURES)
    other = await asyncpg.connect(loaded.admin_url)
    await other.execute("SELECT pg_advisory_lock($1)", 0x5CA1E)
    with pytest.raises(WrongSetting, match="Another load"):
        await load(loaded.admin_url, MASTER, **MEASURES)
    await other.close()


@pytest.mark.parametrize(
    ("families", "centres", "visits"),
    [(60, 0, 12), (60, 61, 12), (20_000, 10_000, 12), (60, 2, 3), (60, 2, 251)],
)
def test_measures_that_cannot_be_are_refused(families: int, centres: int, visits: int) -> None:
    with pytest.raises(WrongSetting):
        Plan(families, centres, 1, visits, TODAY)


@pytest.mark.parametrize(
    ("families", "centres", "visits"), [(60, 1, 4), (60, 60, 250), (20_000, 9_999, 12)]
)
def test_families_are_spread_over_the_centres(families: int, centres: int, visits: int) -> None:
    plan = Plan(families, centres, 1, visits, TODAY)
    shares = [plan.share(number) for number in range(centres)]
    assert sum(shares) == families
    assert max(shares) - min(shares) <= 1


async def test_the_password_of_the_set_signs_in(loaded: LoadedSet, tmp_path: Path) -> None:
    said = {"centre": "scale-7-0003", "login": "asystent1", "password": loaded.loaded.password}
    async with loaded.served(tmp_path) as api:
        response = await api.as_(None).post("/sessions", said)
        assert response.status_code in {200, 201}, response.text
