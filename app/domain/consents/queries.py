"""How consents are found, and who has signed."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlmodel import col

from app.domain.act import Act
from app.domain.consents.tables import ConsentSignature, ConsentWithdrawal
from app.domain.families.rules import HOLDING
from app.domain.families.tables import Person

# Facts for `rules.missing_consent` in another view: the outer row must be a case called `c`.
CONSENT_FACTS = """
    (SELECT coalesce(json_agg(p.id), '[]') FROM person p
      WHERE p.centre_id = c.centre_id AND p.family_id = c.family_id AND p.left_on IS NULL
        AND p.participates AND p.parental_authority IN ('full', 'limited')) AS consent_holders,
    (SELECT coalesce(json_agg(DISTINCT s.person_id), '[]') FROM consent_signature s
      WHERE s.centre_id = c.centre_id AND s.case_id = c.id
        AND s.withdrawn_on IS NULL) AS consent_signed,
    c.consent_withdrawn_on
"""


async def signed_ids(act: Act, case_id: UUID) -> frozenset[UUID]:
    """Return whose signature is in force in a case."""
    query = select(col(ConsentSignature.person_id)).where(
        col(ConsentSignature.centre_id) == act.actor.centre_id,
        col(ConsentSignature.case_id) == case_id,
        col(ConsentSignature.withdrawn_on).is_(None),
    )
    return frozenset((await act.session.execute(query)).scalars())


async def open_risk(act: Act, case_id: UUID) -> bool:
    """Tell whether a withdrawal found a risk to the children; closing must say how it is met."""
    query = select(
        exists().where(
            col(ConsentWithdrawal.centre_id) == act.actor.centre_id,
            col(ConsentWithdrawal.case_id) == case_id,
            col(ConsentWithdrawal.risk_to_children).is_(True),
        )
    )
    return bool((await act.session.execute(query)).scalar_one())


async def holder_ids(act: Act, family_id: UUID) -> frozenset[UUID]:
    """Return the members whose consent is needed: holders of parental authority who take part."""
    query = select(col(Person.id)).where(
        col(Person.centre_id) == act.actor.centre_id,
        col(Person.family_id) == family_id,
        col(Person.left_on).is_(None),
        col(Person.participates).is_(True),
        col(Person.parental_authority).in_(HOLDING),
    )
    return frozenset((await act.session.execute(query)).scalars())
