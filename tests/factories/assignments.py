"""Families with an assistant, made by the acts themselves, and caseloads filled up directly."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.domain.caseload.rules import Duty
from app.domain.caseload.service import take_place
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.staff.rules import StaffState
from app.domain.staff.tables import StaffProfile
from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.people import HERE, Person, World
from tests.factories.referrals import make_referral

LONG_SINCE = date(2025, 1, 1)


async def accept(api: Api, referral: UUID, assistant: Person = HERE.assistant, **said: Any) -> Any:
    """Accept an application as the manager; return the response."""
    body = {"assistant_id": str(assistant.id), **said}
    return await api.as_(HERE.manager).post(f"/referrals/{referral}/acceptance", body, version=1)


async def make_assigned(
    api: Api, world: World, assistant: Person = HERE.assistant, **said: Any
) -> tuple[UUID, MadeCase]:
    """Give a new family an assistant; return the assignment's id and the case as it now is."""
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    response = await accept(api, referral, assistant, **said)
    assert response.status_code == 201, response.text
    async with world.acting() as act:
        version = (await act.find(Case, made.case)).version
    return UUID(response.json()["id"]), replace(made, version=version)


async def fill(world: World, person: Person, families: int, since: date = LONG_SINCE) -> None:
    """Give somebody so many families, as places without an end."""
    async with world.acting() as act:
        for _ in range(families):
            await take_place(
                act,
                worker_id=person.id,
                duty=Duty.ASSISTANCE,
                starts_on=since,
                ends_on=None,
                source_id=uuid4(),
                limit=15,
            )


async def suspend(world: World, person: Person, since: date) -> None:
    """Suspend somebody from duty (art. 13) from a day."""
    async with world.acting() as act:
        profile = await act.find(StaffProfile, person.id)
        profile.state, profile.suspended_from = StaffState.SUSPENDED, since


def transfer(to: Person, on: date, **said: Any) -> dict[str, Any]:
    """Write a transfer."""
    return {
        "to_assistant_id": str(to.id),
        "on": on.isoformat(),
        "reason": "Zmiana rejonu pracy asystenta.",
        "requested_by": "family",
        "handover_note": "Ustalono godziny wizyt; rodzina zna nowego asystenta.",
        "family_informed": True,
    } | said


def substitution(by: Person, first: date, last: date, **said: Any) -> dict[str, Any]:
    """Write a substitution; both days are included."""
    return {
        "substitute_id": str(by.id),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "reason": "leave",
        "handover_note": "W środę wizyta u lekarza.",
    } | said
