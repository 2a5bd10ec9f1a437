"""How covers are found."""

from uuid import UUID

from sqlalchemy import text

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.caseload.rules import Period
from app.domain.covers.rules import CoverDays
from app.domain.identity.queries import person

_DAYS = text("SELECT * FROM app.cover_days(CAST(:people AS uuid[]))")


async def list_days(act: Act, *people: UUID) -> list[CoverDays]:
    """Return the covers of and by some people that are not over, whoever may see them."""
    rows = await act.session.execute(_DAYS, {"people": list(people)})
    return [
        CoverDays(r.id, r.absent_id, r.covering_id, Period(r.starts_on, r.ends_on), r.takes_places)
        for r in rows
    ]


# Why somebody is absent may be their health: it is told to the manager and to themselves (K1).
_COLUMNS = f"""
    SELECT c.id, c.version, {person("c.absent_id")} AS absent,
           {person("c.covering_id")} AS covering, c.starts_on, c.ends_on - 1 AS last_day,
           CASE WHEN app.sees_all() OR c.absent_id = app.account() THEN c.reason END AS reason,
           c.note, c.takes_places, c.override_reason, c.ended_early,
           {person("c.created_by")} AS set_by, app.z(c.created_at) AS created_at
      FROM cover c WHERE c.centre_id = app.centre()
"""
COVER = One(f"{_COLUMNS} AND c.id = :id::uuid")
COVERS = Many(
    f"{_COLUMNS} AND (:person_id::uuid IS NULL OR :person_id::uuid IN (c.absent_id, c.covering_id))"
    " AND (:on::date IS NULL OR c.starts_on <= :on::date AND c.ends_on > :on::date)",
    (Key("c.starts_on", "date"), Key("c.id", "uuid")),
    descending=True,
    noted="cover",
)
