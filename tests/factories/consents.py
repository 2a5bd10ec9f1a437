"""Consents put into place directly."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.db.base import CaseRecord
from app.domain.act import Act
from app.domain.consents.rules import ConsentForm
from app.domain.consents.tables import Consent, ConsentSignature
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
