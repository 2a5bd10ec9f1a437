"""Visits: recorded, corrected and read; failed ones; and how often contact is held."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created, first_answer
from app.api.deps import IfMatch, acts, creates, creates_briefly, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import Label, PageOut
from app.api.v1.schemas.visits import (
    ContactFacts,
    ContactsOut,
    FailedVisitIn,
    FailedVisitOut,
    VisitHeaderOut,
    VisitIn,
    VisitOut,
    VisitPatch,
)
from app.domain.act import Act, BriefAct
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.centres.rules import E10
from app.domain.consents.rules import ConsentRequired
from app.domain.errors import NotFound, Stale
from app.domain.visits import queries, rules, service
from app.domain.workflow import IllegalStep

router = capability("visits")
VISITORS = WORKFLOW.roles(CaseAction.RECORD_VISIT)
CONTENT = (
    rules.VisitInFuture,
    rules.VisitBeforeAssignment,
    rules.EndsBeforeBegins,
    rules.NextVisitTooEarly,
    rules.PlaceUnnamed,
    rules.NotOfThisFamily,
)


@router.post(
    "/cases/{case_id}/visits",
    operation_id="record_visit",
    status_code=201,
    response_model=VisitOut,
    responses=problems(
        NotFound, KeyReused, IllegalStep, ConsentRequired, rules.JointVisitRequired, *CONTENT
    ),
)
async def record_visit(
    case_id: UUID, act: Annotated[BriefAct, creates_briefly("visits", *VISITORS)], body: VisitIn
) -> Response:
    """Record a visit that took place; what is unusual about it comes back as warnings."""
    return first_answer(act, await service.record_visit(act, case_id, body))


@router.get(
    "/cases/{case_id}/visits", operation_id="list_visits", response_model=PageOut[VisitHeaderOut]
)
async def list_visits(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the visits of a case, the latest first, without their notes."""
    return await reader.many(request, queries.VISITS, page, case_id=case_id)


@router.get(
    "/visits/{visit_id}",
    operation_id="show_visit",
    response_model=VisitOut,
    responses=problems(NotFound),
)
async def show_visit(visit_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a visit with its notes and corrections; the reading is an entry of the audit."""
    return await reader.one(queries.VISIT, id=visit_id)


@router.patch(
    "/visits/{visit_id}",
    operation_id="correct_visit",
    response_model=VisitOut,
    responses=problems(
        NotFound,
        Stale,
        ConsentRequired,
        rules.NotTheAuthor,
        rules.VisitConfirmed,
        rules.CorrectionUnexplained,
        rules.NothingCorrected,
        rules.CorrectionTooLate,
        rules.FirstVisitKeepsKind,
        *CONTENT,
    ),
)
async def correct_visit(
    visit_id: UUID,
    act: Annotated[Act, acts(*VISITORS)],
    version: IfMatch,
    body: Annotated[VisitPatch, PATCHED],
) -> Response:
    """Correct your own record within a week, with a reason; what it said before is kept."""
    await service.correct_visit(act, visit_id, body.changes(), version)
    return await changed(act, queries.RECORDED_VISIT, id=visit_id)


@router.post(
    "/cases/{case_id}/failed-visits",
    operation_id="record_failed_visit",
    status_code=201,
    response_model=FailedVisitOut,
    responses=problems(
        NotFound, KeyReused, IllegalStep, rules.VisitInFuture, rules.VisitBeforeAssignment
    ),
)
async def record_failed_visit(
    case_id: UUID, act: Annotated[Act, creates(*VISITORS)], body: FailedVisitIn
) -> Response:
    """Record a planned visit that did not take place: an attempt, no contact."""
    failed = await service.record_failed_visit(act, case_id, body)
    return await created(act, queries.FAILED_VISIT, f"failed-visits/{failed.id}", id=failed.id)


@router.get(
    "/cases/{case_id}/failed-visits",
    operation_id="list_failed_visits",
    response_model=PageOut[FailedVisitOut],
)
async def list_failed_visits(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the failed visits of a case, the latest first."""
    return await reader.many(request, queries.FAILED_VISITS, page, case_id=case_id)


@router.get(
    "/failed-visits/{failed_visit_id}",
    operation_id="show_failed_visit",
    response_model=FailedVisitOut,
    responses=problems(NotFound),
)
async def show_failed_visit(failed_visit_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a failed visit."""
    return await reader.one(queries.FAILED_VISIT, id=failed_visit_id)


@router.get(
    "/cases/{case_id}/contacts",
    operation_id="show_contacts",
    response_model=ContactsOut,
    responses=problems(NotFound),
)
async def show_contacts(case_id: UUID, reader: Annotated[Reader, reads()]) -> ContactsOut:
    """Say how contact with the family stands against the centre's setting (E10)."""
    said = await reader.fetch(queries.CONTACTS, case_id=case_id)
    facts = ContactFacts.model_validate_json(said)
    return ContactsOut(
        **facts.model_dump(exclude={"state", "work_started_on", "held", "failed"}),
        period_from=rules.period_start(facts.contact_period_days, reader.today),
        period_to=reader.today,
        contacts=len(facts.held),
        failed_visits=len(facts.failed),
        standing=rules.not_due(facts.state)
        or rules.contact_standing(
            facts.held,
            facts.contact_count,
            facts.contact_period_days,
            reader.today,
            facts.work_started_on,
        ),
        rule=E10.id,
        legal_basis=str(E10.basis),
        text=Label(pl=E10.pl, en=E10.en),
    )
