"""A peer: FastAPI and SQLModel with relationships, in the style of the tutorials.

`response_model`, a session per request, `selectinload`, ORM objects. It has no row security, no
audit, no idempotency keys, and of the rules only what the two writes can't do without; it filters
by the centre of the token.
"""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from tests.bench.peers.tutorial_models import (
    Account,
    Assignment,
    Case,
    Deadline,
    Event,
    Grant,
    Person,
    Place,
    Visit,
)
from tests.bench.peers.tutorial_session import Session, User, require_role
from tests.bench.peers.tutorial_shapes import (
    AssignmentRead,
    CasePage,
    CaseRead,
    DeadlinePage,
    LinksRead,
    TransferCreate,
    VisitCreate,
    VisitRead,
    deadline_read,
)

LIMIT = 15
VISITED = {"first_visit_done", "diagnosis_done", "plan_draft", "in_progress"}
app = FastAPI()


def _today() -> date:
    return date.today()  # noqa: DTZ011


def _in_charge(case: Case, *kinds: str) -> Account | None:
    lasting = [
        a
        for a in sorted(case.assignments, key=lambda a: a.kind, reverse=True)
        if a.kind in kinds
        and a.starts_on <= _today()
        and (a.ends_on is None or a.ends_on > _today())
    ]
    return lasting[0].assistant if lasting else None


def _open(deadline: Deadline) -> bool:
    return deadline.settled_on is None and deadline.dropped_on is None


@app.get("/api/v1/cases", response_model=CasePage)
async def list_cases(
    session: Session, user: User, state: str | None = None, limit: int = 50
) -> Any:
    """R2."""
    query = (
        select(Case)
        .where(Case.centre_id == user.centre_id)
        .options(
            selectinload(Case.family),
            selectinload(Case.social_worker),
            selectinload(Case.assignments).selectinload(Assignment.assistant),
            selectinload(Case.deadlines),
        )
        .order_by(col(Case.id).desc())
        .limit(limit)
    )
    if state:
        query = query.where(Case.state == state)
    found = (await session.execute(query)).scalars().all()
    items = [
        case.model_dump()
        | {
            "family_surname": case.family.surname,
            "town": case.family.town,
            "social_worker": case.social_worker,
            "assistant": _in_charge(case, "primary", "substitute"),
            "next_due_on": min((d.due_on for d in case.deadlines if _open(d)), default=None),
        }
        for case in found
    ]
    return {"items": items, "next_cursor": str(found[-1].id) if found else None}


_LINKS = ("signals", "interviews", "offers", "consents", "referrals", "diagnoses", "assessments")
_ALL = (*_LINKS, "visits", "plans", "motions", "monitorings", "deadlines", "family")


@app.get("/api/v1/cases/{case_id}", response_model=CaseRead)
async def show_case(case_id: uuid.UUID, session: Session, user: User) -> Any:
    """R1."""
    query = (
        select(Case)
        .where(Case.id == case_id, Case.centre_id == user.centre_id)
        .options(
            *(selectinload(getattr(Case, name)) for name in _ALL),
            selectinload(Case.social_worker),
            selectinload(Case.assignments).selectinload(Assignment.assistant),
        )
    )
    case = (await session.execute(query)).scalar_one_or_none()
    if case is None:
        raise HTTPException(404)
    granted = select(Grant).where(Grant.family_id == case.family_id, Grant.reason == "placement")
    grants = (await session.execute(granted.options(selectinload(Grant.account)))).scalars()
    deadlines = sorted((d for d in case.deadlines if _open(d)), key=lambda d: (d.due_on, d.id))
    return case.model_dump() | {
        "family_surname": case.family.surname,
        "social_worker": case.social_worker,
        "assistant": _in_charge(case, "primary", "substitute"),
        "primary_assistant": _in_charge(case, "primary"),
        "coordinators": [
            g.account
            for g in grants
            if g.valid_from <= _today() and (g.valid_to is None or g.valid_to > _today())
        ],
        "links": LinksRead.of(case),
        "deadlines": [deadline_read(d) for d in deadlines],
    }


@app.get("/api/v1/deadlines", response_model=DeadlinePage)
async def list_deadlines(
    session: Session, user: User, due_before: date | None = None, limit: int = 50
) -> Any:
    """R3."""
    query = (
        select(Deadline)
        .where(
            Deadline.centre_id == user.centre_id,
            col(Deadline.settled_on).is_(None),
            col(Deadline.dropped_on).is_(None),
        )
        .options(selectinload(Deadline.family), selectinload(Deadline.case))
        .order_by(col(Deadline.due_on), col(Deadline.id))
        .limit(limit)
    )
    if due_before:
        query = query.where(Deadline.due_on < due_before)
    found = (await session.execute(query)).scalars().all()
    items = [
        deadline_read(d) | {"family_surname": d.family.surname, "case_state": d.case.state}
        for d in found
    ]
    return {"items": items, "next_cursor": str(found[-1].id) if found else None}


async def _locked(session: AsyncSession, user: Account, case_id: uuid.UUID) -> Case:
    query = select(Case).where(Case.id == case_id, Case.centre_id == user.centre_id)
    case = (await session.execute(query.with_for_update())).scalar_one_or_none()
    if case is None:
        raise HTTPException(404)
    return case


def _tell(case: Case, user: Account, kind: str, subject: uuid.UUID) -> Event:
    ours = {"centre_id": case.centre_id, "family_id": case.family_id, "created_by": user.id}
    return Event(type=kind, case_id=case.id, subject_id=subject, on_date=_today(), **ours)


@app.post("/api/v1/cases/{case_id}/visits", response_model=VisitRead, status_code=201)
async def record_visit(
    case_id: uuid.UUID,
    said: VisitCreate,
    session: Session,
    user: Annotated[Account, require_role("assistant")],
) -> Any:
    """W1."""
    case = await _locked(session, user, case_id)
    await session.refresh(case, ["signatures"])
    signed = [s for s in case.signatures if s.withdrawn_on is None]
    if case.state not in VISITED or case.consent_withdrawn_on or not signed:
        raise HTTPException(409)
    members = select(Person).where(Person.family_id == case.family_id)
    present = (await session.execute(members.where(col(Person.left_on).is_(None)))).scalars().all()
    if not set(said.present) <= {person.id for person in present}:
        raise HTTPException(422)
    visit = Visit(
        **said.model_dump(),
        centre_id=case.centre_id,
        case_id=case.id,
        family_id=case.family_id,
        recorded_on=_today(),
        created_by=user.id,
    )
    session.add_all([visit, _tell(case, user, "visit_recorded", visit.id)])
    await session.commit()
    await session.refresh(visit)
    return visit


@app.post("/api/v1/cases/{case_id}/transfers", response_model=AssignmentRead, status_code=201)
async def transfer_case(
    case_id: uuid.UUID,
    said: TransferCreate,
    session: Session,
    user: Annotated[Account, require_role("manager")],
    if_match: Annotated[str, Header()],
) -> Any:
    """W2."""
    case = await _locked(session, user, case_id)
    await session.refresh(case, ["assignments"])
    before = next((a for a in case.assignments if a.kind == "primary" and not a.ends_on), None)
    worker = await session.get(Account, said.to_assistant_id, with_for_update=True)
    if if_match != f'"{case.version}"' or before is None or worker is None:
        raise HTTPException(409)
    await _end(session, before, said.on)
    places = select(Place).where(Place.worker_id == worker.id, col(Place.ends_on).is_(None))
    taken = {place.slot for place in (await session.execute(places)).scalars()}
    if len(taken) >= LIMIT:
        raise HTTPException(409)
    ours = {"centre_id": case.centre_id, "created_by": user.id}
    assignment = Assignment(
        case_id=case.id,
        family_id=case.family_id,
        assistant_id=worker.id,
        starts_on=said.on,
        replaces_id=before.id,
        **said.model_dump(include={"reason", "requested_by", "handover_note"}),
        **ours,
    )
    session.add(assignment)
    await session.flush()
    days = {"source_id": assignment.id, **ours}
    slot = min(set(range(1, LIMIT + 1)) - taken)
    place = Place(worker_id=worker.id, slot=slot, starts_on=said.on, **days)
    right = {"account_id": worker.id, "family_id": case.family_id, "reason": "assignment"}
    case.version += 1
    told = _tell(case, user, "assistant_changed", assignment.id)
    session.add_all([place, Grant(**right, valid_from=said.on, **days), told])
    await session.commit()
    await session.refresh(assignment, ["assistant"])
    return assignment


async def _end(session: AsyncSession, before: Assignment, on: date) -> None:
    before.ends_on, before.end_reason = on, "transfer"
    for found in (
        await session.execute(select(Place).where(Place.source_id == before.id))
    ).scalars():
        found.ends_on = on
    for right in (
        await session.execute(select(Grant).where(Grant.source_id == before.id))
    ).scalars():
        right.valid_to = on
    await session.flush()
