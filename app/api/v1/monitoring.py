"""Monitoring of a family after the work has ended (art. 15(1)(16))."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.api.answers import Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.closures import MONITORS
from app.api.v1.schemas.monitoring import (
    MonitoringCheckIn,
    MonitoringCheckOut,
    MonitoringEndIn,
    MonitoringOut,
    MonitoringStartIn,
    MonitoringTransferIn,
)
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.closures.rules import (
    ArchivedOutOfOrder,
    MonitoringImpossible,
    RetentionBelowCategory,
    RetentionCategoryMissing,
    RetentionTooShort,
)
from app.domain.errors import NotFound, Stale
from app.domain.monitoring import queries, rules, service
from app.domain.workflow import IllegalStep

router = capability("monitoring")


@router.post(
    "/cases/{case_id}/monitoring",
    operation_id="start_monitoring",
    status_code=201,
    response_model=MonitoringOut,
    responses=problems(NotFound, KeyReused, Stale, IllegalStep, MonitoringImpossible, *MONITORS),
)
async def start_monitoring(
    case_id: UUID,
    body: MonitoringStartIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.START_MONITORING))],
    version: IfMatch,
) -> Response:
    """Begin to monitor a family whose case was closed without it."""
    await service.start_monitoring(act, case_id, version, body.assistant_id)
    return await created(
        act,
        queries.MONITORING,
        f"cases/{case_id}/monitoring",
        lambda facts: rules.allowed(facts, act.actor.roles),
        case_id=case_id,
    )


@router.get(
    "/cases/{case_id}/monitoring",
    operation_id="show_monitoring",
    response_model=MonitoringOut,
    responses=problems(NotFound),
)
async def show_monitoring(case_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show the monitoring of a case with its checks; the reading is noted in the audit."""
    return await reader.one(
        queries.MONITORING,
        lambda facts: rules.allowed(facts, reader.actor.roles),
        case_id=case_id,
    )


@router.post(
    "/cases/{case_id}/monitoring-checks",
    operation_id="record_monitoring_check",
    status_code=201,
    response_model=MonitoringCheckOut,
    responses=problems(
        NotFound, KeyReused, IllegalStep, rules.MonitoringDayWrong, rules.NextCheckWrong
    ),
)
async def record_monitoring_check(
    case_id: UUID,
    body: MonitoringCheckIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.CHECK))],
) -> Response:
    """Record a check on the family; the next one becomes due by the centre's interval."""
    check = await service.record_check(act, case_id, body)
    return await created(act, queries.CHECK, f"monitoring-checks/{check.id}", id=check.id)


@router.get(
    "/monitoring-checks/{check_id}",
    operation_id="show_monitoring_check",
    response_model=MonitoringCheckOut,
    responses=problems(NotFound),
)
async def show_monitoring_check(check_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show one check; the reading is noted in the audit."""
    return await reader.one(queries.CHECK, id=check_id)


@router.post(
    "/cases/{case_id}/monitoring-transfer",
    operation_id="transfer_monitoring",
    response_model=MonitoringOut,
    responses=problems(NotFound, Stale, IllegalStep, rules.MonitorsAlready, *MONITORS),
)
async def transfer_monitoring(
    case_id: UUID,
    body: MonitoringTransferIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.TRANSFER_MONITORING))],
    version: IfMatch,
) -> Response:
    """Let another assistant monitor the family from today; If-Match holds the case's version.

    What is due stays due; who monitored the family sees it no more.
    """
    await service.transfer_monitoring(act, case_id, version, body.assistant_id)
    return await changed(
        act,
        queries.MONITORING,
        lambda facts: rules.allowed(facts, act.actor.roles),
        case_id=case_id,
    )


@router.post(
    "/cases/{case_id}/monitoring-end",
    operation_id="end_monitoring",
    response_model=MonitoringOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.MonitoringDayWrong, rules.SeriousRiskStands),
        *(ArchivedOutOfOrder, RetentionTooShort, RetentionBelowCategory, RetentionCategoryMissing),
    ),
)
async def end_monitoring(
    case_id: UUID,
    body: MonitoringEndIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.END_MONITORING))],
    version: IfMatch,
) -> Response:
    """End the monitoring and hand the case over to the archive; If-Match holds its version."""
    await service.end_monitoring(act, case_id, version, body)
    return await changed(
        act,
        queries.MONITORING,
        lambda facts: rules.allowed(facts, act.actor.roles),
        case_id=case_id,
    )
