"""The audit as managers see it: who looked at a family, who changed what and why."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed
from app.api.deps import IfMatch, acts, reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.oversight import (
    AccessSignOut,
    AuditEntryOut,
    SignReviewIn,
    UnusualAccessOut,
)
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.errors import NotFound, Stale
from app.domain.fields import Day
from app.domain.oversight import queries, rules, service
from app.domain.oversight.rules import REVIEWERS, UnusualSign

router = capability("audit")
From = Annotated[Day | None, Query(description="From this day (Warsaw)")]
To = Annotated[Day | None, Query(description="To this day, included (Warsaw)")]


@router.get(
    "/families/{family_id}/audit",
    operation_id="list_family_audit",
    response_model=PageOut[AuditEntryOut],
    responses=problems(NotFound),
)
async def list_family_audit(
    family_id: UUID,
    request: Request,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
    person_id: Annotated[UUID | None, Query(description="Only by this person")] = None,
    day_from: From = None,
    day_to: To = None,
) -> Response:
    """List who looked at a family's file or changed it, when and why, the latest first.

    The centre must be able to show it (art. 5 ust. 2 RODO, K9). Looking at
    this list is noted as well, but not shown in it.
    """
    said = {"person_id": person_id, "day_from": day_from, "day_to": day_to}
    return await reader.many(request, queries.FAMILY_AUDIT, page, family_id=family_id, **said)


@router.get(
    "/audit/unusual",
    operation_id="list_unusual_access",
    response_model=PageOut[UnusualAccessOut],
)
async def list_unusual_access(
    request: Request,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
    sign: Annotated[UnusualSign | None, Query(description="Only by this rule")] = None,
    day_from: From = None,
    day_to: To = None,
) -> Response:
    """List access of the last seven days (or of a period) that a manager should ask about.

    Four simple rules: own surname, many families in a day (a setting), outside working hours,
    without a link to the family (K9, art. 5 ust. 2 RODO). Each is a reason to ask, no more.
    """
    said = {"sign": sign, "day_from": day_from, "day_to": day_to}
    return await reader.many(request, queries.UNUSUAL, page, **said)


@router.get(
    "/access-signs", operation_id="list_access_signs", response_model=PageOut[AccessSignOut]
)
async def list_access_signs(
    request: Request,
    reader: Annotated[Reader, reads(*REVIEWERS)],
    page: PageOf,
    reviewed: Annotated[bool | None, Query(description="Only reviewed, or only others")] = None,
) -> Response:
    """List access that was noted as out of the ordinary, the latest day first (K9.1).

    Each night `housekeeping` notes what `/audit/unusual` tells of the days before, once. Access in
    an emergency is not among it: it has a review of its own (K11.1).
    """
    return await reader.many(request, queries.SIGNS, page, reviewed=reviewed)


@router.get(
    "/access-signs/{access_sign_id}",
    operation_id="show_access_sign",
    response_model=AccessSignOut,
    responses=problems(NotFound),
)
async def show_access_sign(
    access_sign_id: UUID, reader: Annotated[Reader, reads(*REVIEWERS)]
) -> Response:
    """Show a sign, and what a manager found."""
    return await reader.one(queries.SIGN, id=access_sign_id)


@router.post(
    "/access-signs/{access_sign_id}/review",
    operation_id="review_access_sign",
    response_model=AccessSignOut,
    responses=problems(NotFound, Stale, rules.SignReviewedAlready, rules.SignOfOneself),
)
async def review_access_sign(
    access_sign_id: UUID,
    body: SignReviewIn,
    act: Annotated[Act, acts(*REVIEWERS)],
    version: IfMatch,
) -> Response:
    """Note that you have looked at a sign and what you found; it leaves the worklist (K9.1)."""
    await service.review(act, access_sign_id, version, body)
    return await changed(act, queries.SIGN, id=access_sign_id)
