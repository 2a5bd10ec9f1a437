"""How deadlines are found."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.tables import Deadline


async def list_open(
    act: Act, case: Case, kind: DeadlineKind | None = None, subject_id: UUID | None = None
) -> list[Deadline]:
    """Return the open deadlines of a case, of one kind or subject where asked."""
    query = select(Deadline).where(
        col(Deadline.centre_id) == case.centre_id,
        col(Deadline.case_id) == case.id,
        col(Deadline.settled_on).is_(None),
        col(Deadline.dropped_on).is_(None),
    )
    if kind is not None:
        query = query.where(col(Deadline.kind) == kind)
    if subject_id is not None:
        query = query.where(col(Deadline.subject_id) == subject_id)
    return list((await act.session.execute(query)).scalars())
