"""Foster families, coordinations and placements put into place directly."""

from typing import Any
from uuid import UUID

from app.domain.access.rules import GrantReason
from app.domain.access.service import grant
from app.domain.act import Act
from app.domain.caseload.rules import Duty
from app.domain.caseload.service import take_place
from app.domain.placements.rules import CareForm, CareTasksBy, FosterFamilyKind, PlacementBasis
from app.domain.placements.tables import Coordination, FosterFamily, Placement
from tests.factories.cases import MadeCase
from tests.factories.people import HERE, Person, Town, World

INSTITUTION = {
    "institution_name": "Placówka „Przystań” w Białymstoku",
    "educator_name": "Halina Wiśniowiecka",
    "educator_contact": "+48 85 000 00 01",
}


async def add_foster_family(
    world: World, number: str = "RZ/1/2026", coordinator: Person | None = None, town: Town = HERE
) -> UUID:
    """Record a foster family; with a coordinator it is one of theirs from today on."""
    async with world.acting(town) as act:
        family = FosterFamily(
            register_number=number, town="Łapy", kind=FosterFamilyKind.FOSTER_FAMILY
        )
        act.add(family)
        await act.flush()
        if coordinator is not None:
            await _coordinate(act, family, coordinator)
        return family.id


async def _coordinate(act: Act, family: FosterFamily, coordinator: Person) -> None:
    family.coordinator_id = coordinator.id
    found = Coordination(
        foster_family_id=family.id,
        coordinator_id=coordinator.id,
        application_received_on=act.today,
        opinion_asked_on=act.today,
        starts_on=act.today,
    )
    act.add(found)
    await act.flush()
    await take_place(
        act,
        worker_id=coordinator.id,
        duty=Duty.COORDINATION,
        starts_on=act.today,
        ends_on=None,
        source_id=found.id,
        limit=15,
    )


def placed(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Say that the made child was placed with a foster family today."""
    said = {
        "person_id": str(made.child),
        "form": "family",
        "starts_on": "2026-03-10",
        "legal_basis": "court_order",
        "reference": "III Nsm 100/26",
    }
    return said | changes


async def add_placement(
    world: World,
    made: MadeCase,
    *,
    coordinator: Person | None = None,
    form: CareForm = CareForm.FAMILY,
    town: Town = HERE,
) -> UUID:
    """Put the made child in care today, by default in a foster family without coordinator."""
    foster = await add_foster_family(world, coordinator=coordinator, town=town)
    async with world.acting(town) as act:
        family = form is CareForm.FAMILY
        performer = CareTasksBy.COORDINATOR if coordinator else CareTasksBy.ORGANISER
        placement = Placement(
            case_id=made.case,
            family_id=made.family,
            person_id=made.child,
            form=form,
            starts_on=act.today,
            legal_basis=PlacementBasis.COURT_ORDER,
            foster_family_id=foster if family else None,
            tasks_performed_by=performer if family else None,
        )
        if not family:
            placement.sqlmodel_update(INSTITUTION)
        act.add(placement)
        if family:
            (await act.lock(FosterFamily, foster)).children_in_care += 1
        await act.flush()
        if coordinator is not None:
            grant(
                act,
                account_id=coordinator.id,
                family_id=made.family,
                reason=GrantReason.PLACEMENT,
                source_id=placement.id,
                valid_from=act.today,
            )
        return placement.id
