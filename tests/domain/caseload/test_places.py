"""Places as rows: taking, leaving, renumbering, and the key beneath them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.domain.act import Act
from app.domain.caseload import queries, service
from app.domain.caseload.rules import CaseloadFull, CoordinatorCaseloadFull, Duty
from app.domain.caseload.tables import Place
from app.domain.errors import NotFound
from tests.factories.people import ELSEWHERE, HERE, World

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


async def take(
    act: Act,
    starts_on: date = APRIL,
    ends_on: date | None = None,
    duty: Duty = Duty.ASSISTANCE,
    source_id: UUID | None = None,
) -> Place:
    return await service.take_place(
        act,
        worker_id=HERE.assistant.id,
        duty=duty,
        starts_on=starts_on,
        ends_on=ends_on,
        source_id=source_id or uuid4(),
        limit=15,
    )


@pytest.mark.rule("C12")
async def test_the_fifteenth_family_has_a_place_and_the_sixteenth_has_none(world: World) -> None:
    async with world.acting() as act:
        for n in range(15):
            assert (await take(act)).slot == n + 1
        with pytest.raises(CaseloadFull):
            await take(act)


@pytest.mark.rule("G4")
async def test_coordination_has_fifteen_places_of_its_own(world: World) -> None:
    async with world.acting() as act:
        for _ in range(15):
            await take(act)
            await take(act, duty=Duty.COORDINATION)
        with pytest.raises(CoordinatorCaseloadFull):
            await take(act, duty=Duty.COORDINATION)


@pytest.mark.rule("C14")
async def test_a_place_that_is_left_is_free_from_that_day(world: World) -> None:
    """A family that is monitored after its closure has left its place."""
    source = uuid4()
    async with world.acting() as act:
        await take(act, source_id=source)
        for _ in range(14):
            await take(act)
        await service.leave_place(act, source, MAY)
        with pytest.raises(CaseloadFull):
            await take(act, MAY - timedelta(days=1))
        await take(act, MAY)


async def test_a_place_that_is_left_before_it_began_has_no_day_and_stays_on_record(
    world: World,
) -> None:
    source = uuid4()
    async with world.acting() as act:
        await take(act, MAY, source_id=source)
        await service.leave_place(act, source, APRIL)
        (kept,) = await queries.list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
        assert (kept.starts_on, kept.ends_on) == (MAY, MAY)
        assert (await take(act)).slot == 1


async def test_leaving_never_makes_a_place_longer(world: World) -> None:
    source = uuid4()
    async with world.acting() as act:
        await take(act, APRIL, MAY, source_id=source)
        await service.leave_place(act, source, JUNE)
        (kept,) = await queries.list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
        assert kept.ends_on == MAY


async def test_a_lawful_caseload_always_fits_because_places_are_renumbered(world: World) -> None:
    """Slot 14 is free from May, slot 15 until May: the new family needs a whole slot."""
    async with world.acting() as act:
        for _ in range(13):
            await take(act)
        await take(act, APRIL, MAY)
        held = await take(act, APRIL, MAY)
        await service.leave_place(act, held.source_id, APRIL)
        act.add(
            Place(
                worker_id=HERE.assistant.id,
                duty=Duty.ASSISTANCE,
                slot=15,
                starts_on=MAY,
                source_id=uuid4(),
            )
        )
        new = await take(act, APRIL, JUNE)
        places = await queries.list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
        assert {place.slot for place in places if place.ends_on is None} <= set(range(1, 16))
        overlapping = [p.slot for p in places if p.id != new.id and p.ends_on != p.starts_on]
        assert new.slot not in overlapping


async def test_the_key_refuses_a_second_family_in_the_same_slot(world: World) -> None:
    async with world.acting() as act:
        await take(act)
        second = await take(act)
    with pytest.raises(IntegrityError, match="place_taken"):
        await set_slot(world, second, 1)


async def test_the_table_knows_no_sixteenth_slot(world: World) -> None:
    async with world.acting() as act:
        place = await take(act)
    with pytest.raises(IntegrityError, match="ck_place_slot"):
        await set_slot(world, place, 16)


async def set_slot(world: World, place: Place, slot: int) -> None:
    """Write a slot past every rule."""
    async with world.acting() as act:
        query = update(Place).where(col(Place.id) == place.id).values(slot=slot)
        await act.session.execute(query)


async def test_a_worker_of_another_centre_has_no_places_here(world: World) -> None:
    async with world.acting(ELSEWHERE) as act:
        with pytest.raises(NotFound):
            await take(act)
