"""Assignments: who assists which family, transfers, substitutions, free places."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created, first_answer
from app.api.deps import IfMatch, acts, creates, creates_briefly, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.assignments import (
    AcceptanceIn,
    AssignmentOut,
    AssignmentSummaryOut,
    AssistantOut,
    EarlyEndIn,
    SubstitutionIn,
    TransferIn,
    UncoveredFamilyOut,
)
from app.api.v1.schemas.base import PageOut
from app.domain.act import Act, BriefAct
from app.domain.actor import Role
from app.domain.assignments import queries, rules, service
from app.domain.assignments.rules import (
    AssignmentOutOfTime,
    FamilyHasAssistant,
    FamilyHasSubstitute,
    FamilyNotInformed,
    NobodyAssists,
    NotASubstitution,
    OverrideNeedsReason,
    SameAssistant,
    SubstitutionOutOfTime,
    SubstitutionOver,
    TransferOutOfTime,
)
from app.domain.assignments.tables import Assignment
from app.domain.caseload.rules import CaseloadFull, LocalLimitReached
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.errors import NotFound, Stale
from app.domain.staff.rules import NOT_AT_WORK, NotAnAssistant
from app.domain.workflow import IllegalStep

router = capability("assignments")
# What may stand against giving a family to somebody, whichever way.
AGAINST_THE_ASSISTANT = (
    *(NotFound, KeyReused, IllegalStep, NotAnAssistant, *NOT_AT_WORK),
    *(CaseloadFull, LocalLimitReached, OverrideNeedsReason),
)


async def _created(act: Act, assignment: Assignment) -> Response:
    location = f"assignments/{assignment.id}"
    return await created(act, queries.ASSIGNMENT, location, id=assignment.id)


@router.post(
    "/referrals/{referral_id}/acceptance",
    operation_id="accept_referral",
    status_code=201,
    response_model=AssignmentOut,
    responses=problems(
        *(*AGAINST_THE_ASSISTANT, Stale, ConsentRequired, AssignmentOutOfTime, FamilyHasAssistant)
    ),
)
async def accept_referral(
    referral_id: UUID,
    body: AcceptanceIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.ASSIGN))],
    version: IfMatch,
) -> Response:
    """Accept the application and give the family an assistant (art. 11(4)(1))."""
    return await _created(act, await service.accept_referral(act, referral_id, version, body))


@router.post(
    "/cases/{case_id}/transfers",
    operation_id="transfer_case",
    status_code=201,
    response_model=AssignmentOut,
    responses=problems(
        *(*AGAINST_THE_ASSISTANT, Stale, NobodyAssists, SameAssistant),
        *(TransferOutOfTime, FamilyNotInformed, FamilyHasAssistant),
    ),
)
async def transfer_case(
    case_id: UUID,
    body: TransferIn,
    act: Annotated[BriefAct, creates_briefly("assignments", *WORKFLOW.roles(CaseAction.TRANSFER))],
    version: IfMatch,
) -> Response:
    """Pass the family on to another assistant; the clock of the assessment runs on."""
    return first_answer(act, await service.transfer_case(act, case_id, version, body))


@router.post(
    "/cases/{case_id}/substitutions",
    operation_id="set_substitution",
    status_code=201,
    response_model=AssignmentOut,
    responses=problems(
        *(*AGAINST_THE_ASSISTANT, NobodyAssists, SameAssistant),
        *(SubstitutionOutOfTime, FamilyHasSubstitute),
    ),
)
async def set_substitution(
    case_id: UUID,
    body: SubstitutionIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.SUBSTITUTE))],
) -> Response:
    """Let somebody stand in from a day to a day, both included; rights end by themselves."""
    return await _created(act, await service.set_substitution(act, case_id, body))


@router.get(
    "/cases/{case_id}/assignments",
    operation_id="list_assignments",
    response_model=PageOut[AssignmentSummaryOut],
    responses=problems(NotFound),
)
async def list_assignments(case_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """List who has assisted the family, the latest first."""
    return await reader.raw(queries.HISTORY, case_id=case_id)


@router.get(
    "/assignments/{assignment_id}",
    operation_id="show_assignment",
    response_model=AssignmentOut,
    responses=problems(NotFound),
)
async def show_assignment(
    assignment_id: UUID, reader: Annotated[Reader, reads(*rules.READERS)]
) -> Response:
    """Show an assignment with its hand-over protocol."""
    return await reader.one(queries.ASSIGNMENT, id=assignment_id)


@router.post(
    "/assignments/{assignment_id}/end",
    operation_id="end_substitution",
    response_model=AssignmentOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, NotASubstitution, SubstitutionOver, SubstitutionOutOfTime)
    ),
)
async def end_substitution(
    assignment_id: UUID,
    body: EarlyEndIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.SUBSTITUTE))],
    version: IfMatch,
) -> Response:
    """End a substitution before its last day; place and rights end with it."""
    await service.end_substitution(act, assignment_id, version, body)
    return await changed(act, queries.ASSIGNMENT, id=assignment_id)


@router.get("/assistants", operation_id="list_assistants", response_model=PageOut[AssistantOut])
async def list_assistants(
    request: Request, reader: Annotated[Reader, reads(*rules.CHOOSERS)], page: PageOf
) -> Response:
    """List the assistants with their families today and the places that are left."""
    return await reader.many(request, queries.ASSISTANTS, page)


@router.get(
    "/staff/{staff_id}/families-without-substitute",
    operation_id="list_families_without_substitute",
    response_model=PageOut[UncoveredFamilyOut],
)
async def list_families_without_substitute(
    request: Request,
    staff_id: UUID,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
) -> Response:
    """List the families of a suspended assistant who have no substitute today (art. 13)."""
    return await reader.many(request, queries.FAMILIES_WITHOUT_SUBSTITUTE, page, staff_id=staff_id)
