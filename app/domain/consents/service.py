"""Recording the family's consent, its refusal, withdrawal and renewal."""

from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.consents import queries, rules


async def require_consent(act: Act, case: Case) -> None:
    """Refuse with ConsentRequired unless every participating holder's consent is in force (A1)."""
    holders = await queries.holder_ids(act, case.family_id)
    signed = await queries.signed_ids(act, case.id)
    rules.require_consent_covers(holders, signed, case.consent_withdrawn_on)
