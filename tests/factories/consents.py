"""Consents put into place directly."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.db.base import CaseRecord
from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.consents.queries import list_signed
from app.domain.consents.rules import ConsentForm, ConsentRequired
from app.domain.consents.service import require_consent
from app.domain.consents.tables import Consent, ConsentSignature
from app.domain.families.rules import FamilyRole, ParentalAuthority
from app.domain.families.tables import Person
from tests.factories.people import HERE, Town, World

if TYPE_CHECKING:
    from tests.factories.cases import MadeCase


async def add_consent(act: Act, family: UUID, case: UUID, *signers: UUID) -> Consent:
    """Add an active written consent, signed today."""
    consent = Consent(
        case_id=case,
        family_id=family,
        signed_on=act.today,
        form=ConsentForm.WRITTEN,
        document_ref="ZG/1/2026",
        scope="Współpraca z asystentem rodziny",
        information_clause_handed=True,
        signers_left=len(signers),
    )
    act.add(consent)
    await act.flush()
    rows: list[CaseRecord] = [
        ConsentSignature(
            case_id=case,
            family_id=family,
            consent_id=consent.id,
            person_id=signer,
            signed_on=act.today,
        )
        for signer in signers
    ]
    act.add(*rows)
    await act.flush()
    return consent


async def make_consent(world: World, made: "MadeCase", town: Town = HERE) -> UUID:
    """Put an active written consent of the mother into place; return its id."""
    async with world.acting(town) as act:
        return (await add_consent(act, made.family, made.case, made.mother)).id


async def consent_in(world: World, case: UUID) -> UUID:
    """Return the id of the latest consent of a case."""
    async with world.acting() as act:
        signed = await list_signed(act, case)
        return max(signature.consent_id for signature in signed)


async def add_father(world: World, made: "MadeCase", *, participates: bool = True) -> UUID:
    """Add a father with full parental authority to a made family."""
    async with world.acting() as act:
        father = Person(
            family_id=made.family,
            first_name="Jan",
            last_name="Żółkiewski",
            role=FamilyRole.FATHER,
            parental_authority=ParentalAuthority.FULL,
            participates=participates,
        )
        act.add(father)
        await act.flush()
        return father.id


async def consent_refused(world: World, case: UUID) -> list[str] | None:
    """Return whose consent is missing for work on a case, or None where it covers."""
    async with world.acting() as act:
        try:
            await require_consent(act, await act.find(Case, case))
        except ConsentRequired as refusal:
            missing = refusal.facts["missing"]
            assert isinstance(missing, list)
            return missing
        return None
