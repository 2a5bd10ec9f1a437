"""The assistant's diagnosis and its revisions."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, created
from app.api.deps import creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.diagnoses import (
    DiagnosisHeaderOut,
    DiagnosisIn,
    DiagnosisOut,
    DiagnosisRevisionIn,
)
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.diagnoses import queries, rules, service
from app.domain.errors import NotFound
from app.domain.visits.rules import JointVisitRequired
from app.domain.workflow import IllegalStep

router = capability("diagnoses")
CONTENT = (
    rules.DiagnosisInFuture,
    rules.DiagnosisTooEarly,
    rules.SpheresIncomplete,
    rules.ChildrenNotCovered,
    rules.HearingUnexplained,
)


@router.post(
    "/cases/{case_id}/diagnoses",
    operation_id="make_diagnosis",
    status_code=201,
    response_model=DiagnosisOut,
    responses=problems(
        NotFound, KeyReused, IllegalStep, ConsentRequired, JointVisitRequired, *CONTENT
    ),
)
async def make_diagnosis(
    case_id: UUID,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.DIAGNOSE))],
    body: DiagnosisIn,
) -> Response:
    """Record your diagnosis of the family; the work plan is due next."""
    made = await service.make_diagnosis(act, case_id, body)
    return await created(act, queries.RECORDED_DIAGNOSIS, f"diagnoses/{made.id}", id=made.id)


@router.post(
    "/diagnoses/{diagnosis_id}/revisions",
    operation_id="revise_diagnosis",
    status_code=201,
    response_model=DiagnosisOut,
    responses=problems(
        NotFound, KeyReused, IllegalStep, ConsentRequired, rules.DiagnosisSuperseded, *CONTENT
    ),
)
async def revise_diagnosis(
    diagnosis_id: UUID,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.REVISE_DIAGNOSIS))],
    body: DiagnosisRevisionIn,
) -> Response:
    """Record a new version of the diagnosis, with the reason; the earlier ones stay."""
    made = await service.revise_diagnosis(act, diagnosis_id, body, body.reason)
    return await created(act, queries.RECORDED_DIAGNOSIS, f"diagnoses/{made.id}", id=made.id)


@router.get(
    "/cases/{case_id}/diagnoses",
    operation_id="list_diagnoses",
    response_model=PageOut[DiagnosisHeaderOut],
)
async def list_diagnoses(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the versions of a case's diagnosis, the one in force first."""
    return await reader.many(request, queries.DIAGNOSES, page, case_id=case_id)


@router.get(
    "/diagnoses/{diagnosis_id}",
    operation_id="show_diagnosis",
    response_model=DiagnosisOut,
    responses=problems(NotFound),
)
async def show_diagnosis(diagnosis_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a version of the diagnosis; the reading is an entry of the audit."""
    return await reader.one(queries.DIAGNOSIS, id=diagnosis_id)
