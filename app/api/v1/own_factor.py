"""One's own second factor: enrolled, confirmed, removed."""

import json
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.api.answers import Reader, capability
from app.api.deps import acts, acts_at_length, reads
from app.api.problems import problem, problems
from app.api.v1.schemas.sessions import (
    FactorCodeIn,
    FactorIn,
    FactorOut,
    FactorRemovalIn,
    FactorSecretOut,
    RecoveryCodesOut,
)
from app.domain.act import Act, LongAct
from app.domain.actor import EVERYONE
from app.domain.attempts.rules import TooManyAttempts
from app.domain.errors import Refusal
from app.domain.factors import queries
from app.domain.factors.rules import (
    CodeWrong,
    NoSecondFactor,
    SecondFactorDemanded,
    SecondFactorThere,
)
from app.domain.identity.rules import PresentPasswordWrong
from app.domain.own_account import service

router = capability("sessions")


@router.get("/me/second-factor", operation_id="show_second_factor", response_model=FactorOut)
async def show_second_factor(reader: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """Show whether you have a second factor, and whether your centre demands it."""
    return await reader.raw(queries.MINE)


@router.post(
    "/me/second-factor",
    operation_id="begin_second_factor",
    response_model=FactorSecretOut,
    responses=problems(PresentPasswordWrong, SecondFactorThere, TooManyAttempts),
)
async def begin_second_factor(
    body: FactorIn, act: Annotated[LongAct, acts_at_length(*EVERYONE)]
) -> Response:
    """Begin to enrol a second factor (TOTP, RFC 6238); it counts once its first code is sent."""
    secret, uri = await service.begin_factor(act, body.present_password)
    said = json.dumps({"secret": secret, "otpauth_uri": uri})
    return Response(said, media_type="application/json")


@router.post(
    "/me/second-factor/confirmation",
    operation_id="confirm_second_factor",
    response_model=RecoveryCodesOut,
    responses=problems(CodeWrong, NoSecondFactor, SecondFactorThere, TooManyAttempts),
)
async def confirm_second_factor(
    request: Request, body: FactorCodeIn, act: Annotated[Act, acts(*EVERYONE)]
) -> Response:
    """Put the second factor into force by its first code, and get the recovery codes."""
    found = await service.confirm_factor(act, body.code)
    if isinstance(found, Refusal):
        return problem(request, found)
    return Response(json.dumps({"recovery_codes": found}), media_type="application/json")


@router.post(
    "/me/second-factor/removal",
    operation_id="remove_second_factor",
    status_code=204,
    responses=problems(
        *(PresentPasswordWrong, CodeWrong, NoSecondFactor, SecondFactorDemanded, TooManyAttempts)
    ),
)
async def remove_second_factor(
    request: Request, body: FactorRemovalIn, act: Annotated[LongAct, acts_at_length(*EVERYONE)]
) -> Response:
    """Remove your second factor and its recovery codes, where your centre doesn't demand it."""
    wrong = await service.remove_own_factor(act, body.present_password, body.code)
    return problem(request, wrong) if wrong else Response(status_code=204)
