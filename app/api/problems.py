"""Refusals become problem documents (RFC 9457), in Polish or English.

One mapping for the whole project: what a refusal says is declared on its class; here it only gets
its outer form. The input is never echoed, because it may hold a PESEL.
"""

import json
import re
import traceback
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api.http_refusals import http_refusal
from app.api.messages import detailed, explain
from app.db.failures import KNOWN, BadValue, Broken, Unavailable, meaning
from app.db.session import NotEntered
from app.db.vault.ring import NoKey
from app.domain import rooms
from app.domain.attempts.rules import TooManyAttempts
from app.domain.clients.rules import InsufficientScope
from app.domain.errors import (
    AlreadyExists,
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Stale,
)
from app.domain.factors.rules import SecondFactorMissing
from app.domain.staff.rules import NoDataAuthorisation
from app.domain.vetting.rules import NotAdmitted, OffDuty

log = structlog.get_logger()
PROBLEM = "application/problem+json"
RETRY_SECONDS = 2


class NotSignedIn(Refusal):
    """Sign in first: the token is missing, wrong or no longer valid."""

    status = 401
    pl = "Zaloguj się: brak tokenu albo token jest błędny lub nieważny."


class KeysDestroyed(Forbidden):
    """This centre has ended, its keys are destroyed: nothing is added, and texts stay closed."""

    pl = "Ten ośrodek zamknięto, a jego klucze zniszczono: nic nie można dopisać ani odczytać."


class NoPrecondition(Refusal):
    """Send If-Match with the ETag that you read (RFC 6585)."""

    status = 428
    pl = "Wyślij nagłówek If-Match z odczytanym ETag."


class NoIdempotencyKey(Refusal):
    """Send an Idempotency-Key of 8 to 128 letters, digits, dashes or underscores."""

    status = 400
    pl = "Wyślij nagłówek Idempotency-Key: 8–128 liter, cyfr, myślników lub podkreśleń."


class KeyReused(Conflict):
    """This Idempotency-Key was used for another request."""

    pl = "Ten Idempotency-Key został już użyty do innego żądania."


class AnswerErased(Conflict):
    """This was done, and its answer went when the family's file was erased; don't repeat it."""

    pl = "To żądanie wykonano, a jego odpowiedź usunięto wraz z aktami rodziny; nie ponawiaj go."


# RFC 9110 §12.4.2: what follows a language, if it is a weight.
_WEIGHT = re.compile(r"[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*")


def language(request: Request) -> str:
    """Choose Polish unless the client prefers English (Accept-Language); it refuses no header.

    A weight that can't be read counts as none, which is 1; what weighs 0 is not wanted (RFC 9110).
    """
    ranges = []
    for position, part in enumerate(request.headers.get("accept-language", "pl").split(",")[:20]):
        tag, _, weight = part.partition(";")
        said = _WEIGHT.fullmatch(weight)
        quality = float(said[1]) if said else 1.0
        ranges.append((-quality, position, tag.strip().partition("-")[0].lower()))
    known = [tag for quality, _, tag in sorted(ranges) if quality and tag in {"pl", "en"}]
    return known[0] if known else "pl"


def problem(
    request: Request, refusal: Refusal, errors: list[dict[str, str]] | None = None
) -> Response:
    """Write one problem document; its `instance` is the request's id."""
    kind = type(refusal)
    request.state.refusal = kind.kind()  # for the log
    lang = language(request)
    title = kind.pl if lang == "pl" else kind.en()
    if kind.pointer and not errors:
        errors = [{"pointer": kind.pointer, "code": kind.kind(), "detail": title}]
    body: dict[str, Any] = {
        "type": f"urn:asysta:problem:{kind.kind()}",
        "title": title,
        "status": kind.status,
        "detail": detailed(refusal, lang),
        "code": kind.code(),
        "instance": f"urn:uuid:{request.state.request_id}",
        "legal_basis": str(kind.basis()) if kind.basis() else None,
        "facts": {name: _plain(value) for name, value in refusal.facts.items()},
        "errors": errors or [],
    }
    response = Response(
        json.dumps(body, ensure_ascii=False).encode(), kind.status, media_type=PROBLEM
    )
    response.headers["content-language"] = lang
    _more_headers(refusal, response)
    return response


def _more_headers(refusal: Refusal, response: Response) -> None:
    if isinstance(refusal, Stale) and "current" in refusal.facts:
        response.headers["etag"] = f'"{refusal.facts["current"]}"'
    if isinstance(refusal, InsufficientScope):  # RFC 6750 §3.1
        response.headers["www-authenticate"] = 'Bearer error="insufficient_scope"'
    if refusal.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    if isinstance(refusal, TooManyAttempts):
        response.headers["retry-after"] = str(refusal.facts["retry_after"])
    if isinstance(refusal, Busy):
        response.headers["retry-after"] = str(RETRY_SECONDS)


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str | list | type(None)) else str(value)


def install(app: FastAPI) -> None:
    """Register the one handler for each kind of failure."""
    app.add_exception_handler(Refusal, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(NotEntered, _not_entered)  # type: ignore[arg-type]
    app.add_exception_handler(NoKey, _no_key)
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, our_error)
    for failure in KNOWN:
        app.add_exception_handler(failure, _database)


_STANDINGS: dict[str, type[Refusal]] = {
    "no_data_authorisation": NoDataAuthorisation,
    "suspended": OffDuty,
    "not_admitted": NotAdmitted,
    "second_factor_missing": SecondFactorMissing,
}


async def _refused(request: Request, refusal: Refusal) -> Response:
    return problem(request, refusal)


async def _not_entered(request: Request, failure: NotEntered) -> Response:
    return problem(request, refusal_of_standing(failure.standing))


async def _no_key(request: Request, _: Exception) -> Response:
    return problem(request, KeysDestroyed())


def refusal_of_standing(standing: str) -> Refusal:
    """Say why a scope was not entered: some reasons have their own rule (K3, J1, C10)."""
    return _STANDINGS.get(standing, NotSignedIn)()


async def _invalid(request: Request, failure: RequestValidationError) -> Response:
    found = failure.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return problem(request, http_refusal(400))
    lang = language(request)
    errors = [
        {
            "pointer": pointer(error["loc"]),
            "code": str(error["type"]),
            "detail": explain(error, lang),
        }
        for error in found[:100]
    ]
    return problem(request, Invalid(), errors)


_FIELD = re.compile(r"[A-Za-z_][A-Za-z_-]{0,60}[0-9]{0,2}")


def pointer(loc: tuple[int | str, ...]) -> str:
    """Write where an error is: a JSON pointer into the body, or the parameter's name."""
    place, *path = (_named(part) for part in loc)
    if place == "body":
        return "#" + "".join(f"/{part}" for part in path)
    return "/".join((place, *path))


def _named(part: int | str) -> str:
    """Name a field; what doesn't look like one of ours is input, and input is not echoed."""
    return str(part) if isinstance(part, int) or _FIELD.fullmatch(part) else "?"


async def _http(request: Request, failure: HTTPException) -> Response:
    refusal = NotFound() if failure.status_code == 404 else http_refusal(failure.status_code)
    response = problem(request, refusal)
    response.headers.update(failure.headers or {})
    if failure.status_code == 405:
        response.headers["allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """Return the methods of every route of this address; Starlette names only the first one's."""
    found = {method for route in request.scope["router"].routes for method in route.methods}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _constraints() -> dict[str, type[Refusal]]:
    """Collect which refusal stands behind which constraint: `CONSTRAINTS` in rules.py."""
    found: dict[str, type[Refusal]] = {}
    for room in rooms("rules"):
        found |= getattr(room, "CONSTRAINTS", {})
    return found


async def _database(request: Request, failure: Exception) -> Response:
    """Answer a failure of the database: a broken constraint, a value it can't read, its absence."""
    match meaning(failure):
        case Broken(constraint, dangling, content):
            otherwise = NotFound if dangling else Invalid if content else AlreadyExists
            return problem(request, _constraints().get(constraint, otherwise)())
        case BadValue():
            return problem(request, Invalid())
        case Unavailable():
            return problem(request, Busy())
    return await our_error(request, failure)


async def our_error(request: Request, failure: Exception) -> Response:
    """Answer a mistake of ours; the log says where it is, never what was in it (a PESEL!)."""
    place = traceback.extract_tb(failure.__traceback__)[-1:]
    log.error(
        "request_failed",
        request_id=str(request.state.request_id),
        kind=type(failure).__name__,
        at=[f"{frame.filename}:{frame.lineno}" for frame in place],
    )
    return problem(request, http_refusal(500))


def problems(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Document refusals for OpenAPI from their classes: one response per status."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in refusals:
        said = by_status.setdefault(kind.status, {"description": "", "x-refusals": []})
        basis = kind.basis()
        cited = f" ({basis.place} {basis.act.key})" if basis else ""
        line = f"`{kind.code()}` {kind.en()}{cited}"
        said["description"] = f"{said['description']}\n\n{line}".strip()
        said["x-refusals"].append(
            {
                "type": f"urn:asysta:problem:{kind.kind()}",
                "code": kind.code(),
                "legal_basis": str(basis) if basis else None,
                "pl": kind.pl,
                "en": kind.en(),
            }
        )
    return by_status
