"""The end of the work: what stands against it, the closure itself, the archive."""

import json
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.api.answers import Reader, capability, created
from app.api.deps import IfMatch, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import Label
from app.api.v1.schemas.closures import (
    ArchivedCaseOut,
    ArchivingIn,
    BlockerOut,
    ClosureBlockersOut,
    ClosureIn,
    ClosureOut,
)
from app.domain.act import Act
from app.domain.cases.rules import E13, WORKFLOW, CaseAction
from app.domain.closures import queries, rules, service
from app.domain.closures.rules import ClosureFacts
from app.domain.closures.tables import ClosureFields
from app.domain.errors import NotFound, Refusal, Stale
from app.domain.monitoring import service as monitoring
from app.domain.monitoring.rules import MonitoringAssistantMissing
from app.domain.motions.rules import ChildPlacedIsNoReason, ReasonUnexplained
from app.domain.staff.rules import NOT_AT_WORK, NotAnAssistant
from app.domain.workflow import IllegalStep

router = capability("closures")
MONITORS: tuple[type[Refusal], ...] = (MonitoringAssistantMissing, NotAnAssistant, *NOT_AT_WORK)


@router.get(
    "/cases/{case_id}/closure-blockers",
    operation_id="list_closure_blockers",
    response_model=ClosureBlockersOut,
    responses=problems(NotFound),
)
async def list_closure_blockers(
    case_id: UUID, reader: Annotated[Reader, reads()]
) -> ClosureBlockersOut:
    """List everything that still stands against closing the case, by the rule that says so."""
    facts = json.loads(await reader.fetch(queries.BLOCKERS, case_id=case_id))
    found = rules.blockers(ClosureFacts.of(facts))
    return ClosureBlockersOut(case_id=case_id, items=[_shown(blocker) for blocker in found])


def _shown(blocker: Refusal) -> BlockerOut:
    kind = type(blocker)
    return BlockerOut(
        type=kind.kind(),
        rule=kind.code(),
        legal_basis=str(kind.basis() or E13.basis),
        text=Label(pl=kind.pl, en=kind.en()),
    )


@router.post(
    "/cases/{case_id}/closure",
    operation_id="close_case",
    status_code=201,
    response_model=ClosureOut,
    responses=problems(
        *(NotFound, KeyReused, Stale, IllegalStep, ChildPlacedIsNoReason, ReasonUnexplained),
        *(rules.WithdrawalIsTheReason, rules.ClosedOutOfOrder, rules.MonitoringImpossible),
        *rules.BLOCKERS,
        *MONITORS,
    ),
)
async def close_case(
    case_id: UUID,
    body: ClosureIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.CLOSE))],
    version: IfMatch,
) -> Response:
    """End the work with the family, and begin to monitor it where that is wanted and possible."""
    said = ClosureFields(**body.model_dump(exclude={"monitoring_assistant_id"}))
    await monitoring.close_case(act, case_id, version, said, body.monitoring_assistant_id)
    return await created(act, queries.CLOSURE, f"cases/{case_id}/closure", case_id=case_id)


@router.get(
    "/cases/{case_id}/closure",
    operation_id="show_closure",
    response_model=ClosureOut,
    responses=problems(NotFound),
)
async def show_closure(case_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show how the work ended; the reading is noted in the audit."""
    return await reader.one(queries.CLOSURE, case_id=case_id)


@router.post(
    "/cases/{case_id}/archive",
    operation_id="archive_case",
    status_code=201,
    response_model=ArchivedCaseOut,
    responses=problems(
        *(NotFound, KeyReused, Stale, IllegalStep),
        *(rules.ArchivedOutOfOrder, rules.RetentionTooShort, rules.RetentionCategoryMissing),
        *(rules.RetentionBelowCategory, rules.RiskUnanswered),
    ),
)
async def archive_case(
    case_id: UUID,
    body: ArchivingIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.ARCHIVE))],
    version: IfMatch,
) -> Response:
    """Hand a closed case over to the archive, with the category of the centre's JRWA (K8).

    Category and period are the centre's settings unless the request says others.
    """
    await service.archive(act, case_id, version, body)
    return await created(act, queries.ARCHIVED, f"cases/{case_id}/archive", case_id=case_id)


@router.get(
    "/cases/{case_id}/archive",
    operation_id="show_archived_case",
    response_model=ArchivedCaseOut,
    responses=problems(NotFound),
)
async def show_archived_case(case_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show since when and how long an archived case is kept."""
    return await reader.one(queries.ARCHIVED, case_id=case_id)
