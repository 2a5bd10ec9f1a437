"""How rules of cooperation are found, and who is a social worker."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.cases.queries import SEEN_CASE
from app.domain.cooperation.tables import CooperationAgreement
from app.domain.identity.tables import Account


async def is_social_worker(act: Act, account_id: UUID) -> bool:
    """Tell whether somebody is an active social worker of this centre."""
    query = select(col(Account.roles)).where(
        col(Account.centre_id) == act.actor.centre_id,
        col(Account.id) == account_id,
        col(Account.active).is_(True),
    )
    roles = (await act.session.execute(query)).scalar_one_or_none()
    return Role.SOCIAL_WORKER.value in (roles or [])


async def last_version(act: Act, case_id: UUID) -> int:
    """Return the number of the last version agreed in a case; 0 before the first."""
    query = select(func.coalesce(func.max(CooperationAgreement.version_no), 0)).where(
        col(CooperationAgreement.centre_id) == act.actor.centre_id,
        col(CooperationAgreement.case_id) == case_id,
    )
    return int((await act.session.execute(query)).scalar_one())


_AGREEMENT = """
    SELECT g.id, g.version, g.case_id, g.family_id, g.version_no, g.agreed_on, g.visit_id,
           g.meeting_frequency, g.meeting_place, g.duties_of_family, g.duties_of_assistant,
           g.cancelling, g.duration, app.z(g.created_at) AS created_at
      FROM cooperation_agreement g WHERE g.centre_id = app.centre()
"""
AGREEMENT = One(
    f"{_AGREEMENT} AND g.id = :id::uuid"
    " AND app.note_reading(g.family_id, 'cooperation_agreement', g.id)"
)
AGREEMENTS = Many(
    f"{_AGREEMENT} AND g.case_id = :case_id::uuid",
    (Key("g.id", "uuid"),),
    descending=True,
    within=SEEN_CASE,
)
