"""Families and cases put into a state directly, for tests of a later act of the procedure."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.access.rules import GrantReason
from app.domain.access.service import grant
from app.domain.act import Act
from app.domain.cases.rules import ASSISTED, CaseState
from app.domain.cases.tables import Case
from app.domain.families.rules import FamilyRole, ParentalAuthority
from app.domain.families.tables import Family
from app.domain.families.tables import Person as Member
from tests.factories.consents import add_consent
from tests.factories.intake import add_past
from tests.factories.people import HERE, Town, World

NOT_YET_CONSENTED = frozenset(
    {
        *(CaseState.SIGNAL_RECEIVED, CaseState.INTERVIEW_IN_PROGRESS, CaseState.DIAGNOSED),
        *(CaseState.NO_NEED, CaseState.OFFER_PRESENTED, CaseState.CONSENT_REFUSED),
    }
)


@dataclass(frozen=True, slots=True)
class MadeCase:
    """The ids of a family and its case; `version` is the case's first ETag."""

    family: UUID
    case: UUID
    mother: UUID
    child: UUID
    version: int = 1


async def make_family(act: Act, town: Town = HERE, **changes: Any) -> Family:
    """Add a family of the town's first district."""
    values: dict[str, Any] = {
        "surname": "Żółkiewska",
        "street": "ul. Źródlana 3",
        "postcode": "15-440",
        "town": "Białystok",
        "gmina": "2061011" if town is HERE else "0862011",
        "district_id": town.district,
    } | changes
    family = Family(**values)
    act.add(family)
    await act.flush()
    return family


async def make_case(world: World, state: CaseState, town: Town = HERE) -> MadeCase:
    """Put a family with a mother and a child (born 2019-05-01) and its case into a state.

    What came before is there too: signal, interview, offer. From `consent_given` on, the mother's
    written consent is in force. From `assigned` on, the town's `assistant` has a right to the
    family, granted by the case's id.
    """
    async with world.acting(town) as act:
        family = await make_family(act, town)
        mother = _member(family, "Maria", FamilyRole.MOTHER, authority=ParentalAuthority.FULL)
        child = _member(family, "Staś", FamilyRole.CHILD)
        act.add(mother, child)
        case = Case(
            family_id=family.id,
            state=state,
            opened_on=act.today,
            social_worker_id=town.social_worker.id,
            work_started_on=act.today if state in ASSISTED else None,
        )
        act.add(case)
        await act.flush()
        await add_past(act, case, child.id)
        if state not in NOT_YET_CONSENTED:
            await add_consent(act, family.id, case.id, mother.id)
        if state in ASSISTED:
            grant(
                act,
                account_id=town.assistant.id,
                family_id=family.id,
                reason=GrantReason.ASSIGNMENT,
                source_id=case.id,
                valid_from=act.today,
            )
        return MadeCase(family.id, case.id, mother.id, child.id)


def _member(
    family: Family,
    first_name: str,
    role: FamilyRole,
    authority: ParentalAuthority = ParentalAuthority.NONE,
) -> Member:
    born = "1990-02-03" if role is FamilyRole.MOTHER else "2019-05-01"
    return Member.model_validate(
        {
            "family_id": family.id,
            "first_name": first_name,
            "last_name": "Żółkiewska",
            "role": role,
            "born_on": born,
            "parental_authority": authority,
        }
    )
