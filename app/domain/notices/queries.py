"""How notices and their handing over are found."""

from sqlalchemy import func, select, text
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.families.queries import seen_family
from app.domain.identity.queries import person
from app.domain.notices.tables import DataNotice

_NOTICE = """SELECT n.id, n.version, n.version_no, n.published_on, n.controller, n.officer,
           n.purposes, n.legal_basis, n.retention, n.recipients, n.rights,
           app.z(n.created_at) AS created_at
      FROM data_notice n WHERE n.centre_id = app.centre()"""
NOTICE = One(f"{_NOTICE} AND n.id = :id::uuid")
NOTICES = Many(_NOTICE, (Key("n.version_no", "bigint"), Key("n.id", "uuid")), descending=True)
_HANDING = f"""SELECT h.id, h.version, h.family_id, h.person_id, h.notice_id, n.version_no,
           h.handed_on, h.form, {person("h.created_by")} AS handed_by,
           app.z(h.created_at) AS created_at
      FROM notice_handing h JOIN data_notice n ON n.centre_id = h.centre_id AND n.id = h.notice_id
     WHERE h.centre_id = app.centre()"""
HANDING = One(
    f"{_HANDING} AND h.id = :id::uuid AND app.note_reading(h.family_id, 'notice_handing', h.id)"
)
HANDINGS = Many(
    f"{_HANDING} AND h.family_id = :family_id::uuid",
    (Key("h.id", "uuid"),),
    within=seen_family("notice_handing"),
)
# Whoever publishes second waits for the first: the versions have no gap and no double.
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('data_notice ' || app.centre(), 0))")


async def next_version(act: Act) -> int:
    """Return the number of the next version, whose turn it is until the end of the act."""
    await act.session.execute(_TURN)
    last = select(func.max(col(DataNotice.version_no))).where(
        col(DataNotice.centre_id) == act.actor.centre_id
    )
    return ((await act.session.execute(last)).scalar_one() or 0) + 1
