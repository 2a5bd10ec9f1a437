"""The database keeps a held file by itself, and lets only what is personal be emptied."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.domain.retention.rules import ErasureGround, HoldReason
from app.domain.retention.tables import ErasedFile, LegalHold
from tests.factories.databases import OneConnection
from tests.factories.erasure import make_archived
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import TODAY, count, scope_of


def _record(family: UUID) -> ErasedFile:
    return ErasedFile(
        family_id=family,
        ground=ErasureGround.RETENTION_OVER,
        erased_on=TODAY,
        case_ids=[],
        categories=[],
        records=0,
    )


def _hold(family: UUID) -> LegalHold:
    return LegalHold(
        family_id=family, reason=HoldReason.COURT, reference="III Nsm 14/26", set_on=TODAY
    )


@pytest.mark.rule("RODO17.3e")
async def test_no_record_of_an_erasure_is_made_while_a_hold_stands(
    database: OneConnection, world: World
) -> None:
    made = await make_archived(world)
    async with world.acting() as act:
        held = _hold(made.family)
        act.add(held)
    with pytest.raises(IntegrityError, match="a legal hold keeps this file"):
        async with database.begin(scope_of(HERE.manager)) as session:
            session.add(_record(made.family))
    async with world.acting() as act:
        (await act.find(LegalHold, held.id)).lifted_on = TODAY
    async with database.begin(scope_of(HERE.manager)) as session:
        session.add(_record(made.family))


@pytest.mark.parametrize(
    ("person", "rows"),
    [(HERE.manager, 1), (HERE.assistant, 0), (HERE.social_worker, 0), (ELSEWHERE.manager, 0)],
)
async def test_holds_and_records_are_seen_by_the_manager_alone(
    database: OneConnection, world: World, person: Person, rows: int
) -> None:
    made, other = await make_archived(world), await make_archived(world)
    async with world.acting() as act:
        act.add(_hold(made.family), _record(other.family))
    async with database.begin(scope_of(person)) as session:
        assert await count(session, "legal_hold") == rows
        assert await count(session, "erased_file") == rows


@pytest.mark.parametrize("row", [_hold, _record])
async def test_a_worker_neither_holds_nor_erases(
    database: OneConnection, world: World, row: Callable[[UUID], LegalHold | ErasedFile]
) -> None:
    made = await make_archived(world)
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.begin(scope_of(HERE.social_worker)) as session:
            session.add(row(made.family))


async def test_a_fact_of_what_is_written_once_never_changes(
    database: OneConnection, world: World
) -> None:
    made = await make_archived(world)
    async with world.acting() as act:
        act.add(_record(made.family))
    async with database.begin(scope_of(HERE.manager)) as session:
        await session.execute(text("UPDATE offer SET description = 'x'"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.begin(scope_of(HERE.manager)) as session:
            await session.execute(text("UPDATE offer SET presented_on = presented_on"))
